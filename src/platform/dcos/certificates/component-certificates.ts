// Are the certificates of a master's components of the cluster's authority, for this host, and valid for long enough?

import { X509Certificate } from 'node:crypto';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { HostFault } from './identity.js';
import { valuesOf } from '../preflight/preflight-host.js';

/** A certificate that ends sooner was not made for this cluster's life: the authority signs for years. */
const leastValidMs = 7 * 86_400_000;

/** What lies in `/run/dcos/pki/tls/certs` of a master; it is made anew at each start. */
export type CertificatesReading =
  | {
      readonly kind: 'known';
      readonly address: Address;
      /** The certificates of the authority, PEM. */
      readonly authority: string;
      readonly files: readonly { readonly name: string; readonly pem: string }[];
    }
  | { readonly kind: 'unknown'; readonly address: Address; readonly reason: string };

const script = `${sayFunctions}
cat /run/dcos/pki/CA/ca-bundle.crt 2>/dev/null | say64 authority
for file in /run/dcos/pki/tls/certs/*.crt; do
  [ -f "$file" ] || continue
  say name "$(basename "$file")"
  say64 pem <"$file"
done
`;

/** Asks a master. Read-only; never throws. */
export async function readCertificates(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<CertificatesReading> {
  const answer = await askHost(transport, address, script, { timeoutMs: 20_000, signal });
  if (answer.kind === 'unknown') return { kind: 'unknown', address, reason: answer.reason };
  const [pems, names] = [valuesOf(answer.lines, 'pem'), valuesOf(answer.lines, 'name')];
  const files = names.map((name, index) => ({ name, pem: textOf(pems[index] ?? '') }));
  return { kind: 'known', address, authority: textOf(valuesOf(answer.lines, 'authority')[0] ?? ''), files };
}

/** What is wrong with them. `now`: ms since the epoch. */
export function certificateFaults(reading: CertificatesReading, now: number): readonly HostFault[] {
  const { address: host } = reading;
  const remedy = "read dcos-ca's log there; a component's certificate is made when its unit starts";
  if (reading.kind === 'unknown')
    return [{ host, seen: `could not be asked for its certificates: ${reading.reason}`, remedy }];
  const { files } = reading;
  const anchors = certificatesIn(reading.authority);
  if (files.length === 0)
    return [{ host, seen: 'there is no certificate in /run/dcos/pki/tls/certs', remedy }];
  return files.flatMap(({ name, pem }) =>
    faultsOf(name, certificatesIn(pem), { host, anchors, now }).map((seen) => ({ host, seen, remedy })),
  );
}

interface Judged {
  readonly host: Address;
  readonly anchors: readonly X509Certificate[];
  readonly now: number;
}

function faultsOf(
  name: string,
  [own, ...between]: readonly X509Certificate[],
  { host, anchors, now }: Judged,
): readonly string[] {
  const path = `/run/dcos/pki/tls/certs/${name}`;
  if (own === undefined) return [`${path} holds no certificate`];
  const chain = chainOf(own, between, anchors);
  if (chain === null) return [`${path} is not signed by the cluster's authority`];
  const ending = chain.find((one) => !(Date.parse(one.validTo) - now > leastValidMs));
  const early = chain.find((one) => Date.parse(one.validFrom) > now);
  // Others of them are for clients, or are asked for by a name.
  const isServer = /^(?:adminrouter|mesos)/.test(name);
  return [
    ...(ending === undefined ? [] : [`${path} ends ${ending.validTo}`]),
    ...(early === undefined ? [] : [`${path} begins ${early.validFrom}`]),
    ...(isServer && own.checkIP(host) === undefined ? [`${path} is not for ${host}`] : []),
  ];
}

/** From the certificate to one of the authority's own, each signed by the next; null when it leads nowhere. */
function chainOf(
  own: X509Certificate,
  between: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const signs = (issuer: X509Certificate): boolean =>
    issuer.ca && own.checkIssued(issuer) && own.verify(issuer.publicKey);
  const anchor = anchors.find(signs);
  if (anchor !== undefined) return [own, anchor];
  const next = between.find(signs);
  const rest =
    next &&
    chainOf(
      next,
      between.filter((one) => one !== next),
      anchors,
    );
  return rest ? [own, ...rest] : null;
}

/** What is no certificate verifies nothing: it is not counted. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}
