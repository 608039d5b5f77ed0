// `npm test`: everything that a fresh clone needs, then every check. Arguments go to vitest.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { root, run, setUp } from './setup.mjs';

/** @type {readonly (readonly [name: string, program: string, args: readonly string[]])[]} */
const checks = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'oxlint', ['--deny-warnings']],
  ['nothing unused', 'knip', []],
];

setUp('test');
for (const [name, program, args] of checks) {
  process.stderr.write(`check: ${name}\n`);
  const status = run(join(root, 'node_modules', '.bin', program), args);
  if (status !== 0) process.exit(status);
}

const folder = mkdtempSync(join(tmpdir(), 'succession-test-'));
const report = join(folder, 'report.json');
const vitest = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const status = run(join(root, 'node_modules', '.bin', 'vitest'), [...vitest, ...process.argv.slice(2)], 1);
process.exitCode = status;
process.stdout.write(`${lastLine()}\n`);
rmSync(folder, { recursive: true, force: true });

/** A suite that could not be loaded counts as one failure: it has no tests to count. */
function lastLine() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ one) =>
        one.status === 'failed' && one.assertionResults.length === 0,
    );
    const failed = numFailedTests + unloaded.length;
    return `${numPassedTests} passed, ${failed === 0 && status !== 0 ? 1 : failed} failed`;
  } catch {
    return '0 passed, 1 failed';
  }
}
