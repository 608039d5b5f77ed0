import { authorityKeyPath } from '../enterprise-places.js';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../../test/support/dcos-duty.js';
import { localTransport } from '../../../remote/local.js';
import type { Transport } from '../../../remote/transport.js';
import { authorityDuty } from './authority-duty.js';
import { authorityGoneDuty } from './authority-gone.js';
import type { DcosCluster } from '../cluster-file.js';
import { namedCertificate } from './custom-authority.js';
import { lookForKey } from '../preflight/preflight-authority.js';

const [bootstrap, holder, newcomer] = ['10.0.0.100', '10.0.0.1', '10.0.0.4'];
const order = { stage: 1, newcomers: [newcomer], holders: [holder, '10.0.0.2'] };
let root: string;
let cluster: DcosCluster;
let commands: string[];
let transport: Transport;

const place = (host: string, path: string): string => join(root, host, path);
const write = (path: string, text: string, mode = 0o600): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
};
const newPair = (name: string): { readonly key: string; readonly certificate: string } => {
  const files = ['-keyout', join(root, `${name}.key`), '-out', join(root, `${name}.crt`)];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, ...files];
  execFileSync('openssl', made, { stdio: 'ignore' });
  return {
    key: readFileSync(join(root, `${name}.key`), 'utf8'),
    certificate: readFileSync(join(root, `${name}.crt`), 'utf8'),
  };
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'succession-authority-'));
  commands = [];
  const local = localTransport();
  // Each host has a folder for its root; whoever runs the tests stands for root.
  transport = {
    run: (host, command, options) => {
      commands.push(command);
      const here = command
        .replaceAll('/var/lib/dcos', place(host, '/var/lib/dcos'))
        .replaceAll('/root/dcos', place(host, '/root/dcos'))
        .replaceAll('%a %u', '%a 0')
        .replaceAll('chown 0:0', ': ');
      return local.run(host, here, options);
    },
    close: () => local.close(),
  };
  cluster = { ...testCluster, dcos: { version: '2.1.2', variant: 'enterprise', security: 'strict' } };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function configure(certificate: string): void {
  const config = 'ca_certificate_path: genconf/ca.crt\nca_certificate_key_path: genconf/ca.key\n';
  write(place(bootstrap, '/root/dcos/genconf/config.yaml'), config);
  write(place(bootstrap, '/root/dcos/genconf/ca.crt'), certificate);
}

describe('the key of a certificate authority of the operator', () => {
  test('comes from a master that serves, shows itself nowhere, and is taken away again', async () => {
    const { key, certificate } = newPair('ours');
    configure(certificate);
    write(place(holder, authorityKeyPath), key);
    const duty = authorityDuty(cluster, transport, order);
    const { context, said } = testDuty();
    const told: unknown[] = [await duty.look(context)];
    expect(told[0]).toMatchObject({ kind: 'to-do', evidence: [expect.stringContaining('has no')] });
    told.push(await duty.perform(context), await duty.look(context), await duty.perform(context));
    expect(told[1]).toEqual({ kind: 'done', evidence: [`put on ${newcomer}, from ${holder}`] });
    expect(JSON.stringify(told[2])).toMatch(/"kind":"done".*"authorityKey":"[0-9a-f]{64}"/);
    expect(told[3]).toEqual({ kind: 'done', evidence: [] });
    const put = place(newcomer, authorityKeyPath);
    expect(readFileSync(put, 'utf8')).toBe(key);
    expect(statSync(put).mode & 0o777).toBe(0o600);
    expect(statSync(place(newcomer, '/var/lib/dcos')).mode & 0o055).toBe(0o055);
    const secret = key.split('\n')[1] ?? '';
    expect([...commands, ...said, JSON.stringify(told)].filter((text) => text.includes(secret))).toEqual([]);

    const gone = authorityGoneDuty(cluster, transport, 2, [newcomer]);
    const none = testDuty({ authorityKey: '' }).context;
    expect(await gone.look(none)).toMatchObject({ kind: 'done', evidence: ['none was put there'] });
    const later = testDuty({ authorityKey: 'a digest' }).context;
    expect(await gone.look(later)).toMatchObject({ kind: 'to-do' });
    expect(await gone.perform(later)).toMatchObject({ kind: 'done' });
    expect(existsSync(put)).toBe(false);
    expect(await gone.look(later)).toMatchObject({ kind: 'done' });
    const silent: Transport = {
      ...transport,
      run: () => Promise.resolve({ kind: 'unknown', reason: 'dead' }),
    };
    const dead = authorityGoneDuty(cluster, silent, 2, [newcomer]);
    await dead.perform(later);
    expect(JSON.stringify(await dead.look(later))).toContain('remove /var/lib/dcos/pki');
  });

  test('goes with a rollback although it never reached all, and a key of others stays', async () => {
    const { key, certificate } = newPair('ours');
    configure(certificate);
    const other = newPair('theirs').key;
    write(place(newcomer, authorityKeyPath), key);
    write(place('10.0.0.5', authorityKeyPath), other);
    const gone = authorityGoneDuty(cluster, transport, 2, [newcomer, '10.0.0.5']);
    const { context } = testDuty();
    expect(await gone.look(context)).toEqual({ kind: 'to-do', evidence: [`${newcomer} may hold it`] });
    await gone.perform(context);
    expect(existsSync(place(newcomer, authorityKeyPath))).toBe(false);
    expect(readFileSync(place('10.0.0.5', authorityKeyPath), 'utf8')).toBe(other);
    expect(JSON.stringify(await gone.look(context))).toMatch(/"done".*10\.0\.0\.5 may hold a key/);
  });

  test('comes from a file that its owner alone can read, and that holds the right one', async () => {
    const { key, certificate } = newPair('ours');
    configure(certificate);
    const file = join(root, 'given.key');
    const duty = authorityDuty({ ...cluster, customCaKeyFile: file }, transport, order);
    const perform = () => duty.perform(testDuty().context);
    write(file, key, 0o644);
    expect(await perform()).toMatchObject({
      kind: 'failed',
      evidence: [expect.stringContaining('can be read by others')],
    });
    write(file, newPair('theirs').key);
    expect(await perform()).toMatchObject({
      kind: 'failed',
      evidence: [`${file} is not the key of the certificate`],
    });
    write(file, key);
    write(place(newcomer, authorityKeyPath), newPair('other').key);
    expect(await perform()).toMatchObject({
      kind: 'failed',
      reason: `${newcomer} holds another key in ${authorityKeyPath}`,
    });
    rmSync(place(newcomer, authorityKeyPath));
    expect(await perform()).toMatchObject({ kind: 'done' });
  });

  test('is missed before anything is changed', async () => {
    const { certificate } = newPair('ours');
    configure(certificate);
    const hosts = { masters: [holder], fresh: [newcomer] };
    const { signal } = testDuty().context;
    const found = await lookForKey(cluster, transport, hosts, signal);
    expect(found.faults.map((fault) => fault.host)).toEqual([newcomer]);
    expect(found.faults[0]?.seen).toContain('its key is not at hand: 10.0.0.1 does not have it');
    expect(found.faults[0]?.remedy).toContain('customCaKeyFile');
    write(place(holder, authorityKeyPath), newPair('theirs').key);
    const wrong = await lookForKey(cluster, transport, hosts, signal);
    expect(wrong.faults.map((fault) => fault.host)).toEqual([holder, newcomer]);
  });

  test('is not wanted where config.yaml names no certificate, nor where it can not be read', async () => {
    write(place(bootstrap, '/root/dcos/genconf/config.yaml'), 'security: strict\n');
    const duty = authorityDuty(cluster, transport, order);
    const { context } = testDuty();
    expect(await duty.look(context)).toMatchObject({ kind: 'done', facts: { authorityKey: '' } });
    configure('no certificate');
    expect(await duty.look(context)).toMatchObject({ kind: 'refused', failure: { code: 'authority' } });
  });
});

test.each([
  ['ca_certificate_path: genconf/ca.crt', { kind: 'named', path: 'genconf/ca.crt' }],
  ['ca_certificate_path: ./genconf/ca.crt', { kind: 'named', path: 'genconf/ca.crt' }],
  // As the installer's container sees it.
  ['ca_certificate_path: /genconf/ca.crt', { kind: 'named', path: 'genconf/ca.crt' }],
  ['ca_certificate_path: ""', null],
  ['security: strict', null],
  ['ca_certificate_path: [1]', { kind: 'unknown', reason: 'c.yaml: ca_certificate_path is no path' }],
])('%s', (text, expected) => {
  expect(namedCertificate(`${text}\n`, 'c.yaml')).toEqual(expected);
});
