// Before the run: is every master, agent and newcomer as the plan takes it to be? All that is wrong is told at once.

import { addressesIn, describeEnsemble } from '../../../model/ensemble.js';
import type { Address } from '../../../model/ensemble.js';
import { askClusterStatus, askConfiguration } from '../../../probe/exhibitor.js';
import { askMesosMaster, mesosReplicas, type MesosReplicas } from '../../../probe/mesos.js';
import { observeService } from '../../../probe/observe-service.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../../run/duty.js';
import { type ListedPlan, livesUntilRound } from '../agents/agent-rounds.js';
import { lookForBootstrapAuthority } from '../certificates/bootstrap-authority.js';
import type { DcosCluster } from '../cluster-file.js';
import { shutBy } from '../down-masters.js';
import { exhibitorLogin } from '../services/exhibitor-login.js';
import type { HostFault } from '../certificates/identity.js';
import { disagrees, ensembleFaults, type MasterReading } from './judge-ensemble.js';
import { bootstrapFaults, clockFaults, newcomerFaults, nodeFaults, type NodeWants } from './judge-hosts.js';
import { judgeMesos } from './judge-mesos.js';
import { lookForKey } from './preflight-authority.js';
import { lookAtConfiguration } from './preflight-configuration.js';
import { readNode } from './preflight-host.js';
import { lookAtIdentity } from './preflight-identity.js';
import { readBootstrap, readNewcomer } from './preflight-newcomer.js';
import { lookAtStores } from './preflight-stores.js';
import type { ServiceWays } from '../services/service-ways.js';
import { lookAtPorts } from './preflight-ports.js';
import { sideBySide } from '../side-by-side.js';
import { dcosVersion, type DcosVersion } from '../versions.js';

const clientPort = 2181;
/** An Exhibitor asks its peers, and waits 13 s for one that is silent. */
const exhibitorMs = 20_000;
const answerMs = 10_000;
/** Exhibitor looks every 30 s: after this it has looked again. */
const cacheMs = 35_000;
const mostHosts = 32;

const loginRemedy =
  'mend superuser in the cluster file: a user that may read of Mesos (uid), and a file with the password for its owner alone (passwordFile)';

/** Looks at everything; changes nothing. */
export function preflightDuty(
  cluster: DcosCluster,
  transport: Transport,
  ways: ServiceWays,
  plan: ListedPlan,
): Duty {
  return {
    id: 'preflight',
    kind: 'preflight',
    sentence: 'look at every master, agent and newcomer',
    waivable: false,
    look: (context) => look({ cluster, transport, ways, plan, context }),
    perform: () => Promise.resolve({ kind: 'done', evidence: ['looking is all there is to it'] }),
  };
}

interface Preflight {
  readonly cluster: DcosCluster;
  readonly transport: Transport;
  readonly ways: ServiceWays;
  readonly plan: ListedPlan;
  readonly context: DutyContext;
}

/** What is wrong, and what is worth telling although it is not. */
interface Found {
  readonly faults: readonly HostFault[];
  readonly notes: readonly string[];
}

async function look(preflight: Preflight): Promise<DutyReading> {
  const version = dcosVersion(preflight.cluster.dcos.version);
  const masters = addressesIn(preflight.plan.from).filter((one) => !preflight.plan.down.includes(one));
  const {
    cluster,
    transport,
    context: { signal },
  } = preflight;
  const fresh = [...new Set(preflight.plan.stages.flatMap((stage) => stage.fresh))];
  const parts: readonly Found[] = await Promise.all([
    version === undefined ? unknownVersion(preflight.cluster) : lookAtEnsemble(preflight, masters, version),
    lookAtHosts(preflight, masters),
    lookAtIdentity(
      cluster,
      transport,
      { masters, shutBy: shutBy(cluster, preflight.plan.down) },
      preflight.context,
    ),
    lookAtStores(cluster, transport, preflight.plan, signal),
    lookForKey(cluster, transport, { masters, fresh }, signal),
    lookForBootstrapAuthority(cluster, transport, { masters, fresh }, signal),
    lookAtConfiguration({ ...preflight, masters }, preflight.transport, preflight.context),
    lookAtPorts(cluster, preflight.plan, masters, preflight.context),
  ]);
  const faults = parts.flatMap((part) => part.faults);
  const notes = parts.flatMap((part) => part.notes);
  if (faults.length === 0) return { kind: 'done', evidence: notes };
  const one = (key: 'seen' | 'remedy'): readonly string[] => [
    ...new Set(faults.map((fault) => `${fault.host}: ${fault[key]}`)),
  ];
  return {
    kind: 'refused',
    failure: {
      code: 'preflight',
      blame: 'operator',
      message: `the cluster is not ready: ${faults.length === 1 ? 'one thing is' : `${faults.length} things are`} wrong`,
      seen: one('seen'),
      expected: 'every master, agent and newcomer is as the plan takes it to be',
      next: [...one('remedy'), 'then try again: nothing was changed'],
    },
  };
}

function unknownVersion({ dcos }: DcosCluster): Found {
  const seen = `nobody studied DC/OS ${dcos.version}`;
  return { faults: [{ host: 'the cluster file', seen, remedy: 'mend dcos.version' }], notes: [] };
}

async function lookAtEnsemble(
  { cluster, ways, plan, context }: Preflight,
  masters: readonly Address[],
  version: DcosVersion,
): Promise<Found> {
  const { signal } = context;
  const login = await exhibitorLogin(cluster);
  if (typeof login === 'string')
    return {
      faults: [{ host: 'this machine', seen: login, remedy: 'mend exhibitor.passwordFile' }],
      notes: [],
    };
  const shut = shutBy(cluster, plan.down);
  const trouble = await ways.mesos.trouble(masters, signal);
  // Where nobody's services may start nobody gives a token; a password that is refused is wrong all the same.
  if (trouble !== null && (trouble.kind === 'refused' || shut.length === 0))
    return {
      faults: [{ host: 'the masters', seen: `Mesos can't be asked: ${trouble.reason}`, remedy: loginRemedy }],
      notes: [],
    };
  const ask = ways.mesos.way(masters);
  const read = (): Promise<readonly MasterReading[]> =>
    sideBySide(masters, mostHosts, async (address) => {
      const exhibitor = { timeoutMs: exhibitorMs, signal, ask: ways.exhibitor(address) };
      const [status, configuration, service, mesos] = await Promise.all([
        askClusterStatus(address, exhibitor),
        askConfiguration(address, { ...exhibitor, login }),
        observeService(address, clientPort, { signal }),
        trouble === null
          ? askMesosMaster(address, version, { timeoutMs: answerMs, signal, ask })
          : ({ kind: 'silent', reason: trouble.reason } as const),
      ]);
      return { address, status, configuration, service, mesos };
    });
  let readings = await read();
  if (disagrees(readings)) {
    context.say(`Exhibitor and ZooKeeper do not say the same: looking again in ${cacheMs / 1000} s`);
    await context.sleep(cacheMs, signal);
    readings = await read();
  }
  // Mesos tells the number itself from 1.4 on.
  const replicas = version.ensembleSize ? null : await livingReplicas(masters, context);
  const strict = cluster.dcos.security === 'strict';
  const ensemble = ensembleFaults({ ensemble: plan.from, down: plan.down }, readings);
  const mesos = judgeMesos({ members: plan.from.length, strict, shutBy: shut }, readings, replicas);
  const leader = readings.find(({ service }) => service.mode === 'leader' || service.mode === 'standalone');
  const notes = [
    `${masters.length} masters serve as ${describeEnsemble(plan.from)}, led by ${leader?.address ?? 'nobody'}`,
    ...mesos.notes,
    ...plan.down.map((address) => `${address} is down, as the plan has it`),
    ...readings
      .filter(({ configuration }) => configuration.kind === 'forbidden')
      .map(({ address }) => `${address}: Exhibitor wants a password for its list; its file was read instead`),
  ];
  return { faults: [...ensemble, ...mesos.faults], notes };
}

/** ZooKeeper keeps the node of a master that died this long at the most: 20 ticks. */
const sessionMs = 40_000;
/** Between two counts, in ms. */
const countMs = 2000;

/** Counted again while a master that died may still be among them. */
async function livingReplicas(
  masters: readonly Address[],
  { signal, now, sleep, say }: DutyContext,
): Promise<MesosReplicas> {
  const until = now() + sessionMs + countMs;
  for (;;) {
    const replicas = await mesosReplicas(masters, clientPort, { timeoutMs: answerMs, signal });
    if (replicas.kind !== 'read' || replicas.count <= masters.length || now() > until || signal.aborted)
      return replicas;
    say(
      `${replicas.count} replicas of Mesos' log for ${masters.length} masters: a session of one that died may last`,
    );
    await sleep(countMs, signal);
  }
}

async function lookAtHosts(preflight: Preflight, masters: readonly Address[]): Promise<Found> {
  const { cluster, transport, plan, context } = preflight;
  const { signal } = context;
  const wants = wantsOf(cluster, plan, masters);
  const newcomers = newcomersOf(plan);
  const bootstrap = await readBootstrap(cluster, transport, signal);
  const [nodes, comers] = await Promise.all([
    sideBySide([...wants.keys()], mostHosts, (address) => readNode(transport, address, signal)),
    bootstrap.kind === 'unknown'
      ? []
      : sideBySide(newcomers, mostHosts, (address) => readNewcomer(transport, address, bootstrap, signal)),
  ]);
  const known = [...nodes, ...comers].filter((one) => one.kind === 'known');
  const ofNodes = nodes.flatMap((reading) => {
    const wanted = wants.get(reading.address);
    return wanted === undefined ? [] : nodeFaults(wanted, reading);
  });
  const excused = excusedFaults(cluster, ofNodes, masters);
  const faults = [
    ...bootstrapFaults(cluster.bootstrap.address, bootstrap),
    ...ofNodes.filter((fault) => !excused.includes(fault)),
    ...comers.flatMap((one) => newcomerFaults(one, plan.down.includes(one.address) ? 'wiped' : 'refused')),
    ...clockFaults(known),
  ];
  const list = describeEnsemble(plan.from);
  const stale = nodes.flatMap((one) =>
    one.kind === 'known' && one.serversSpec !== list ? [one.address] : [],
  );
  const left = excused.map(({ host, seen }) => `${host}, an agent that may fail: ${seen}`);
  const old = bootstrap.kind === 'known' ? bootstrap.oldUpgrades : 0;
  const notes = [
    `${nodes.length} masters and agents run DC/OS ${cluster.dcos.version}; all clocks agree`,
    ...left,
    ...(newcomers.length === 0 ? [] : [`${newcomers.join(', ')} can be installed`]),
    ...comers.flatMap((one) =>
      one.kind === 'known' && one.installed.length > 0
        ? [`${one.address} holds an earlier DC/OS, which is wiped before its install`]
        : [],
    ),
    ...(old === 0
      ? []
      : [`${old} earlier upgrade scripts are still served: each leads back to an older list`]),
    ...(stale.length === 0
      ? []
      : [`${stale.join(', ')}: an older list, with masters in it that stay long enough`]),
  ];
  return { faults, notes };
}

/** What is wrong with agents, as long as no more of them have a fault than may fail in a round. */
function excusedFaults(
  { agentsRollout }: DcosCluster,
  faults: readonly HostFault[],
  masters: readonly Address[],
): readonly HostFault[] {
  const ofAgents = faults.filter((fault) => !masters.includes(fault.host));
  const ill = new Set(ofAgents.map((fault) => fault.host)).size;
  return ill <= (agentsRollout?.failureBudget ?? 0) ? ofAgents : [];
}

/** Hosts that start on an empty disk: no members yet, or dead ones that are rebuilt at their address. */
export function newcomersOf({ from, down, stages }: ListedPlan): readonly Address[] {
  const living = addressesIn(from).filter((address) => !down.includes(address));
  return [...new Set(stages.flatMap((stage) => stage.fresh))].filter((address) => !living.includes(address));
}

function wantsOf(
  { dcos, agents }: DcosCluster,
  plan: ListedPlan,
  masters: readonly Address[],
): ReadonlyMap<Address, NodeWants> {
  const common = { version: dcos.version, serversSpec: describeEnsemble(plan.from) };
  const lives = (listed: readonly Address[]): boolean => livesUntilRound(plan, listed);
  return new Map<Address, NodeWants>([
    ...masters.map((one) => [one, { ...common, role: 'master', mayDiffer: null }] as const),
    ...agents.private.map((one) => [one, { ...common, role: 'slave', mayDiffer: lives }] as const),
    ...agents.public.map((one) => [one, { ...common, role: 'slave_public', mayDiffer: lives }] as const),
  ]);
}
