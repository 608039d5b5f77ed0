// How one of our scripts is run on a host as a unit that outlives the connection, and what its end means.

import { activeUnits, forgetDetached, runDetached } from '../../../remote/detached.js';
import type { Transport } from '../../../remote/transport.js';
import type { ActionContext, Outcome } from '../../../run/platform.js';
import { outputLines } from '../../zookeeper/shell-facts.js';
import { explainFailure } from './explain-failure.js';

/** What is run, where. */
export interface Deed {
  readonly address: string;
  /** Ends the unit's name, behind the step's. */
  readonly kind: string;
  readonly script: string;
  readonly stdin?: string;
  readonly timeoutMs: number;
}

/** Between two looks at an earlier unit that is still at work, in ms. */
const lookMs = 3000;

/** The name of the deed's unit: `succession-<run>-<step>-<kind>`. */
export function unitOf(id: string, kind: string): string {
  return `succession-${`${id}-${kind}`.replaceAll(/[^A-Za-z0-9._-]/g, '.')}`;
}

/** Runs the deed, once whatever ran before it on that host has ended. Never throws. */
export async function runDeed(transport: Transport, deed: Deed, context: ActionContext): Promise<Outcome> {
  const unit = unitOf(context.id, deed.kind);
  const adopted = await awaitOthers(transport, deed, unit, context.signal);
  if ('kind' in adopted) return adopted;
  const { address, script, stdin, timeoutMs } = deed;
  const { signal } = context;
  const order = { unit, script, timeoutMs, signal, ...(stdin === undefined ? {} : { stdin }) };
  const result = await runDetached(transport, address, order);
  if (result.kind !== 'exited') {
    const evidence = [...adopted.evidence, ...(result.kind === 'cut-off' ? didIn(result.stdout) : [])];
    return { kind: 'unknown', reason: result.reason, evidence, remedy: `look at ${address}, then go on` };
  }
  const evidence = [...adopted.evidence, ...didIn(result.stdout)];
  if (result.status === 0) {
    // What has failed stays on the host, to be looked at.
    await forgetDetached(transport, address, unit, signal);
    return { kind: 'done', evidence };
  }
  const values = Object.fromEntries(outputLines(result.stdout));
  const detail = values['detail'] ?? result.stderr.trim().slice(-500);
  return { kind: 'failed', evidence, ...explainFailure(address, values['failed'], detail) };
}

/** A deed of a process that is gone goes on without it: it is waited for, and what it did is seen by the one that comes. */
async function awaitOthers(
  transport: Transport,
  { address, timeoutMs }: Deed,
  unit: string,
  signal: AbortSignal,
): Promise<Outcome | { readonly evidence: readonly string[] }> {
  const until = Date.now() + timeoutMs;
  const seen = new Set<string>();
  for (;;) {
    const active = await activeUnits(transport, address, signal);
    if (active.kind === 'unknown')
      return {
        kind: 'unknown',
        reason: active.reason,
        evidence: [],
        remedy: `see that commands reach ${address}, then go on`,
      };
    const others = active.units.filter((other) => other !== unit);
    if (others.length === 0) return { evidence: [...seen].map((other) => `waited for ${other} to end`) };
    others.forEach((other) => seen.add(other));
    if (signal.aborted || Date.now() > until)
      return {
        kind: 'unknown',
        reason: `${others.join(', ')} is still at work on ${address}`,
        evidence: [],
        remedy: `see what keeps it (journalctl -u ${others[0] ?? ''} on ${address}), then go on`,
      };
    await new Promise((wake) => setTimeout(wake, lookMs));
  }
}

function didIn(stdout: string): readonly string[] {
  return outputLines(stdout).flatMap(([key, value]) => (key === 'did' ? [value] : []));
}
