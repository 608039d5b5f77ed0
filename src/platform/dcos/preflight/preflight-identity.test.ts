import { expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../../test/support/dcos-duty.js';
import type { Transport } from '../../../remote/transport.js';
import { lookAtIdentity } from './preflight-identity.js';

const cluster = {
  ...testCluster,
  dcos: { version: '1.13.9', variant: 'enterprise', security: 'permissive' },
} as const;
const [first, second, dead] = cluster.masters;
const digest = 'a'.repeat(64);

/** Hosts that booted: `/run` is empty; `clusterId` lies on the disk. */
function booted(clusterIds: readonly string[]): Transport {
  return {
    run: (host, script) => {
      const id = clusterIds[cluster.masters.indexOf(host)] ?? '';
      const stdout = script.includes('clusterId')
        ? `clusterId=${id}\nsecret=\nbundle=\nauthority=\n`
        : 'authority=\n';
      return Promise.resolve({ kind: 'exited', status: 0, stdout, stderr: '' });
    },
    close: () => Promise.resolve(),
  };
}

const look = (clusterIds: readonly string[], shutBy: readonly string[]) =>
  lookAtIdentity(
    cluster,
    booted(clusterIds),
    { masters: [first ?? '', second ?? ''], shutBy },
    testDuty().context,
  );

test('after a boot the certificates wait for a dead master with all services, and are told', async () => {
  expect(await look([digest, digest], [dead ?? ''])).toEqual({
    faults: [],
    notes: [`${first}, ${second}: the certificates in /run/dcos/pki are not made before ${dead} is replaced`],
  });
});

test('without one they are missing, and what lies on the disk must be there in any case', async () => {
  const seen = (await look([digest, digest], [])).faults.map((fault) => fault.seen);
  expect(seen).toContain('has no /run/dcos/pki/CA/ca-bundle.crt');
  expect(seen).toContain('there is no certificate in /run/dcos/pki/tls/certs');
  expect(
    (await look([digest, ''], [dead ?? ''])).faults.map(({ host, seen: what }) => `${host}: ${what}`),
  ).toEqual([`${second}: has no /var/lib/dcos/cluster-id`]);
});
