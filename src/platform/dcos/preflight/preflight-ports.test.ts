import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { sortedEnsemble } from '../../../model/ensemble.js';
import { testCluster, testDuty } from '../../../../test/support/dcos-duty.js';
import { lookAtPorts, tlsPortFaults } from './preflight-ports.js';

const masters = ['127.87.0.1', '127.87.0.2'];
const secure = {
  ...testCluster,
  dcos: { ...testCluster.dcos, variant: 'enterprise', security: 'permissive' },
} as const;

test('port 443 must be open to here before anything is changed, where a newcomer has a certificate to show', async () => {
  const { context } = testDuty();
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.87.0.2', resolve));
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const question = { masters, hasNewcomers: true, port };
  // The admin router of the other one may be down: it may be the one to go.
  expect(await tlsPortFaults(secure, question, context)).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  expect(await tlsPortFaults(secure, question, context)).toEqual([
    {
      host: 'this machine',
      seen: `port ${port} of 127.87.0.1, 127.87.0.2 takes no connection from here`,
      remedy: `open port ${port} of all masters, old and new, to here`,
    },
  ]);
  expect(await tlsPortFaults(testCluster, question, context)).toEqual([]);
  expect(await tlsPortFaults(secure, { ...question, hasNewcomers: false }, context)).toEqual([]);
  // No admin router starts before the dead one is back, where all are waited for.
  const from = sortedEnsemble([...masters, '127.87.0.3']);
  const stages = [{ number: 1, from, ensemble: from, fresh: ['127.87.0.3'] }];
  const found = async (version: string) => {
    const dcos = { ...secure.dcos, version };
    const plan = { from, down: ['127.87.0.3'], stages };
    return lookAtPorts({ ...secure, dcos }, plan, masters, context, port);
  };
  expect((await found('1.13.10')).faults).toHaveLength(1);
  expect(await found('1.13.9')).toEqual({
    faults: [],
    notes: [expect.stringContaining('nothing may listen there before 127.87.0.3 is replaced')],
  });
});
