// What does a text file on a host say?

import type { Address } from '../../model/ensemble.js';
import { quote } from '../../remote/quote.js';
import type { Transport } from '../../remote/transport.js';
import { askHost, sayFunctions, textOf } from './ask-host.js';

/** The text, or why there is none. */
export type HostText =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown'; readonly reason: string };

const askMs = 30_000;

/** Reads it as root. Never throws. */
export async function textAt(
  transport: Transport,
  address: Address,
  path: string,
  signal: AbortSignal,
): Promise<HostText> {
  const script = `${sayFunctions}[ -r ${quote(path)} ] || { echo ${quote(`there is no ${path}`)} >&2; exit 20; }
say64 text <${quote(path)}
`;
  const answer = await askHost(transport, address, script, { timeoutMs: askMs, signal });
  if (answer.kind === 'unknown') return { kind: 'unknown', reason: `${address}: ${answer.reason}` };
  return { kind: 'text', text: textOf(answer.lines.find(([key]) => key === 'text')?.[1] ?? '') };
}
