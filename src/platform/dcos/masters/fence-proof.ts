// Whether a master that was stopped and disabled is out of everybody's reach, and forgotten by the others.

import type { Address } from '../../../model/ensemble.js';
import { mesosReplicas } from '../../../probe/mesos.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import type { Outcome } from '../../../run/platform.js';
import { openPorts } from '../../zookeeper/open-ports.js';
import { scriptOpening } from './host-script.js';

/** ZooKeeper's clients, followers and elections, and Mesos. */
export const masterPorts: readonly number[] = [2181, 2888, 3888, 5050];

/** A replica's node goes with its session, after 40 s at most, and an election may come between. */
const forgottenMs = 90_000;
const pauseMs = 2000;

/** What the proof may use. */
export interface FenceProof {
  readonly transport: Transport;
  readonly address: Address;
  /** Masters that may be asked, in order. */
  readonly others: readonly Address[];
  readonly signal: AbortSignal;
}

/** The proof, or what is wrong; `evidence` is what was done so far. Read-only. */
export async function proveFence(proof: FenceProof, evidence: readonly string[]): Promise<Outcome> {
  const { address, others, signal } = proof;
  const open = await openPorts(address, masterPorts, signal);
  if (signal.aborted) return stopped(evidence);
  const remedy = 'find and stop what listens there, then go on';
  if (open.length > 0) {
    const reason = `${address} still takes connections at ${open.join(', ')}`;
    return { kind: 'failed', reason, evidence, remedy };
  }
  const witness = await askAnother(proof);
  if (signal.aborted) return stopped(evidence);
  if (witness === null)
    return {
      kind: 'unknown',
      reason: `no other master could try to reach ${address}`,
      evidence,
      remedy: 'see that commands reach the masters, then go on',
    };
  const { from } = witness;
  if (witness.open.length > 0) {
    const reason = `from ${from} ${address} still takes connections at ${witness.open.join(', ')}`;
    return { kind: 'failed', reason, evidence, remedy };
  }
  // Where a master that runs can't be reached either, silence from here tells of a filter, not of a fence.
  const compared = await openPorts(from, masterPorts, signal);
  if (signal.aborted) return stopped(evidence);
  const fromBoth = [
    ...evidence,
    compared.length === 0
      ? `from here nothing can be told: ${from} takes no connection either`
      : `from here no connection to ${compared.join(', ')}, which ${from} takes`,
    `from ${from}, whose ZooKeeper ${witness.runs ? 'runs' : 'is down'}, no connection to ${masterPorts.join(', ')}`,
  ];
  const forgotten = await awaitForgotten({
    ...proof,
    others: [from, ...others.filter((one) => one !== from)],
  });
  if (signal.aborted) return stopped(fromBoth);
  return forgotten.kind === 'failed'
    ? { ...forgotten, evidence: fromBoth, remedy: 'see which Mesos master keeps that node alive, then go on' }
    : { kind: 'done', evidence: [...fromBoth, forgotten.seen] };
}

interface Witness {
  readonly from: Address;
  /** Ports that took a connection. */
  readonly open: readonly number[];
  /** Whether it is a member that runs. */
  readonly runs: boolean;
}

/**
 * What the first other master sees of `address`: one that runs, as the members that must not reach it do. Where all are
 * stopped, one that is installed; a host that is no master yet is no witness. Null: there is none.
 */
async function askAnother({ transport, address, others, signal }: FenceProof): Promise<Witness | null> {
  let stoppedOne: Witness | null = null;
  for (const from of others) {
    const result = await transport.run(from, witnessScript(address), { timeoutMs: 30_000, signal });
    if (signal.aborted) return null;
    if (result.kind !== 'exited' || result.status !== 0) continue;
    const lines = result.stdout.split('\n');
    if (!lines.includes('asked')) continue;
    const open = masterPorts.filter((port) => lines.includes(`${port} open`));
    const runs = lines.includes('member=runs');
    if (runs || open.length > 0) return { from, open, runs };
    if (lines.includes('member=stopped')) stoppedOne ??= { from, open, runs };
  }
  return stoppedOne;
}

/** Who it is that asks, and what it sees of `address`. */
export function witnessScript(address: Address): string {
  return `${scriptOpening}
if find_zookeeper; then say member runs; elif has_dcos; then say member stopped; else say member no; fi
${portsScript(address, masterPorts)}`;
}

/** Prints `PORT open`, `PORT closed` or `PORT silent` for each, as seen from the host that runs it; `asked` at the end. */
export function portsScript(address: Address, ports: readonly number[]): string {
  return `command -v timeout >/dev/null && command -v bash >/dev/null || exit 1
for port in ${ports.join(' ')}; do
  timeout 3 bash -c ${quote('</dev/tcp/$1/$2')} bash ${quote(address)} "$port" 2>/dev/null
  case $? in 0) echo "$port open" ;; 124) echo "$port silent" ;; *) echo "$port closed" ;; esac
done
echo asked
`;
}

/**
 * Where nobody serves, or the access lists keep us out, the node can't be looked up: it is no more than what is left of a
 * process that was seen to be gone.
 */
async function awaitForgotten({
  address,
  others,
  signal,
}: FenceProof): Promise<
  { readonly kind: 'seen'; readonly seen: string } | { readonly kind: 'failed'; readonly reason: string }
> {
  const until = Date.now() + forgottenMs;
  for (;;) {
    const replicas = await mesosReplicas(others, 2181, { timeoutMs: 10_000, signal });
    const isThere = replicas.kind === 'read' && replicas.addresses.includes(address);
    if (replicas.kind === 'read' && !isThere)
      return { kind: 'seen', seen: `no replica of it under /mesos/log_replicas (${replicas.count} others)` };
    if (replicas.kind === 'forbidden' || (replicas.kind === 'unknown' && Date.now() > until))
      return { kind: 'seen', seen: `its replica's node can't be looked up: ${replicas.reason}` };
    if (signal.aborted || Date.now() > until)
      return { kind: 'failed', reason: `/mesos/log_replicas still names ${address}` };
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
}

function stopped(evidence: readonly string[]): Outcome {
  const remedy = 'go on: it is tried again';
  return { kind: 'unknown', reason: 'stopped while its fence was proved', evidence, remedy };
}
