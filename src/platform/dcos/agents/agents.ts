// The agents get the masters' new list: a canary first, then several at a time, and no agent twice.

import type { Address } from '../../../model/ensemble.js';
import { observeAgent, type AgentReading } from '../../../probe/mesos-agent.js';
import { detachedUnit, forgetDetached, runDetached } from '../../../remote/detached.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import {
  type AgentBefore,
  agentFaults,
  type AgentGoal,
  agentGoal,
  type AgentHost,
  readAgentHost,
} from './agent-host.js';
import { accountFor, type AgentFault, isWhole, type Losses, noLosses } from './agent-tasks.js';
import { agentUpgradeMs, agentUpgradeScript, beforeIn } from './agent-upgrade-script.js';
import type { DcosCluster } from '../cluster-file.js';
import type { MesosAccess } from '../services/mesos-access.js';
import { rollOut, type Rollout, type RolloutProgress } from './roll-out.js';
import { sideBySide } from '../side-by-side.js';
import { inWords } from '../services/soak.js';
import { dcosVersion, type DcosVersion } from '../versions.js';

const defaults: Rollout = { concurrency: 8, canary: 1, failureBudget: 0 };
/** Mesos gives an agent up after 5 minutes of missed pings: by then it must be back. */
const settleMs = 600_000;
/** Everything else is as it must be by then: an executor that reaches its agent later has been given up by it. */
const missedMs = 30_000;
const pollMs = 5_000;
const answerMs = 10_000;
/** As many are only looked at side by side. */
const mostLooks = 16;

/** What a round of agents needs. */
interface Round {
  readonly cluster: DcosCluster;
  readonly transport: Transport;
  readonly access: MesosAccess;
  readonly version: DcosVersion;
  readonly goal: AgentGoal;
  readonly context: DutyContext;
}

/** Gives every agent of the cluster the list that `configure` made last. `stage`: when the round comes. */
export function agentsDuty(
  cluster: DcosCluster,
  transport: Transport,
  access: MesosAccess,
  stage: number,
): Duty {
  const agents = [...cluster.agents.private, ...cluster.agents.public];
  /** Failed within the budget: what was seen of them. */
  const leftOut = new Map<Address, string>();
  return {
    id: `${stage}.agents`,
    kind: 'agents',
    sentence: `give ${agents.length === 1 ? 'the agent' : `the ${agents.length} agents`} the new list of masters`,
    waivable: false,
    look: async (context) => {
      const round = roundOf(cluster, transport, access, context);
      if (round === null) return nothingConfigured();
      const ahead = await aheadOf(round, agents);
      const left = ahead.filter((one) => !leftOut.has(one.agent));
      if (left.length > 0) return { kind: 'to-do', evidence: left.map(inOneLine) };
      const without = ahead.map(({ agent }) => `${agent} was left out: ${leftOut.get(agent) ?? ''}`);
      const done = agents.length - ahead.length;
      return {
        kind: 'done',
        evidence: [`${done} of ${agents.length} agents hold ${round.goal.configurationPackage}`, ...without],
      };
    },
    perform: async (context) => {
      const round = roundOf(cluster, transport, access, context);
      if (round === null) return { kind: 'failed', reason: unconfigured, evidence: [], remedy: 'resume' };
      return carryOut(round, agents, leftOut);
    },
  };
}

const unconfigured = 'no configuration was made for the agents';

function nothingConfigured(): DutyReading {
  const failure = {
    code: 'agents',
    blame: 'tool',
    message: unconfigured,
    seen: ['no upgradeUrl, configurationPackage and masterList among the facts of the run'],
    expected: 'the duty configure leaves them',
    next: ['resume; if it comes again, run dcos_node_upgrade.sh on the agents by hand'],
  } as const;
  return { kind: 'refused', failure };
}

function roundOf(
  cluster: DcosCluster,
  transport: Transport,
  access: MesosAccess,
  context: DutyContext,
): Round | null {
  const version = dcosVersion(cluster.dcos.version);
  const goal = agentGoal(context.facts);
  return version === undefined || goal === null
    ? null
    : { cluster, transport, access, version, goal, context };
}

interface Ahead {
  readonly agent: Address;
  readonly faults: readonly string[];
}

function inOneLine({ agent, faults }: Ahead): string {
  return `${agent}: ${faults.join('; ')}`;
}

/** The agents that are not done, with what is missing. */
async function aheadOf(round: Round, agents: readonly Address[]): Promise<readonly Ahead[]> {
  const all = await sideBySide(agents, mostLooks, async (agent) => ({
    agent,
    faults: (await lookAt(round, agent, 'without-checks')).faults,
  }));
  return all.filter(({ faults }) => faults.length > 0);
}

interface Seen {
  readonly host: Awaited<ReturnType<typeof readAgentHost>>;
  readonly mesos: AgentReading;
  readonly faults: readonly string[];
}

async function lookAt(
  { cluster, transport, access, version, goal, context: { signal } }: Round,
  agent: Address,
  checks: 'with-checks' | 'without-checks',
): Promise<Seen> {
  const strict = cluster.dcos.security === 'strict';
  const tool = checks === 'with-checks' || strict ? version.checkTool : null;
  const [host, mesos] = await Promise.all([
    readAgentHost(transport, agent, tool, signal),
    observeAgent(agent, { timeoutMs: answerMs, signal, ask: access.way(goal.masters) }),
  ]);
  return { host, mesos, faults: agentFaults(goal, host, mesos, { strict }) };
}

async function carryOut(
  round: Round,
  agents: readonly Address[],
  leftOut: Map<Address, string>,
): Promise<Outcome> {
  const { context, cluster } = round;
  const toDo = (await aheadOf(round, agents)).map(({ agent }) => agent);
  const before = agents.length - toDo.length;
  const startedAt = context.now();
  const rollout = cluster.agentsRollout ?? defaults;
  const losses = noLosses(cluster.agentsRollout?.taskLoss);
  const end = await rollOut(toDo, rollout, (agent) => upgradeAgent(round, agent, losses), {
    before,
    stopped: () => context.signal.aborted,
    onProgress: (progress) =>
      context.say(progressLine(progress, before, context.now() - startedAt, rollout.concurrency)),
  });
  const evidence = [
    `${before + end.done.length} of ${agents.length} agents done`,
    ...losses.told,
    ...end.failed.map(({ host, fault }) => `${host}: ${fault.seen}`),
  ];
  const remedy = end.failed.map(({ host, fault }) => `${host}: ${fault.remedy}`).join('; ') || 'go on';
  if (context.signal.aborted) return { kind: 'unknown', reason: 'stopped meanwhile', evidence, remedy };
  if (end.untouched.length > 0 || end.failed.length > rollout.failureBudget) {
    const left = end.untouched.length === 0 ? '' : `; ${end.untouched.length} were left alone`;
    const reason = `${end.failed.length} of ${toDo.length} agents failed${left}`;
    return { kind: 'failed', reason, evidence, remedy };
  }
  for (const { host, fault } of end.failed) leftOut.set(host, fault.seen);
  return { kind: 'done', evidence };
}

/** More names than these tell nobody anything. */
const mostNamed = 4;

/** `agents 12 of 40, 2 at work (10.0.1.13, 10.0.1.14), about 9 min left` */
export function progressLine(
  { done, failed, atWork, total }: RolloutProgress<Address>,
  before: number,
  tookMs: number,
  concurrency: number,
): string {
  const ended = done + failed;
  const eachMs = ended === 0 ? null : (tookMs * Math.min(concurrency, total)) / ended;
  const leftMs = eachMs === null ? null : (eachMs * (total - ended)) / Math.min(concurrency, total);
  const more = atWork.length > mostNamed ? ', …' : '';
  const named = atWork.length === 0 ? '' : ` (${atWork.slice(0, mostNamed).join(', ')}${more})`;
  return [
    `agents ${before + done} of ${before + total}`,
    `${atWork.length} at work${named}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(leftMs === null || ended === total ? [] : [`about ${inWords(leftMs)} left`]),
  ].join(', ');
}

/** Why it could not be changed, or null. */
async function upgradeAgent(round: Round, agent: Address, losses: Losses): Promise<AgentFault | null> {
  const { host, mesos } = await lookAt(round, agent, 'without-checks');
  if (host.kind === 'unknown')
    return { seen: `could not be asked: ${host.reason}`, remedy: 'see that it answers over SSH' };
  if (host.docker.status !== 0) {
    const seen = `docker ps ends with ${host.docker.status} before anything was changed: ${host.docker.said}`;
    return { seen, remedy: 'mend docker there' };
  }
  const ran = await runUpgrade(round, agent, beforeOf(host, mesos), 2);
  if (ran.kind === 'fault') return ran.fault;
  return awaitHealth(round, agent, ran.before, losses);
}

function beforeOf(host: AgentHost, mesos: AgentReading): AgentBefore {
  if (mesos.kind === 'known') return { id: mesos.id, tasks: mesos.tasks };
  return { id: host.agentId === '' ? null : host.agentId, tasks: [] };
}

type Ran =
  | { readonly kind: 'ran'; readonly before: AgentBefore }
  | { readonly kind: 'fault'; readonly fault: AgentFault };

/** What was cut off half-way is done again: the script of DC/OS takes that. */
async function runUpgrade(round: Round, agent: Address, now: AgentBefore, tries: number): Promise<Ran> {
  const { transport, goal, version, context } = round;
  const { signal } = context;
  const unit = detachedUnit(context.id, agent, 'upgrade');
  const script = agentUpgradeScript(goal, version, now);
  const result = await runDetached(transport, agent, { unit, script, timeoutMs: agentUpgradeMs, signal });
  if (result.kind === 'unknown')
    return ranBadly(result.reason, 'see that it answers over SSH; it may still be at work');
  // The name must be free for another try; what came of this one is told by looking.
  await forgetDetached(transport, agent, unit, signal);
  // What an earlier process started tells how the agent was then.
  const before = beforeIn(result.stdout) ?? now;
  if (result.kind === 'cut-off')
    return tries > 1
      ? runUpgrade(round, agent, before, tries - 1)
      : ranBadly(result.reason, 'see why it breaks off');
  if (result.status === 0) return { kind: 'ran', before };
  const said = `${result.stderr}\n${result.stdout}`.trim().slice(0, 500);
  if (result.status === 21)
    return ranBadly(`${goal.upgradeUrl} could not be fetched: ${said}`, 'see to the bootstrap node');
  return ranBadly(`dcos_node_upgrade.sh ended with ${result.status}: ${said}`, 'read what it says');
}

function ranBadly(seen: string, remedy: string): Ran {
  return { kind: 'fault', fault: { seen, remedy } };
}

/** The script's end proves nothing (facts of DC/OS 1.9.10: it only starts the units): the agent itself must show it. */
async function awaitHealth(
  round: Round,
  agent: Address,
  before: AgentBefore,
  losses: Losses,
): Promise<AgentFault | null> {
  const { context } = round;
  const until = context.now() + settleMs;
  let healthySince: number | null = null;
  for (;;) {
    const { host, mesos, faults } = await lookAt(round, agent, 'with-checks');
    if (context.signal.aborted) return { seen: 'stopped meanwhile', remedy: 'go on' };
    const now = context.now();
    healthySince = faults.length > 0 ? null : (healthySince ?? now);
    if (host.kind === 'known' && healthySince !== null) {
      if (isWhole(before, host, mesos) || now - healthySince >= missedMs)
        return accountFor(agent, before, host, mesos, losses);
    } else if (now >= until)
      return { seen: faults.join('; '), remedy: 'look at dcos-mesos-slave there, and at its tasks' };
    await context.sleep(pollMs, context.signal);
  }
}
