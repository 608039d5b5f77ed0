import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bootstrapFiles, type LabOrder } from '../bootstrap-files.js';
import { loadConfig } from './load-config.js';
import { validateConfig } from './validate-config.js';

/** PyYAML is on a lab's bootstrap node; a developer's machine may do without. */
const hasYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string): ReturnType<typeof loadConfig> {
  writeFileSync(join(folder, 'config.yaml'), text);
  return loadConfig(join(folder, 'config.yaml'));
}

const order: LabOrder = {
  version: '1.9.10',
  variant: 'enterprise',
  security: 'strict',
  bootstrap: '172.31.16.198',
  masters: ['172.31.31.63', '172.31.16.60', '172.31.18.152'],
  privateAgents: ['172.31.20.1'],
  publicAgents: [],
  resolvers: ['172.31.16.198'],
  extra: { exhibitor_admin_password: 'geheim' },
};

describe.runIf(hasYaml)('genconf/config.yaml', () => {
  test('is read by the rules of YAML 1.1, each value as text', () => {
    expect(load('a: yes\nb: 5\nc: [1, "x"]\nd: 10.0.0.1\n"e f": text\nd: 10.0.0.2\n')).toEqual({
      kind: 'loaded',
      given: new Map([
        ['a', 'true'],
        ['b', '5'],
        ['c', '[1, "x"]'],
        ['d', '10.0.0.2'],
        ['e f', 'text'],
      ]),
    });
  });

  test('is told of when it is missing or no YAML', () => {
    expect(loadConfig(join(folder, 'none.yaml'))).toMatchObject({ kind: 'unreadable' });
    expect(load('a: [')).toMatchObject({ kind: 'unreadable' });
  });

  test('of an ordered lab is valid, and lists the masters as they came', () => {
    const files = bootstrapFiles(order);
    expect(files.map(({ path }) => path)).toEqual([
      'dcos_generate_config.ee.sh',
      'genconf/config.yaml',
      'genconf/ip-detect',
    ]);
    const loaded = load(files[1]?.content ?? '');
    if (loaded.kind !== 'loaded') throw new Error(loaded.message);
    expect(validateConfig(loaded.given, { variant: 'enterprise', hasFile: () => true })).toEqual([]);
    expect(JSON.parse(loaded.given.get('master_list') ?? '')).toEqual(order.masters);
  });
});
