import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCluster } from '../../../../test/support/dcos-duty.js';
import type { TlsReading } from '../../../probe/tls.js';
import { handshakeFaults, servedFaults } from './certificates.js';
import { type Identity, identityFaults } from './identity.js';

const host = '10.0.0.4';
const now = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const good = {
  kind: 'shaken',
  fault: null,
  names: [host, 'leader.mesos'],
  expiresAt: now + 8 * day,
} as const;

test.each<[string, TlsReading, readonly string[]]>([
  ['is good', good, []],
  [
    'is of another authority, and for another host',
    { ...good, fault: 'self-signed certificate', names: ['10.0.0.5'] },
    [
      "its certificate does not verify against the cluster's authority: self-signed certificate",
      'its certificate is for 10.0.0.5, not for 10.0.0.4',
    ],
  ],
  ['ends soon', { ...good, expiresAt: now + 6 * day }, ['its certificate ends 2026-01-07T00:00:00.000Z']],
  ['has no end', { ...good, expiresAt: NaN }, ['its certificate ends nobody knows when']],
  ['is not shown', { kind: 'unknown', reason: 'refused' }, ['no TLS at port 443: refused']],
])('a certificate that %s', (_, reading, expected) => {
  expect(handshakeFaults(host, reading, now).map((fault) => fault.seen)).toEqual(expected);
});

describe('what /ca/dcos-ca.crt serves', () => {
  let folder: string;
  const authority = (name: string): string => readFileSync(join(folder, `${name}.pem`), 'utf8');
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'succession-ca-'));
    for (const name of ['ca', 'other']) {
      const line = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=${name} -keyout ${name}.key -out ${name}.pem`;
      execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('must be of the bundle, however it is laid out', () => {
    const bundle = authority('other') + authority('ca');
    const served = {
      kind: 'text',
      text: `subject: ca\r\n${authority('ca').replaceAll('\n', '\r\n')}`,
    } as const;
    expect(servedFaults(host, served, bundle)).toEqual([]);
    expect(servedFaults(host, served, authority('other'))).toMatchObject([
      { seen: 'its /ca/dcos-ca.crt is of another authority' },
    ]);
    expect(servedFaults(host, { kind: 'text', text: '<html>' }, bundle)).toMatchObject([
      { seen: 'its /ca/dcos-ca.crt holds no certificate' },
    ]);
  });
});

function master(address: string, changes: Partial<Identity> = {}): Identity {
  return { kind: 'known', address, clusterId: 'a', secret: 'b', bundle: 'c', authority: '', ...changes };
}

describe('what all masters must hold alike', () => {
  const [one, two] = [master('10.0.0.1'), master('10.0.0.2')];
  const enterprise = {
    ...testCluster,
    dcos: { ...testCluster.dcos, variant: 'enterprise', security: 'strict' },
  } as const;

  test.each<[string, typeof testCluster, Partial<Identity>, readonly string[]]>([
    ['the same everywhere', enterprise, {}, []],
    ['an authority of its own', enterprise, { bundle: 'x' }, ['/run/dcos/pki/CA/ca-bundle.crt differs']],
    ['no authority where none is needed', testCluster, { bundle: '' }, []],
    ['no cluster id', testCluster, { clusterId: '' }, ['has no /var/lib/dcos/cluster-id']],
    ['another secret', testCluster, { secret: 'x' }, ['auth-token-secret differs']],
  ])('%s', (_, cluster, changes, expected) => {
    const faults = identityFaults(cluster, [one, master(host, changes), two]);
    expect(faults).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) {
      expect(faults[index]?.host).toBe(host);
      expect(faults[index]?.seen).toContain(text);
    }
    // What is compared is never shown.
    expect(JSON.stringify(faults)).not.toContain('"x"');
  });

  test('a secret that nobody has is none', () => {
    expect(
      identityFaults(testCluster, [master('10.0.0.1', { secret: '' }), master(host, { secret: '' })]),
    ).toEqual([]);
  });

  test('a master that can not be asked is no equal one', () => {
    const silent = { kind: 'unknown', address: host, reason: 'no route' } as const;
    expect(identityFaults(testCluster, [one, silent])).toMatchObject([
      { host, seen: 'could not be asked: no route' },
    ]);
  });
});
