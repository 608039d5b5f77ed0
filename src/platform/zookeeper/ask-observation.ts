// What does a host answer to a script that looks at its server? The same reading for every kind of cluster.

import { z } from 'zod';
import type { Address } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import type { HostUnknown } from '../../run/platform.js';
import { outputLines } from './shell-facts.js';

const timeoutMs = 10_000;

/** That the host could not be asked, now. */
export function hostUnknown(address: Address, reason: string): HostUnknown {
  return { kind: 'unknown', address, at: Date.now(), reason };
}

/**
 * Runs a read-only script that prints `key=value` lines and ends with another status, `failed` and `detail` when it can't
 * tell. `host`: as the transport names it. Never throws.
 */
export async function askObservation<T>(
  transport: Transport,
  { address, host }: { readonly address: Address; readonly host: string },
  script: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<{ readonly kind: 'answered'; readonly value: T } | HostUnknown> {
  const result = await transport.run(host, script, { timeoutMs, signal });
  if (result.kind === 'unknown') return hostUnknown(address, result.reason);
  const values = Object.fromEntries(outputLines(result.stdout));
  if (result.status !== 0) {
    const detail = values['detail'] ?? result.stderr.trim().slice(-500);
    const reason = `could not look (status ${result.status}, ${values['failed'] ?? 'script'}): ${detail}`;
    return hostUnknown(address, reason);
  }
  const answer = schema.safeParse(values);
  return answer.success
    ? { kind: 'answered', value: answer.data }
    : hostUnknown(address, `unreadable answer: ${z.prettifyError(answer.error)}`);
}
