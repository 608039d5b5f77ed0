import { describe, expect, test } from 'vitest';
import { dcosVersion } from './versions.js';

describe('dcosVersion', () => {
  test.each([
    ['1.9.10', '3.4.8', 'all', '3dt', 'ignored', 'exhibitor', 'standalone'],
    ['1.10.8', '3.4.10', 'all', 'dcos-diagnostics', 'ignored', 'real', 'standalone'],
    ['1.10.9', '3.4.10', 'all', 'dcos-diagnostics', 'ignored', 'real', 'refuses'],
    ['1.11', '3.4.10', 'all', 'dcos-diagnostics', 'ignored', 'real', 'standalone'],
    ['1.11.12', '3.4.14', 'all', 'dcos-diagnostics', 'ignored', 'real', 'refuses'],
    ['1.12.3', '3.4.13', 'all', 'dcos-check-runner', 'ignored', 'void', 'refuses'],
    ['1.13.9', '3.4.14', 'all', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
    ['1.13.10', '3.4.14', 'majority', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
    ['2.0.5', '3.4.14', 'all', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
    ['2.0.6', '3.4.14', 'majority', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
    ['2.1', '3.4.14', 'all', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
    ['2.1.1', '3.4.14', 'own', 'dcos-check-runner', 'hangs', 'void', 'refuses'],
  ])('%s', (version, zookeeper, gate, tool, argument, checks, stranger) => {
    expect(dcosVersion(version)).toMatchObject({
      zookeeper,
      bootstrapGate: gate,
      checkTool: tool,
      upgradeArgument: argument,
      upgradeChecks: checks,
      stranger,
    });
  });

  test.each(['1.8.9', '2.3.0', '3.4.8', 'latest', ''])('%s is none that was studied', (version) => {
    expect(dcosVersion(version)).toBeUndefined();
  });
});
