// After a stage with a newcomer: does it hold the cluster's identity, and does its certificate verify?

import type { Address } from '../../../model/ensemble.js';
import { observeTls, readUnverified, type TextReading, type TlsReading } from '../../../probe/tls.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import type { DcosCluster } from '../cluster-file.js';
import { certificateFaults, certificatesIn, readCertificates } from './component-certificates.js';
import { hasAuthority, type HostFault, identityFaults, readIdentity } from './identity.js';
import { inWords } from '../services/soak.js';

/** A certificate is made when the master's gate opens, and admin router starts last of all. */
const limitMs = 900_000;
const pollMs = 10_000;
const answerMs = 10_000;
/** A certificate that ends sooner was not made for this newcomer. */
const leastValidMs = 7 * 86_400_000;

/** Which stage, its masters, and which of them are new. */
export interface CertificatesOrder {
  readonly stage: number;
  readonly masters: readonly Address[];
  readonly newcomers: readonly Address[];
}

/** Waits until all masters hold the same identity and each newcomer shows a certificate that verifies. */
export function certificatesDuty(cluster: DcosCluster, transport: Transport, order: CertificatesOrder): Duty {
  const what = hasAuthority(cluster) ? 'the certificates of the cluster' : "the cluster's id and secret";
  const look = (signal: AbortSignal): Promise<readonly HostFault[]> =>
    allFaults(cluster, transport, order, signal);
  return {
    id: `${order.stage}.certificates`,
    kind: 'certificates',
    sentence: `see that ${what} have reached ${order.newcomers.join(', ')}`,
    waivable: false,
    look: async ({ signal }) => {
      const faults = await look(signal);
      if (faults.length > 0) return { kind: 'to-do', evidence: faults.map(inOneLine) };
      const same = hasAuthority(cluster)
        ? `one authority on ${order.masters.length} masters, and every certificate of their components verifies; ${order.newcomers.join(', ')} shows one of it`
        : `one cluster id and secret on ${order.masters.length} masters`;
      return { kind: 'done', evidence: [same] };
    },
    perform: (context) => awaitNone(look, context),
  };
}

async function awaitNone(
  look: (signal: AbortSignal) => Promise<readonly HostFault[]>,
  context: DutyContext,
): Promise<Outcome> {
  const until = context.now() + limitMs;
  for (;;) {
    const faults = await look(context.signal);
    const evidence = faults.map(inOneLine);
    const remedy = [...new Set(faults.map((fault) => `${fault.host}: ${fault.remedy}`))].join('; ');
    if (context.signal.aborted) return { kind: 'unknown', reason: 'stopped meanwhile', evidence, remedy };
    if (faults.length === 0) return { kind: 'done', evidence };
    const leftMs = until - context.now();
    if (leftMs <= 0) return { kind: 'failed', reason: `not within ${inWords(limitMs)}`, evidence, remedy };
    context.say(`${evidence[0] ?? ''}; waiting for another ${inWords(leftMs)}`);
    await context.sleep(Math.min(pollMs, leftMs), context.signal);
  }
}

function inOneLine({ host, seen }: HostFault): string {
  return `${host}: ${seen}`;
}

async function allFaults(
  cluster: DcosCluster,
  transport: Transport,
  { masters, newcomers }: CertificatesOrder,
  signal: AbortSignal,
): Promise<readonly HostFault[]> {
  const identities = await Promise.all(masters.map((address) => readIdentity(transport, address, signal)));
  const faults = identityFaults(cluster, identities);
  if (!hasAuthority(cluster) || faults.length > 0) return faults;
  const authority = identities.find((one) => one.kind === 'known')?.authority ?? '';
  const components = await Promise.all(
    masters.map(async (one) => certificateFaults(await readCertificates(transport, one, signal), Date.now())),
  );
  const options = { timeoutMs: answerMs, signal };
  const shown = await Promise.all(
    newcomers.map(async (address) => {
      const [handshake, served] = await Promise.all([
        observeTls(address, 443, { ...options, authority }),
        readUnverified(address, 443, '/ca/dcos-ca.crt', options),
      ]);
      return [
        ...handshakeFaults(address, handshake, Date.now()),
        ...servedFaults(address, served, authority),
      ];
    }),
  );
  return [...components, ...shown].flat();
}

/** What is wrong with the certificate that a newcomer shows. `now`: ms since the epoch. */
export function handshakeFaults(host: Address, reading: TlsReading, now: number): readonly HostFault[] {
  const remedy = "read dcos-adminrouter's and dcos-ca's logs there";
  if (reading.kind === 'unknown') return [{ host, seen: `no TLS at port 443: ${reading.reason}`, remedy }];
  const { fault, names, expiresAt } = reading;
  const expiry = new Date(expiresAt);
  return [
    ...(fault === null ? [] : [`its certificate does not verify against the cluster's authority: ${fault}`]),
    ...(names.includes(host)
      ? []
      : [`its certificate is for ${names.join(', ') || 'nobody'}, not for ${host}`]),
    ...(expiresAt - now > leastValidMs
      ? []
      : [`its certificate ends ${Number.isNaN(expiresAt) ? 'nobody knows when' : expiry.toISOString()}`]),
  ].map((seen) => ({ host, seen, remedy }));
}

/** Every certificate that `/ca/dcos-ca.crt` serves must be one of the bundle. */
export function servedFaults(host: Address, reading: TextReading, authority: string): readonly HostFault[] {
  const remedy =
    "see that dcos-ca runs there, and that the host was installed from this cluster's bootstrap node";
  if (reading.kind === 'unknown') return [{ host, seen: `no /ca/dcos-ca.crt: ${reading.reason}`, remedy }];
  const known = fingerprintsIn(authority);
  const served = fingerprintsIn(reading.text);
  const same = served.length > 0 && served.every((one) => known.includes(one));
  const seen =
    served.length === 0
      ? 'its /ca/dcos-ca.crt holds no certificate'
      : 'its /ca/dcos-ca.crt is of another authority';
  return same ? [] : [{ host, seen, remedy }];
}

function fingerprintsIn(pem: string): readonly string[] {
  return certificatesIn(pem).map((one) => one.fingerprint256);
}
