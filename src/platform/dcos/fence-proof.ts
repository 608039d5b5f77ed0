// Whether a master that was stopped and disabled is out of everybody's reach, and forgotten by the others.

import type { Address } from '../../model/ensemble.js';
import { mesosReplicas } from '../../probe/mesos.js';
import { quote } from '../../remote/quote.js';
import type { Transport } from '../../remote/transport.js';
import type { Outcome } from '../../run/platform.js';
import { openPorts } from '../zookeeper/open-ports.js';

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
  const { address, signal } = proof;
  const open = await openPorts(address, masterPorts, signal);
  if (signal.aborted) return stopped(evidence);
  const remedy = 'find and stop what listens there, then go on';
  if (open.length > 0) {
    const reason = `${address} still takes connections at ${open.join(', ')}`;
    return { kind: 'failed', reason, evidence, remedy };
  }
  const fromHere = [...evidence, `from here no connection to ${masterPorts.join(', ')}`];
  const elsewhere = await askAnother(proof);
  if (signal.aborted) return stopped(fromHere);
  if (elsewhere === null) {
    const reason = `no other master could try to reach ${address}`;
    return {
      kind: 'unknown',
      reason,
      evidence: fromHere,
      remedy: 'see that commands reach the masters, then go on',
    };
  }
  if (elsewhere.open.length > 0) {
    const reason = `from ${elsewhere.from} ${address} still takes connections at ${elsewhere.open.join(', ')}`;
    return { kind: 'failed', reason, evidence: fromHere, remedy };
  }
  const fromBoth = [...fromHere, `nor from ${elsewhere.from}`];
  const forgotten = await awaitForgotten(proof);
  if (signal.aborted) return stopped(fromBoth);
  return forgotten.kind === 'failed'
    ? { ...forgotten, evidence: fromBoth, remedy: 'see which Mesos master keeps that node alive, then go on' }
    : { kind: 'done', evidence: [...fromBoth, forgotten.seen] };
}

/** The ports of `address` that take a connection from the first other master that can be asked; null: none could. */
async function askAnother({
  transport,
  address,
  others,
  signal,
}: FenceProof): Promise<{ readonly from: Address; readonly open: readonly number[] } | null> {
  for (const from of others) {
    const result = await transport.run(from, portsScript(address, masterPorts), {
      timeoutMs: 30_000,
      signal,
    });
    if (signal.aborted) return null;
    if (result.kind !== 'exited' || result.status !== 0) continue;
    const lines = result.stdout.split('\n');
    if (!lines.includes('asked')) continue;
    const open = masterPorts.filter((port) => lines.includes(`${port} open`));
    return { from, open };
  }
  return null;
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
