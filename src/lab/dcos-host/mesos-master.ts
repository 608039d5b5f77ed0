// Stand-in for the Mesos master of DC/OS: election, the two replicated logs, agents. `node mesos-master.js`.
//
// ZooKeeper is real, and so are the rules of the logs (src/log at Mesos 1.2.0). There are no frameworks and no offers.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quorumOf } from '../../model/ensemble.js';
import { giveUp, ownAddress, readText, say, thisHost } from './daemon/host.js';
import { zooKeeperSession } from './daemon/zookeeper-session.js';
import { type Agents, agentsFrom, dropUnheard, hear, returned } from './mesos/agents.js';
import type { Broadcast } from './mesos/coordinator.js';
import { openReplica } from './mesos/log-file.js';
import { askReplica, type LogName, logPath, requestFrom } from './mesos/log-wire.js';
import { masterMetrics } from './mesos/master-metrics.js';
import { contend, joinReplicas, type Leader, type NodeCache } from './mesos/masters.js';
import { readLeader, readReplicas, replicaGroups } from './mesos/masters.js';
import { type ReplicatedLog, replicatedLog } from './mesos/replicated-log.js';
import { slavesDocument, stateDocument } from './mesos/documents.js';
import { guarded } from './web/cluster-token.js';
import { numberOf, parseRecord, textOf } from './web/json.js';
import { masterPki } from './web/master-pki.js';
import { type Answer, type Call, json, plain, serve } from './web/serve.js';

const host = thisHost('the Mesos master of DC/OS, with the real rules of its replicated logs');
const address = ownAddress(host);
const port = 5050;
const masterCount = Number(readText(host.path('/opt/mesosphere/etc/master_count'))?.trim() ?? 1);
const quorum = Number(process.env['MESOS_QUORUM'] ?? quorumOf(masterCount));
const workDir = host.path(process.env['MESOS_WORK_DIR'] ?? '/var/lib/dcos/mesos/master');
/** MESOS_REGISTRY_FETCH_TIMEOUT and MESOS_REGISTRY_STORE_TIMEOUT. */
const registryLimitMs = host.timing('mesosRegistryMs', 60_000);
/** Between two looks at ZooKeeper, where the real one has watches; between two attempts of a log to recover. */
const lookMs = host.timing('mesosLookMs', 1000);
const retryMs = host.timing('logRetryMs', 1000);
/** MESOS_MAX_SLAVE_PING_TIMEOUTS=20 of 15 s each. */
const agentLimitMs = host.timing('mesosAgentMs', 300_000);
/** An entry each so often, so that a lost one is seen; the real one writes when something changes. */
const entryMs = host.timing('mesosEntryMs', 30_000);

/** Strict security: TLS alone, and a token of whoever asks. */
const scheme = host.security === 'strict' ? 'https' : 'http';

const startedMs = performance.now();
const id = randomUUID();
const session = zooKeeperSession(() => [host.local], 10_000);
const cache: NodeCache = new Map();
const present: Record<LogName, readonly string[]> = { registrar: [], overlay: [] };
const logs: Readonly<Record<LogName, ReplicatedLog>> = {
  registrar: openLog('registrar', 'replicated_log'),
  overlay: openLog('overlay', 'overlay_replicated_log'),
};
const writing: Record<LogName, Promise<unknown>> = {
  registrar: Promise.resolve(),
  overlay: Promise.resolve(),
};
/** The node of each group that this master made, and in which session. */
let joined: { readonly incarnation: number; readonly contender: string } | null = null;
let leader: Leader | null = null;
let elected = false;
/** Present from the moment that this master leads and has read the registry. */
let agents: Agents | null = null;
let lastEntry = 0;
let unreachable = 0;

const strict = scheme === 'https' ? await masterPki(host, address, session, ['mesos-master']) : null;
if (strict === null || strict.cluster === null) await serve(address, port, answer);
else {
  const { certificate, key } = strict.server;
  await serve(address, port, guarded(strict.cluster.secret, answer), { key, cert: certificate });
}
say(`master ${id} at ${address}:${port}, quorum ${quorum}, logs below ${workDir}`);
for (const log of ['registrar', 'overlay'] as const) void recoverLog(log);
for (;;) {
  await lookAtZooKeeper();
  if (agents !== null) keepRegistry(agents);
  await sleep(lookMs);
}

function openLog(name: LogName, folder: string): ReplicatedLog {
  const others: Broadcast = (request) =>
    present[name]
      .filter((peer) => peer !== `${address}:${port}`)
      .map((peer) => askReplica(peer, name, request, scheme));
  return replicatedLog(openReplica(join(workDir, folder)), quorum, others);
}

async function recoverLog(name: LogName): Promise<void> {
  while (!(await logs[name].recover())) await sleep(retryMs);
  say(`${name}: the log has recovered`);
}

/** Enters the groups where this session has not, and takes in who is there. */
async function lookAtZooKeeper(): Promise<void> {
  try {
    await session.use(async (connection) => {
      if (joined?.incarnation !== session.incarnation()) {
        // A leader's session is over, and its node with it: another may lead already.
        if (elected) giveUp('Lost leadership... committing suicide!');
        for (const name of ['registrar', 'overlay'] as const) {
          const replica = `log-replica(${name === 'registrar' ? 1 : 2})@${address}:${port}`;
          await joinReplicas(connection, replicaGroups[name], replica);
        }
        const contender = await contend(connection, { id, address, port });
        joined = { incarnation: session.incarnation(), contender };
      }
      for (const name of ['registrar', 'overlay'] as const) {
        present[name] = await readReplicas(connection, replicaGroups[name], cache);
      }
      leader = await readLeader(connection, cache);
    });
  } catch {
    // The session may come back, and all stays as it was; when it is over, nobody is known to lead.
    if (joined === null || joined.incarnation === session.incarnation()) return;
    if (elected) giveUp('Lost leadership... committing suicide!');
    leader = null;
    return;
  }
  const leads = leader !== null && leader.node === joined?.contender;
  if (elected && !leads) giveUp('Lost leadership... committing suicide!');
  if (leads && !elected) {
    elected = true;
    say('Elected as the leading master!');
    void lead();
  }
}

/** Reads the registry through both logs. A leader that can't, ends: another is elected then. */
async function lead(): Promise<void> {
  await within('Failed to recover registrar: Failed to perform fetch', async () => {
    const log = logs.registrar;
    return log.recovered() && (await log.lead()).kind === 'written';
  });
  agents = agentsFrom(logs.registrar.values());
  say(`Recovered registrar: ${agents.recovered.size} agents, ${logs.registrar.values().length} entries`);
  await append('registrar', `elect ${id} ${address}`);
}

/** One entry after the other, each until a quorum has it. */
function append(name: LogName, value: string): Promise<unknown> {
  const log = logs[name];
  writing[name] = writing[name].then(() =>
    within(`Failed to update ${name}: Failed to perform store`, async () => {
      if (!log.recovered()) return false;
      const { kind } = await log.append(value);
      if (kind === 'lost') giveUp(`Failed to update ${name}: the coordinator was demoted`);
      return kind === 'written' || leadAndAppend(log, value);
    }),
  );
  return writing[name];
}

async function leadAndAppend(log: ReplicatedLog, value: string): Promise<boolean> {
  if ((await log.lead()).kind !== 'written') return false;
  // What was silent may have arrived, and been settled just now.
  if (log.values().at(-1) === value) return true;
  return (await log.append(value)).kind === 'written';
}

async function within(what: string, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + registryLimitMs;
  while (!(await attempt())) {
    if (performance.now() > deadline) giveUp(`${what} within ${registryLimitMs / 1000}secs`);
    await sleep(retryMs);
  }
}

function keepRegistry(known: Agents): void {
  for (const lost of dropUnheard(known, performance.now(), agentLimitMs)) {
    unreachable += 1;
    say(`agent ${lost} is unreachable`);
    void append('registrar', `remove ${lost}`);
  }
  if (performance.now() - lastEntry > entryMs) {
    lastEntry = performance.now();
    void append('registrar', `still ${id} ${new Date().toISOString()}`);
  }
}

async function answer(call: Call): Promise<Answer> {
  const path = call.path.replace(/^\/(?:master|registrar\(1\))(?=\/)/, '').replace(/(?<=.)\/$/, '');
  if (path.startsWith(`${logPath}/`)) return answerReplica(path.slice(logPath.length + 1), call);
  switch (path) {
    case '/metrics/snapshot':
      return json(metrics());
    case '/succession-lab/agent':
      return answerAgent(call);
    case '/redirect':
      return redirect(call.path, true);
    case '/health':
      return redirect(call.path, false) ?? plain('');
    case '/slaves':
      return redirect(call.path, false) ?? json(slavesDocument(host.version, agents));
    case '/state':
    case '/state.json':
    case '/state-summary':
      return redirect(call.path, false) ?? json(stateDocument({ host, address, id, quorum, leader, agents }));
    default:
      return plain('', 404);
  }
}

function redirect(path: string, always: true): Answer;
function redirect(path: string, always: false): Answer | undefined;
/** 307 to the leader, 503 where nobody is known to lead; undefined on the leader itself. */
function redirect(path: string, always: boolean): Answer | undefined {
  if (leader === null) return plain('No leader elected', 503);
  if (!always && elected) return agents === null ? plain('Master has not recovered', 503) : undefined;
  const place = always ? '' : path;
  return {
    status: 307,
    headers: { Location: `//${leader.address}:${leader.port}${place}` },
    body: '',
  };
}

function answerReplica(name: string, call: Call): Answer {
  const request = requestFrom(call.body);
  if (name !== 'registrar' && name !== 'overlay') return plain('', 404);
  if (call.method === 'GET') return json({ recovered: logs[name].recovered(), values: logs[name].values() });
  return request === null ? plain('', 400) : json(logs[name].answer(request));
}

/** An agent says that it is there. It is registered once the registry has it. */
async function answerAgent(call: Call): Promise<Answer> {
  const elsewhere = redirect(call.path, false);
  if (elsewhere !== undefined || agents === null) return elsewhere ?? plain('', 503);
  const word = parseRecord(call.body);
  const known = agents;
  const agentId = textOf(word, 'id') || `${id}-S${known.active.size + known.recovered.size}`;
  const at = Date.now() / 1000;
  const heard = {
    id: agentId,
    address: textOf(word, 'address'),
    role: textOf(word, 'role'),
    tasks: numberOf(word, 'tasks', 0),
  };
  const wasActive = known.active.has(agentId);
  if (!wasActive && !known.recovered.has(agentId)) {
    await append('registrar', `admit ${agentId} ${heard.address}`);
    void append('overlay', `subnet ${agentId} ${heard.address}`);
  }
  hear(known, heard, performance.now(), at);
  if (wasActive && word['began'] === true) returned(known, agentId, at);
  return json({ id: agentId, master: id });
}

function metrics(): Readonly<Record<string, number>> {
  const active = [...(agents?.active.values() ?? [])];
  return masterMetrics(host.version, {
    elected,
    uptimeSeconds: (performance.now() - startedMs) / 1000,
    activeAgents: active.length,
    unreachableAgents: unreachable,
    tasks: active.reduce((sum, { tasks }) => sum + tasks, 0),
    registrar: { recovered: logs.registrar.recovered(), replicas: present.registrar.length },
    overlay: { recovered: logs.overlay.recovered(), replicas: present.overlay.length },
  });
}
