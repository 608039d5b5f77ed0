import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, get, loopbackHosts, type LoopbackHosts, textAt } from '../support/loopback-hosts.js';

const masters = ['127.42.0.1', '127.42.0.2', '127.42.0.3'];
const agent = '127.42.0.9';
const spec = masters.map((address, index) => `${index + 1}:${address}`).join(',');
const timing = {
  exhibitorCheckMs: 1000,
  logRetryMs: 100,
  mesosLookMs: 200,
  mesosEntryMs: 500,
  agentTasks: 1,
  marathonLookMs: 200,
};
const files = {
  'opt/mesosphere/etc/master_count': '3',
  'opt/mesosphere/etc/master_list': JSON.stringify(masters),
};
const workDir = 'var/lib/dcos/mesos/master';

let hosts: LoopbackHosts;
let tasks: readonly number[] = [];
beforeAll(async () => {
  hosts = await loopbackHosts(
    [...masters, agent].map((address) => ({
      address,
      role: address === agent ? 'private-agent' : 'master',
      timing,
    })),
    files,
  );
  for (const address of masters) hosts.start(address, 'exhibitor', { EXHIBITOR_STATICENSEMBLE: spec });
});
afterAll(async () => {
  await hosts.stopAll();
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
  hosts.start(address, 'mesos-master', { MESOS_QUORUM: '2', MESOS_WORK_DIR: `/${workDir}` });
}

async function wipe(address: string): Promise<void> {
  await hosts.stop(address, 'mesos-master');
  rmSync(join(hosts.root(address), workDir), { recursive: true });
}

test('three masters recover their logs, and one that lost its disk; an agent keeps its id and task; two wiped of three never recover', async () => {
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

/** Verifies the chain and the address; answers with the names, or with what is wrong. */
function names(address: string, ca: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 10_443, ca }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    });
    socket.once('error', (error: Error) => resolve(error.message));
  });
}

test('masters share a CA, a cluster id and the apps, some of which name masters', async () => {
  const ports = { ADMINROUTER_HTTP_PORT: '10080', ADMINROUTER_HTTPS_PORT: '10443' };
  const two = masters.slice(0, 2);
  for (const address of two) {
    hosts.start(address, 'adminrouter', ports);
    hosts.start(address, 'marathon');
  }
  for (const address of two) {
    await eventually(() => get(`http://${address}:10080/metadata`), { status: 200 });
    const ca = await get(`http://${address}:10080/ca/dcos-ca.crt`);
    expect(ca.body).toBe(textAt(hosts, masters[0] ?? '', 'run/dcos/pki/CA/ca-bundle.crt'));
    expect(await names(address, ca.body)).toContain(`IP Address:${address}`);
    const id = textAt(hosts, address, 'var/lib/dcos/cluster-id');
    expect(await json(`${address}:10080`, 'metadata')).toEqual({ PUBLIC_IPV4: address, CLUSTER_ID: id });
    expect(id).toBe(textAt(hosts, masters[0] ?? '', 'var/lib/dcos/cluster-id'));
    expect(await json(`${address}:10080`, 'exhibitor/v1/cluster/state')).toMatchObject({ state: 3 });
    const apps = async (): Promise<string> =>
      JSON.stringify(await json(`${address}:10080`, 'marathon/v2/apps'));
    await eventually(async () => (await apps()).includes(`${masters[2] ?? ''}:2181`), true);
  }
});
