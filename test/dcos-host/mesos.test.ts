import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually, get, loopbackHosts, type LoopbackHosts } from '../support/loopback-hosts.js';

const masters = ['127.42.0.1', '127.42.0.2', '127.42.0.3'];
const agent = '127.42.0.9';
const spec = masters.map((address, index) => `${index + 1}:${address}`).join(',');
const timing = {
  exhibitorCheckMs: 1000,
  mesosRetryMs: 100,
  mesosLookMs: 200,
  mesosEntryMs: 500,
  agentTasks: 1,
};
const files = {
  'opt/mesosphere/etc/master_count': '3',
  'opt/mesosphere/etc/master_list': JSON.stringify(masters),
};
const workDir = 'var/lib/dcos/mesos/master';

let hosts: LoopbackHosts | undefined;
let tasks: readonly number[] = [];
afterEach(async () => {
  await hosts?.stopAll();
  tasks.forEach((pid) => process.kill(pid));
});

async function json(address: string, path: string): Promise<Record<string, unknown>> {
  const { body } = await get(`http://${address}/${path}`);
  return (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
}

async function recovered(): Promise<readonly unknown[]> {
  const metrics = await Promise.all(masters.map((address) => json(`${address}:5050`, 'metrics/snapshot')));
  return metrics.map((of) => [of['registrar/log/recovered'], of['overlay/log/recovered']]);
}

async function leaders(): Promise<readonly string[]> {
  const metrics = await Promise.all(masters.map((address) => json(`${address}:5050`, 'metrics/snapshot')));
  return masters.filter((_, index) => metrics[index]?.['master/elected'] === 1);
}

function startMaster(address: string): void {
  hosts?.start(address, 'mesos-master', { MESOS_QUORUM: '2', MESOS_WORK_DIR: `/${workDir}` });
}

async function wipe(address: string): Promise<void> {
  await hosts?.stop(address, 'mesos-master');
  rmSync(join(hosts?.root(address) ?? '', workDir), { recursive: true });
}

test('three masters recover their logs, and one that lost its disk; an agent keeps its id and task; two wiped of three never recover', async () => {
  hosts = await loopbackHosts(
    [...masters, agent].map((address) => ({
      address,
      role: address === agent ? 'private-agent' : 'master',
      timing,
    })),
    files,
  );
  for (const address of masters) hosts.start(address, 'exhibitor', { EXHIBITOR_STATICENSEMBLE: spec });
  for (const address of masters) startMaster(address);
  await eventually(recovered, [
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  await eventually(async () => (await leaders()).length, 1);
  const [leader = ''] = await leaders();
  const follower = masters.find((address) => address !== leader) ?? '';
  await eventually(() => get(`http://${follower}:5050/master/slaves`), { status: 307 });

  hosts.start(agent, 'mesos-agent');
  await eventually(() => json(`${agent}:5051`, 'metrics/snapshot'), { 'slave/registered': 1 });
  const before = await json(`${agent}:5051`, 'state');
  expect(before).toMatchObject({ master_hostname: leader, frameworks: [{ executors: [{}] }] });
  tasks = [Number(JSON.stringify(before['frameworks']).match(/"task\.(\d+)"/)?.[1])];
  await hosts.stop(agent, 'mesos-agent');
  hosts.start(agent, 'mesos-agent');
  await eventually(() => json(`${agent}:5051`, 'metrics/snapshot'), { 'slave/registered': 1 });
  const { id, frameworks } = before;
  expect(await json(`${agent}:5051`, 'state')).toMatchObject({ id, frameworks });
  await eventually(() => json(`${leader}:5050`, 'slaves'), { slaves: [{ id, active: true }] });
  await eventually(
    async () => JSON.stringify(await json(`${leader}:5050`, 'slaves')).includes('reregistered_time'),
    true,
  );

  await wipe(follower);
  startMaster(follower);
  await eventually(async () => (await recovered())[masters.indexOf(follower)], [1, 1]);

  await Promise.all([wipe(leader), wipe(follower)]);
  startMaster(leader);
  startMaster(follower);
  const expected = masters.map((address) => (address === leader || address === follower ? [0, 0] : [1, 1]));
  await eventually(recovered, expected);
  // Both ask again each 0.1 s; a second later they are still empty.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await recovered()).toEqual(expected);
});
