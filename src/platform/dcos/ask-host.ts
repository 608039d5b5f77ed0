// How a host is asked: a read-only script that prints `key=value` lines, and what it says when it can't be asked.

import type { Address } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import { outputLines } from '../zookeeper/shell-facts.js';

/** What the host said; a key may occur again. `unknown` is never taken for anything else. */
export type HostAnswer =
  | { readonly kind: 'answered'; readonly lines: readonly (readonly [key: string, value: string])[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The opening of each script. `say KEY TEXT` prints a line; `say64 KEY` does so with its standard input in base64. */
export const sayFunctions = `set -u
say() { printf '%s=%s\\n' "$1" "$(printf %s "$2" | tr '\\n' ' ')"; }
say64() { printf '%s=%s\\n' "$1" "$(base64 | tr -d '\\n')"; }
`;

/** Runs the script there as root. A status other than 0 is no answer. Never throws. */
export async function askHost(
  transport: Transport,
  address: Address,
  script: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly stdin?: string },
): Promise<HostAnswer> {
  const result = await transport.run(address, script, options);
  if (result.kind === 'unknown') return { kind: 'unknown', reason: result.reason };
  if (result.status !== 0) {
    const said = result.stderr.trim().slice(-300) || 'without a word';
    return { kind: 'unknown', reason: `status ${result.status}: ${said}` };
  }
  return { kind: 'answered', lines: outputLines(result.stdout) };
}

/** The text that `say64` sent. */
export function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
