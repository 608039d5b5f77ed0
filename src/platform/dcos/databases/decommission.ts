// After a stage: what left is taken out of the databases on the masters, and these are whole before another master goes.

import type { Address } from '../../../model/ensemble.js';
import { detachedUnit, forgetDetached, runDetached } from '../../../remote/detached.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import type { DcosCluster } from '../cluster-file.js';
import { type Departure, type Leftovers, leftoversOf, type StoreFault } from './leftovers.js';
import { inWords } from '../services/soak.js';
import { access, readStores, type Stores, storesOf, survivorsOf } from './stores.js';

/** Five minutes until a node counts as dead, ten until the number of replicas is set anew, and then the copying. */
const limitMs = 2_700_000;
const pollMs = 15_000;
const commandMs = 1_200_000;

/** A stage, and who is where after it. */
export interface DecommissionOrder extends Departure {
  readonly stage: number;
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
      const leftovers = await look(cluster, transport, order, signal);
      const toDo = [
        ...leftovers.cockroachNodes.map((id) => `CockroachDB still counts on node ${id}`),
        ...leftovers.etcdLeavers.map((address) => `etcd still counts on ${address}`),
        ...leftovers.faults.map(inOneLine),
      ];
      if (toDo.length > 0) return { kind: 'to-do', evidence: toDo };
      return { kind: 'done', evidence: evidenceOf(storesOf(cluster), order, leftovers) };
    },
    perform: (context) => carryOut(cluster, transport, order, context),
  };
}

function inOneLine({ store, seen }: StoreFault): string {
  return `${store}: ${seen}`;
}

function evidenceOf(
  { cockroach, etcd }: Stores,
  { left, down, late, masters }: DecommissionOrder,
  { notes, isEtcdOff }: Leftovers,
): readonly string[] {
  const ranges = down.length === 0 ? 'no range lacks a replica' : 'every range is available';
  const joined = masters.filter((one) => !down.includes(one) && !late.includes(one));
  const peers = `navstar or dcos-net may still name ${left.join(', ')} as a peer, and try to reach it: not looked at`;
  return [
    cockroach ? `CockroachDB: ${ranges}` : 'CockroachDB: not in this version',
    ...(isEtcdOff
      ? []
      : [
          etcd
            ? `etcd: only masters are members, and ${joined.join(', ')} are healthy ones`
            : 'etcd: not in this version',
        ]),
    ...notes,
    ...(left.length > 0 ? [peers] : []),
  ];
}

async function look(
  cluster: DcosCluster,
  transport: Transport,
  order: DecommissionOrder,
  signal: AbortSignal,
): Promise<Leftovers> {
  return leftoversOf(await readStores(cluster, transport, order, signal), order);
}

async function carryOut(
  cluster: DcosCluster,
  transport: Transport,
  order: DecommissionOrder,
  context: DutyContext,
): Promise<Outcome> {
  const until = context.now() + limitMs;
  const remedy =
    "look at the databases with their own tools on a master ('cockroach node status --all', 'dcos-shell dcos-etcdctl diagnostic')";
  const did: string[] = [];
  // What was taken out already and still is there is not taken out again in the same second.
  let tried = '';
  for (;;) {
    const leftovers = await look(cluster, transport, order, context.signal);
    const { cockroachNodes, etcdLeavers, faults } = leftovers;
    if (context.signal.aborted)
      return { kind: 'unknown', reason: 'stopped meanwhile', evidence: did, remedy };
    if (cockroachNodes.length + etcdLeavers.length + faults.length === 0)
      return { kind: 'done', evidence: did };
    const leftMs = until - context.now();
    const [through] = survivorsOf(order);
    const toTake = [...cockroachNodes, ...etcdLeavers].join(', ');
    if (through !== undefined && leftMs > 0 && toTake !== '' && toTake !== tried) {
      const outcome = await remove(transport, through, leftovers, context);
      if (outcome.kind !== 'done') return outcome;
      did.push(...outcome.evidence);
      tried = toTake;
      await context.sleep(1_000, context.signal);
      continue;
    }
    tried = '';
    const seen = [...faults.map(inOneLine), ...(toTake === '' ? [] : [`${toTake} is still counted on`])];
    if (leftMs <= 0)
      return {
        kind: 'failed',
        reason: `not within ${inWords(limitMs)}`,
        evidence: [...did, ...seen],
        remedy,
      };
    context.say(`${seen[0] ?? 'the databases'}; waiting for another ${inWords(leftMs)}`);
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
    const evidence = [
      ...leftovers.cockroachNodes.map((id) => `CockroachDB's node ${id} is decommissioned`),
      ...leftovers.etcdLeavers.map((address) => `${address} is taken out of etcd`),
    ];
    return { kind: 'done', evidence };
  }
  const said = `${result.stdout}${result.stderr}`.trim().slice(-500);
  return { kind: 'failed', reason: `status ${result.status} on ${through}`, evidence: [said], remedy };
}

/** What `dcos-etcd.service` gives the helper: it tells etcd and the list in ZooKeeper, from which a newcomer joins. */
const leaveEtcd = `leave_etcd() (
  for file in /opt/mesosphere/etc/etcd.env /run/dcos/etc/etcd/zk-creds; do
    [ -r "$file" ] || continue
    while IFS='=' read -r key value; do
      case $key in '' | *[!A-Za-z0-9_]*) ;; *) export "$key=$value" ;; esac
    done <"$file"
  done
  exec dcos-shell /opt/mesosphere/active/etcd/bin/etcd_discovery.py --zk-addr 127.0.0.1:2181 \\
    leave-cluster --node-ip "$1" </dev/null
)
`;

/** `--wait=live`: waiting for a node that is dead never ends (CockroachDB 1.1 to 2.1, `node decommission`). */
export function removeScript({ cockroachNodes, etcdLeavers }: Leftovers): string {
  const lines = [
    ...cockroachNodes.map(
      (id) =>
        `cockroach node decommission ${id} --wait=live "$access" --host="$(detect_ip)" </dev/null || exit 1`,
    ),
    ...etcdLeavers.map((address) => `leave_etcd ${quote(address)} || exit 1`),
  ];
  return `set -u\n${access}${etcdLeavers.length > 0 ? leaveEtcd : ''}${lines.join('\n')}\n`;
}
