// After a stage: what left is taken out of the databases on the masters, and these are whole before another master goes.

import type { Address } from '../../model/ensemble.js';
import { detachedUnit, forgetDetached, runDetached } from '../../remote/detached.js';
import { quote } from '../../remote/quote.js';
import type { Transport } from '../../remote/transport.js';
import type { Duty, DutyContext } from '../../run/duty.js';
import type { Outcome } from '../../run/platform.js';
import { askHost, sayFunctions } from './ask-host.js';
import type { DcosCluster } from './cluster-file.js';
import {
  type Departure,
  type Leftovers,
  leftoversOf,
  storesReading,
  type StoresReading,
} from './leftovers.js';
import { inWords } from './soak.js';
import { dcosVersion } from './versions.js';

/** Five minutes until a node counts as dead, ten until the number of replicas is set anew, and then the copying. */
const limitMs = 2_700_000;
const pollMs = 15_000;
const commandMs = 1_200_000;

/** A stage, and who is where after it. */
export interface DecommissionOrder extends Departure {
  readonly stage: number;
}

/** Which databases the masters of a cluster run. */
export interface Stores {
  readonly cockroach: boolean;
  readonly etcd: boolean;
}

/** As the version and the variant have it. */
export function storesOf({ dcos }: DcosCluster): Stores {
  const version = dcosVersion(dcos.version);
  const { cockroach = 'none', etcd = false } = version ?? {};
  return {
    cockroach: cockroach === 'both' || (cockroach === 'enterprise' && dcos.variant === 'enterprise'),
    etcd,
  };
}

/** Takes what left out of CockroachDB and etcd, and waits until no range of CockroachDB lacks a replica. */
export function decommissionDuty(cluster: DcosCluster, transport: Transport, order: DecommissionOrder): Duty {
  const { left, stage } = order;
  const who = left.length === 0 ? 'nothing' : left.join(', ');
  return {
    id: `${stage}.decommission`,
    kind: 'decommission',
    sentence: `take ${who} out of the databases on the masters, and see that these are whole`,
    waivable: false,
    look: async ({ signal }) => {
      const seen = await look(cluster, transport, order, signal);
      const { leftovers } = seen;
      const toDo = [
        ...leftovers.cockroachNodes.map((id) => `CockroachDB still counts on node ${id}`),
        ...leftovers.etcdMembers.map((id) => `etcd still counts on member ${id}`),
        ...leftovers.faults,
      ];
      if (toDo.length > 0) return { kind: 'to-do', evidence: toDo };
      return { kind: 'done', evidence: evidenceOf(storesOf(cluster), seen.reading, left) };
    },
    perform: (context) => carryOut(cluster, transport, order, context),
  };
}

function evidenceOf(stores: Stores, reading: StoresReading, left: readonly Address[]): readonly string[] {
  const peers = `navstar or dcos-net may name ${left.join(', ')} as a peer for ever: that does no harm`;
  return [
    told('CockroachDB', stores.cockroach, reading.cockroach !== null, 'no range lacks a replica'),
    told('etcd', stores.etcd, reading.etcd !== null, 'only the masters are members'),
    ...(left.length > 0 ? [peers] : []),
  ];
}

function told(name: string, expected: boolean, there: boolean, whole: string): string {
  if (there) return `${name}: ${whole}`;
  return expected ? `${name}: its program is not there` : `${name}: not in this version`;
}

interface Look {
  readonly reading: StoresReading;
  readonly leftovers: Leftovers;
  /** The survivor that answered; null where none was asked, or none did. */
  readonly through: Address | null;
}

async function look(
  cluster: DcosCluster,
  transport: Transport,
  order: DecommissionOrder,
  signal: AbortSignal,
): Promise<Look> {
  const nothing: StoresReading = { cockroach: null, etcd: null };
  const stores = storesOf(cluster);
  if (!stores.cockroach && !stores.etcd)
    return { reading: nothing, leftovers: leftoversOf(nothing, order), through: null };
  const silent: string[] = [];
  const survivors = order.masters.filter((address) => !order.fresh.includes(address));
  for (const through of survivors) {
    const answer = await askHost(transport, through, lookScript(stores), { timeoutMs: 60_000, signal });
    if (answer.kind === 'answered') {
      const reading = storesReading(answer.lines);
      return { reading, leftovers: leftoversOf(reading, order), through };
    }
    silent.push(`${through}: ${answer.reason}`);
  }
  const leftovers = {
    cockroachNodes: [],
    etcdMembers: [],
    faults: ['no survivor could be asked', ...silent],
  };
  return { reading: nothing, leftovers, through: null };
}

/** How the tool gets in: open clusters have no certificates (facts of `packages/cockroach` in dcos/dcos). */
const access = `PATH=/opt/mesosphere/bin:$PATH
access=--insecure
for folder in /run/dcos/pki/cockroach /run/dcos/pki/bouncer; do
  if [ -d "$folder" ]; then access="--certs-dir=$folder"; break; fi
done
`;

function lookScript({ cockroach, etcd }: Stores): string {
  const nodes = `if [ -x /opt/mesosphere/bin/cockroach ]; then
  say cockroach yes
  timeout 45 cockroach node status --all --format=csv "$access" --host="$(detect_ip)" 2>&1 </dev/null | say64 nodes
fi
`;
  const members = `if [ -x /opt/mesosphere/bin/dcos-etcdctl ]; then
  say etcd yes
  /opt/mesosphere/bin/dcos-shell dcos-etcdctl member list 2>&1 </dev/null | say64 members
fi
`;
  return `${sayFunctions}${access}${cockroach ? nodes : ''}${etcd ? members : ''}`;
}

async function carryOut(
  cluster: DcosCluster,
  transport: Transport,
  order: DecommissionOrder,
  context: DutyContext,
): Promise<Outcome> {
  const until = context.now() + limitMs;
  const remedy =
    "look at the databases with their own tools on a master (docs: 'cockroach node status', 'dcos-etcdctl')";
  const did: string[] = [];
  for (;;) {
    const { leftovers, through } = await look(cluster, transport, order, context.signal);
    const { cockroachNodes, etcdMembers, faults } = leftovers;
    if (context.signal.aborted)
      return { kind: 'unknown', reason: 'stopped meanwhile', evidence: did, remedy };
    if (cockroachNodes.length + etcdMembers.length + faults.length === 0)
      return { kind: 'done', evidence: did };
    if (through !== null && cockroachNodes.length + etcdMembers.length > 0) {
      const outcome = await remove(transport, through, leftovers, context);
      if (outcome.kind !== 'done') return outcome;
      did.push(...outcome.evidence);
    }
    const leftMs = until - context.now();
    const evidence = [...did, ...faults];
    if (leftMs <= 0) return { kind: 'failed', reason: `not within ${inWords(limitMs)}`, evidence, remedy };
    context.say(`${faults[0] ?? 'databases: looking again'}; waiting for another ${inWords(leftMs)}`);
    await context.sleep(Math.min(pollMs, leftMs), context.signal);
  }
}

async function remove(
  transport: Transport,
  through: Address,
  leftovers: Leftovers,
  context: DutyContext,
): Promise<Outcome> {
  const { signal, say } = context;
  const unit = detachedUnit(context.id, through, 'decommission');
  const script = removeScript(leftovers);
  const result = await runDetached(transport, through, { unit, script, timeoutMs: commandMs, signal, say });
  const remedy = `look at the databases on ${through}, then go on`;
  if (result.kind === 'unknown') return { kind: 'unknown', reason: result.reason, evidence: [], remedy };
  // What has ended is told by a look; the next try must be a new one.
  await forgetDetached(transport, through, unit, signal);
  if (result.kind === 'cut-off') return { kind: 'unknown', reason: result.reason, evidence: [], remedy };
  if (result.status === 0) {
    const { cockroachNodes, etcdMembers } = leftovers;
    const evidence = [
      ...cockroachNodes.map((id) => `CockroachDB's node ${id} is decommissioned`),
      ...etcdMembers.map((id) => `etcd's member ${id} is removed`),
    ];
    return { kind: 'done', evidence };
  }
  const said = `${result.stdout}${result.stderr}`.trim().slice(-500);
  return { kind: 'failed', reason: `status ${result.status} on ${through}`, evidence: [said], remedy };
}

/** `--wait=live`: waiting for a node that is dead never ends (CockroachDB 1.1 to 2.1, `node decommission`). */
export function removeScript({ cockroachNodes, etcdMembers }: Leftovers): string {
  const lines = [
    ...cockroachNodes.map(
      (id) =>
        `cockroach node decommission ${id} --wait=live "$access" --host="$(detect_ip)" </dev/null || exit 1`,
    ),
    ...etcdMembers.map((id) => `dcos-shell dcos-etcdctl member remove ${quote(id)} </dev/null || exit 1`),
  ];
  return `set -u\n${access}${lines.join('\n')}\n`;
}
