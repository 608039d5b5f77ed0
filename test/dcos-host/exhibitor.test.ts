import { afterEach, expect, test } from 'vitest';
import { eventually, get, loopbackHosts, type LoopbackHosts, textAt } from '../support/loopback-hosts.js';

const masters = ['127.41.0.1', '127.41.0.2', '127.41.0.3'];
const spec = masters.map((address, index) => `${index + 1}:${address}`).join(',');

const credentials = `Basic ${Buffer.from('admin:sesame').toString('base64')}`;

let hosts: LoopbackHosts | undefined;
afterEach(() => hosts?.stopAll());

async function json(address: string, path: string): Promise<unknown> {
  const { body } = await get(`http://${address}:8181/exhibitor/v1/${path}`, { Authorization: credentials });
  return body === '' ? null : JSON.parse(body);
}

test('three supervisors start three real servers, and a new list takes hold with a new start only', async () => {
  const timing = { exhibitorCheckMs: 1000 };
  const files = {
    'opt/mesosphere/etc/master_count': '3',
    'opt/mesosphere/etc/exhibitor-auth': 'admin:sesame\n',
  };
  hosts = await loopbackHosts(
    masters.map((address) => ({ address, role: 'master', timing })),
    files,
  );
  const [first = '', second = ''] = masters;
  for (const address of masters) hosts.start(address, 'exhibitor', { EXHIBITOR_STATICENSEMBLE: spec });

  const serving = masters.map((hostname) => ({ hostname, code: 3, description: 'serving' }));
  for (const address of masters) await eventually(() => json(address, 'cluster/status'), serving);
  // The newest line first.
  expect(await json(first, 'cluster/log')).toMatch(
    /State: serving[^]*start\/restart ZooKeeper[^]*State: down/,
  );
  const status = (await json(second, 'cluster/status')) as { isLeader: boolean }[];
  expect(status.filter(({ isLeader }) => isLeader)).toHaveLength(1);
  const rest = `http://${second}:8181/exhibitor/v1`;
  expect(await get(`${rest}/cluster/status`)).toMatchObject({ status: 200 });
  expect(await get(`${rest}/cluster/state`)).toMatchObject({ status: 401 });
  expect(await json(second, 'config/get-state')).toMatchObject({
    running: true,
    config: { serverId: 2, serversSpec: spec, hostname: second },
  });
  expect(await json(second, 'cluster/4ltr/CONF')).toContain('serverId=2\n');
  expect(await json(second, 'cluster/4ltr/XYZ')).toBe('* unknown *');
  expect(await json(first, `cluster/state/${second}`)).toMatchObject({
    response: { state: 3 },
    success: true,
  });
  expect(await json(first, 'explorer/node?key=/zookeeper')).toMatchObject([{ title: 'quota' }]);

  const other = spec.replace('2:', '4:');
  await hosts.stop(second, 'exhibitor');
  await eventually(() => json(first, 'cluster/status'), [{ code: 3 }, { code: 1, hostname: second }, {}]);
  expect(textAt(hosts, second, 'var/lib/dcos/exhibitor/zookeeper/snapshot/myid')).toBe('2\n');
  hosts.start(second, 'exhibitor', { EXHIBITOR_STATICENSEMBLE: other });
  await eventually(() => json(second, 'config/get-state'), {
    config: { serverId: 4, serversSpec: other },
  });
  // The others know no server 4, and yet it joins: it is the highest, and dials them.
  await eventually(() => json(second, 'cluster/state'), { state: 3 });
  expect(textAt(hosts, second, 'var/lib/dcos/exhibitor/zookeeper/snapshot/myid')).toBe('4\n');
  expect(textAt(hosts, second, 'var/lib/dcos/exhibitor/conf/zoo.cfg')).toContain(
    String.raw`server.4=127.41.0.2\:2888\:3888`,
  );
});
