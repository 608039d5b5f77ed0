// Stand-in for the Mesos agent of DC/OS: registration, tasks that outlive it. `node mesos-agent.js`.
//
// It finds the leader as the real one does: in the ZooKeeper of the masters that `master_list` names, as zk-1.zk to
// zk-5.zk. A list without any living master loses it.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { masterList, ownAddress, say, thisHost } from './daemon/host.js';
import { zooKeeperNames } from './daemon/zookeeper-names.js';
import { zooKeeperSession } from './daemon/zookeeper-session.js';
import { livingTasks, readCheckpoint, startTask, writeCheckpoint } from './mesos/checkpoint.js';
import { mesosVersion } from './mesos/documents.js';
import { type Leader, type NodeCache, readLeader } from './mesos/masters.js';
import { ask } from './web/ask.js';
import { guarded } from './web/cluster-token.js';
import { enrol } from './web/enrol.js';
import { parseRecord, textOf } from './web/json.js';
import { type Answer, type Call, json, plain, serve } from './web/serve.js';

const host = thisHost('the Mesos agent of DC/OS, whose tasks are processes that sleep');
const address = ownAddress(host);
const role = host.role === 'public-agent' ? 'slave_public' : 'slave';
const checkpointPath = host.path('/var/lib/mesos/slave/meta/agent.json');
const taskCount = Math.round(host.timing('agentTasks', 2));
/** The real one has a watch; the pings come each 15 s from the master. */
const lookMs = host.timing('mesosLookMs', 2000);
const pingMs = host.timing('mesosPingMs', 15_000);

const startedMs = performance.now();
const cache: NodeCache = new Map();
const session = zooKeeperSession(() => zooKeeperNames(masterList(host)), 10_000);
let checkpoint = readCheckpoint(checkpointPath);
let leader: Leader | null = null;
let registeredWith: string | null = null;
let saidMs = 0;

await keepTasks();
const enrolled = host.security === 'strict' ? await enrol(host, address) : null;
if (enrolled === null) await serve(address, 5051, answer);
else {
  const { certificate, key } = enrolled.server;
  await serve(address, 5051, guarded(enrolled.secret, answer), { key, cert: certificate });
}
say(`agent at ${address}:5051, ${checkpoint.tasks.length} tasks, id ${checkpoint.id || 'not given yet'}`);
for (;;) {
  leader = await lookForLeader();
  if (leader?.id !== registeredWith) registeredWith = null;
  const isDue = leader?.id !== registeredWith || performance.now() - saidMs > pingMs;
  if (leader !== null && isDue) await register(leader);
  await sleep(lookMs);
}

/** Tasks of an agent before this one go on; only those that are gone are started anew. */
async function keepTasks(): Promise<void> {
  const tasks = [...livingTasks(checkpoint.tasks)];
  while (tasks.length < taskCount) tasks.push(await startTask(randomUUID().slice(0, 8)));
  checkpoint = { ...checkpoint, tasks };
  writeCheckpoint(checkpointPath, checkpoint);
}

/** Without ZooKeeper the agent stays with the master that it knows. */
async function lookForLeader(): Promise<Leader | null> {
  try {
    return await session.use((connection) => readLeader(connection, cache));
  } catch {
    return leader;
  }
}

async function register(to: Leader): Promise<void> {
  const word = { id: checkpoint.id, address, role, tasks: livingTasks(checkpoint.tasks).length };
  const heard = await ask(
    `${enrolled === null ? 'http' : 'https'}://${to.address}:${to.port}/succession-lab/agent`,
    {
      method: 'POST',
      body: JSON.stringify({ ...word, began: registeredWith === null }),
      connectMs: 5000,
      readMs: 10_000,
    },
  );
  if (heard.kind === 'failed' || heard.status !== 200) {
    registeredWith = null;
    return;
  }
  saidMs = performance.now();
  const id = textOf(parseRecord(heard.body), 'id');
  if (id !== checkpoint.id) {
    checkpoint = { ...checkpoint, id };
    writeCheckpoint(checkpointPath, checkpoint);
  }
  if (registeredWith === null) say(`registered with ${to.address} as ${id}`);
  registeredWith = to.id;
}

function answer(call: Call): Answer {
  const path = call.path.replace(/^\/slave\(1\)(?=\/)/, '');
  const tasks = livingTasks(checkpoint.tasks);
  switch (path) {
    case '/metrics/snapshot':
      return json({
        'slave/registered': registeredWith === null ? 0 : 1,
        'slave/uptime_secs': (performance.now() - startedMs) / 1000,
        'slave/tasks_running': tasks.length,
      });
    case '/health':
      return plain('');
    case '/state':
    case '/state.json':
      return json({
        version: mesosVersion(host.version),
        id: checkpoint.id,
        pid: `slave(1)@${address}:5051`,
        hostname: address,
        ...(registeredWith === null ? {} : { master_hostname: leader?.address ?? '' }),
        attributes: role === 'slave_public' ? { public_ip: 'true' } : {},
        flags: {
          master: 'zk://zk-1.zk:2181,zk-2.zk:2181,zk-3.zk:2181,zk-4.zk:2181,zk-5.zk:2181/mesos',
          work_dir: '/var/lib/mesos/slave',
        },
        frameworks: [
          {
            id: 'marathon',
            name: 'marathon',
            executors: tasks.map((pid) => ({ id: `task.${pid}`, container: String(pid) })),
          },
        ],
      });
    default:
      return plain('', 404);
  }
}
