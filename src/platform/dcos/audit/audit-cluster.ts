// How a cluster is searched for hard-coded addresses of masters: every host, Marathon, DNS, the folder `genconf`.

import { Resolver } from 'node:dns/promises';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { AddressAudit, AuditFinding } from '../../../run/address-audit.js';
import { appFindings, dnsFindings, fileFindings, genconfFindings, notLookedAt } from './audit.js';
import { appsScript, filesScript, genconfScript } from './audit-scripts.js';
import { type BootstrapFolder, valuesOf } from '../configuration/bootstrap-scripts.js';

/** What is needed of a cluster file. */
export interface AuditedCluster {
  readonly name: string;
  readonly bootstrap: BootstrapFolder;
  readonly masters: readonly Address[];
  readonly agents: { readonly private: readonly Address[]; readonly public: readonly Address[] };
  readonly dns?:
    | {
        readonly server?: string | undefined;
        readonly names: readonly string[];
        readonly partial?: readonly string[] | undefined;
      }
    | undefined;
}

/** What a search may use. */
export interface AuditContext {
  readonly signal: AbortSignal;
  readonly say?: (progress: string) => void;
  /** Masters that are dead, and lose their disks in the run: nobody can search them, and nobody need. */
  readonly down?: readonly Address[];
  /** Those of them without which no service starts anew: Marathon may not run before. */
  readonly shutBy?: readonly Address[];
}

/** A host's search ends itself after a minute and a half. */
const hostMs = 120_000;
const atOnce = 16;

/**
 * Looks for `addresses` everywhere. Hosts that leave are not searched themselves, unless all masters are asked about; no
 * host is blamed for knowing its own address.
 */
export async function auditCluster(
  cluster: AuditedCluster,
  transport: Transport,
  addresses: readonly Address[],
  context: AuditContext,
): Promise<AddressAudit> {
  const { masters, agents, bootstrap, dns } = cluster;
  const names = [...(dns?.names ?? []), ...(dns?.partial ?? [])];
  const { down = [], shutBy = [] } = context;
  const living = masters.filter((address) => !down.includes(address));
  const everyone = masters.every((address) => addresses.includes(address));
  const hosts = [...living, ...agents.private, ...agents.public]
    .filter((host) => everyone || !addresses.includes(host))
    .map((host) => ({ host, wanted: addresses.filter((address) => address !== host) }))
    .filter(({ wanted }) => wanted.length > 0);
  let searched = 0;
  const [files, genconf, apps, dnsAnswers] = await Promise.all([
    inTurn(hosts, async ({ host, wanted }) => {
      const found = await search(transport, host, `${host}: files`, filesScript(wanted), context, (values) =>
        fileFindings(host, values),
      );
      searched += 1;
      context.say?.(`searched ${searched} of ${hosts.length} hosts`);
      return found;
    }),
    search(
      transport,
      bootstrap.address,
      `${bootstrap.address}: ${bootstrap.directory}/genconf`,
      genconfScript(bootstrap, addresses),
      context,
      (values) => genconfFindings(bootstrap.address, bootstrap.directory, values),
    ),
    appsOf(transport, living, addresses, context),
    Promise.all(names.map((name) => lookUp(name, dns?.server, addresses))),
  ]);
  return {
    schema: 'succession.audit/1',
    cluster: cluster.name,
    addresses,
    lookedAt: [
      `text files below /etc and /opt/mesosphere on ${hosts.length} hosts, but for those that DC/OS writes itself`,
      `${bootstrap.directory}/genconf on ${bootstrap.address}, but for the master list`,
      "Marathon's apps; not other schedulers, and no client outside the cluster",
      `${names.length} DNS names of the cluster file`,
    ],
    findings: [
      ...apps.map((one) => (shutBy.length > 0 ? untilThen(one, shutBy) : one)),
      ...files,
      ...genconf,
      ...dnsAnswers.flat(),
      ...down.map((host): AuditFinding => ({
        ...notLookedAt(`${host}: files`, 'it is dead, and starts on an empty disk if at all'),
        severity: 'info',
      })),
    ],
  };
}

async function search(
  transport: Transport,
  host: Address,
  subject: string,
  script: string,
  { signal }: AuditContext,
  judge: (values: ReadonlyMap<string, string>) => readonly AuditFinding[],
): Promise<readonly AuditFinding[]> {
  const result = await transport.run(host, script, { timeoutMs: hostMs, signal });
  if (result.kind === 'unknown') return [notLookedAt(subject, result.reason)];
  if (result.status !== 0) {
    const said = result.stderr.trim().slice(-200) || `status ${result.status}`;
    return [notLookedAt(subject, said)];
  }
  return judge(valuesOf(result.stdout));
}

/** The first master that answers for Marathon: each asks the leader. */
async function appsOf(
  transport: Transport,
  masters: readonly Address[],
  addresses: readonly Address[],
  { signal }: AuditContext,
): Promise<readonly AuditFinding[]> {
  const reasons: string[] = [];
  for (const master of masters) {
    const result = await transport.run(master, appsScript(master), { timeoutMs: 60_000, signal });
    const status = result.kind === 'exited' ? (result.stdout.split('\n').at(-1) ?? '') : '';
    const found = result.kind === 'exited' && status === '200' ? appFindings(result.stdout, addresses) : null;
    if (found !== null) return found;
    const why = result.kind === 'unknown' ? result.reason : httpReason(status);
    reasons.push(`${master}: ${why}`);
  }
  return [notLookedAt('Marathon apps', reasons.join('; ') || 'there is no master')];
}

function untilThen(finding: AuditFinding, shutBy: readonly Address[]): AuditFinding {
  if (finding.rule !== 'not-looked-at') return finding;
  const why = `Marathon may not run before ${shutBy.join(', ')} is replaced.`;
  return { ...finding, severity: 'info', message: `${finding.message} ${why}` };
}

function httpReason(status: string): string {
  if (status === '401' || status === '403')
    return `HTTP status ${status}: it wants a token, look at it with \`dcos marathon app list\``;
  return status === '' || status === '000' ? 'no answer' : `HTTP status ${status}`;
}

async function lookUp(
  name: string,
  server: string | undefined,
  addresses: readonly Address[],
): Promise<readonly AuditFinding[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  try {
    if (server !== undefined) resolver.setServers([server]);
    return dnsFindings(name, await resolver.resolve4(name), addresses);
  } catch (error) {
    return [notLookedAt(`DNS name ${name}`, error instanceof Error ? error.message : String(error))];
  }
}

/** The work on every item, so many at a time; the results in the order of the items. */
async function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<readonly AuditFinding[]>,
): Promise<readonly AuditFinding[]> {
  const results: (readonly AuditFinding[])[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results.flat();
}
