// How the private key of the operator's certificate authority comes onto a newcomer, and off it again.
//
// It goes from a file here, or from a master that serves, through this process' memory into the standard input of a
// command: into no argument, no file of ours, no journal and no error.

import { authorityKeyPath } from '../enterprise-places.js';
import type { Address } from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { readSecretFile } from '../../secret-file.js';
import type { DcosCluster } from '../cluster-file.js';
import { heldKey, privateKeysDigest } from './custom-authority.js';

/** The key, and where it was found; or why there is none. */
export type FoundKey =
  | { readonly kind: 'found'; readonly from: string; readonly pem: string }
  | { readonly kind: 'missing'; readonly reasons: readonly string[] };

const moveMs = 30_000;

/** Looks in the file that the cluster file names; where it names none, on these masters, one after the other. */
export async function findKey(
  { customCaKeyFile }: Pick<DcosCluster, 'customCaKeyFile'>,
  transport: Transport,
  holders: readonly Address[],
  wanted: string,
  signal: AbortSignal,
): Promise<FoundKey> {
  if (customCaKeyFile !== undefined) {
    const pem = await textOfFile(customCaKeyFile);
    if ('reason' in pem) return { kind: 'missing', reasons: [pem.reason] };
    const digest = privateKeysDigest(pem.text);
    if (digest === wanted) return { kind: 'found', from: customCaKeyFile, pem: pem.text };
    const what =
      digest === null ? 'no private key in PEM without a passphrase' : 'not the key of the certificate';
    return { kind: 'missing', reasons: [`${customCaKeyFile} is ${what}`] };
  }
  const reasons: string[] = [];
  for (const holder of holders) {
    const held = await heldKey(transport, holder, signal);
    if (held.kind !== 'held' || held.publicKey !== wanted) {
      reasons.push(
        `${holder} ${held.kind === 'unknown' ? `can't be asked: ${held.reason}` : 'does not have it'}`,
      );
      continue;
    }
    const result = await transport.run(holder, `cat ${quote(authorityKeyPath)}`, {
      timeoutMs: moveMs,
      signal,
    });
    if (result.kind === 'exited' && result.status === 0 && privateKeysDigest(result.stdout) === wanted)
      return { kind: 'found', from: holder, pem: result.stdout };
    reasons.push(`${holder} does not give it`);
  }
  return { kind: 'missing', reasons: reasons.length === 0 ? ['there is no master to ask'] : reasons };
}

async function textOfFile(path: string): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    return { text: await readSecretFile(path) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Whole or not at all: a copy that was cut off has another name. The folders above it are everybody's to walk through. */
const placeScript = `set -u
key=${quote(authorityKeyPath)}
folder=\${key%/*}
(umask 022; mkdir -p "$folder") && chmod 700 "$folder" || exit 20
(umask 077; cat >"$key.new") && [ -s "$key.new" ] && chown 0:0 "$key.new" && mv -f "$key.new" "$key" && sync "$key"
`;

/** Puts the key in its place. What was said when it failed, or null. */
export async function placeKey(
  transport: Transport,
  address: Address,
  pem: string,
  signal: AbortSignal,
): Promise<string | null> {
  const result = await transport.run(address, placeScript, { stdin: pem, timeoutMs: moveMs, signal });
  if (result.kind === 'unknown') return result.reason;
  return result.status === 0 ? null : result.stderr.trim().slice(-200) || `status ${result.status}`;
}

const removeScript = `key=${quote(authorityKeyPath)}
rm -f "$key.new"
[ ! -e "$key" ] || shred -u "$key" 2>/dev/null || rm -f "$key"
rmdir "\${key%/*}" 2>/dev/null
[ ! -e "$key" ]
`;

/** Takes it away again. What was said when it failed, or null. */
export async function removeKey(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<string | null> {
  const result = await transport.run(address, removeScript, { timeoutMs: moveMs, signal });
  if (result.kind === 'unknown') return result.reason;
  return result.status === 0 ? null : result.stderr.trim().slice(-200) || `status ${result.status}`;
}
