// Which certificate authority of the operator's own does config.yaml name, and who holds its private key?
//
// `ca_certificate_path` names it from 1.10 on, below the installer's folder. DC/OS never takes the key anywhere: a person
// puts it on every master before the install (the manual, security/ent/tls-ssl/ca-custom).

import { createHash, createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { DcosCluster } from '../cluster-file.js';
import { readConfig } from '../configuration/config-yaml.js';
import { authorityKeyPath } from '../enterprise-places.js';
import { textAt } from '../host-text.js';

/** What config.yaml says. `publicKey`: SHA-256 of its DER form (SubjectPublicKeyInfo), in hex. */
export type ConfiguredAuthority =
  | { readonly kind: 'none' }
  | { readonly kind: 'custom'; readonly certificatePath: string; readonly publicKey: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What lies in the key's place on a host. `publicKey` is null when OpenSSL there can't read a private key in it. */
export type HeldKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'held'; readonly publicKey: string | null; readonly isRootsAlone: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

const askMs = 30_000;

/** Asks the bootstrap node. Read-only; never throws. */
export async function configuredAuthority(
  { bootstrap }: Pick<DcosCluster, 'bootstrap'>,
  transport: Transport,
  signal: AbortSignal,
): Promise<ConfiguredAuthority> {
  const file = `${bootstrap.directory}/genconf/config.yaml`;
  const text = await textAt(transport, bootstrap.address, file, signal);
  if (text.kind === 'unknown') return text;
  const named = namedCertificate(text.text, file);
  if (named === null) return { kind: 'none' };
  if (named.kind === 'unknown') return named;
  const path = `${bootstrap.directory}/${named.path}`;
  const pem = await textAt(transport, bootstrap.address, path, signal);
  if (pem.kind === 'unknown') return pem;
  try {
    const publicKey = digestOf(new X509Certificate(pem.text).publicKey);
    return { kind: 'custom', certificatePath: path, publicKey };
  } catch {
    return { kind: 'unknown', reason: `${path} on ${bootstrap.address} holds no certificate in PEM` };
  }
}

/** The path below the installer's folder, which the container sees as `/`; null: DC/OS has an authority of its own. */
export function namedCertificate(
  text: string,
  fileName: string,
):
  | { readonly kind: 'named'; readonly path: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | null {
  const config = readConfig(text, fileName);
  if (!config.ok)
    return {
      kind: 'unknown',
      reason: config.faults.map(({ place, message }) => `${place}: ${message}`).join(' '),
    };
  const path = config.value.content['ca_certificate_path'];
  if (path === undefined || path === null || path === '') return null;
  if (typeof path !== 'string')
    return { kind: 'unknown', reason: `${fileName}: ca_certificate_path is no path` };
  return { kind: 'named', path: path.replace(/^(?:\.?\/)+/, '') };
}

const heldSchema = z.object({ held: z.enum(['yes', 'no']), mode: z.string(), publicKey: z.base64() });

const heldScript = `${sayFunctions}key=${quote(authorityKeyPath)}
openssl=$(command -v openssl) || openssl=/opt/mesosphere/bin/openssl
if [ -e "$key" ]; then
  [ -x "$openssl" ] || { echo 'there is no openssl' >&2; exit 20; }
  say held yes; say mode "$(stat -L -c '%a %u' "$key")"
  "$openssl" pkey -in "$key" -passin pass: -pubout 2>/dev/null </dev/null | say64 publicKey
else
  say held no; say mode ''; say publicKey ''
fi
`;

/** Asks a master or a host that shall become one: OpenSSL there tells the public half, the key itself stays. */
export async function heldKey(transport: Transport, address: Address, signal: AbortSignal): Promise<HeldKey> {
  const answer = await askHost(transport, address, heldScript, { timeoutMs: askMs, signal });
  if (answer.kind === 'unknown') return { kind: 'unknown', reason: answer.reason };
  const parsed = heldSchema.safeParse(Object.fromEntries(answer.lines));
  if (!parsed.success) return { kind: 'unknown', reason: z.prettifyError(parsed.error) };
  const { held, mode, publicKey } = parsed.data;
  if (held === 'no') return { kind: 'none' };
  return { kind: 'held', publicKey: publicDigest(textOf(publicKey)), isRootsAlone: mode === '600 0' };
}

/** Of a public key in PEM; null when it is none. */
function publicDigest(pem: string): string | null {
  try {
    return digestOf(createPublicKey(pem));
  } catch {
    return null;
  }
}

/** Of the public half of a private key in PEM; null when it is none, or wants a passphrase. */
export function privateKeysDigest(pem: string): string | null {
  try {
    return digestOf(createPublicKey(createPrivateKey(pem)));
  } catch {
    return null;
  }
}

function digestOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** What keeps a host's key from being that of the certificate; null: it is, and root's alone. */
export function keyFault(held: HeldKey, wanted: string): string | null {
  switch (held.kind) {
    case 'none':
      return `has no ${authorityKeyPath}`;
    case 'unknown':
      return `could not be asked for its key: ${held.reason}`;
    case 'held':
      if (held.publicKey === null) return `its ${authorityKeyPath} is no private key that OpenSSL can read`;
      if (held.publicKey !== wanted) return `its ${authorityKeyPath} is not that of the certificate`;
      return held.isRootsAlone ? null : `others than root may read its ${authorityKeyPath}`;
  }
}
