// What does a Mesos master or agent count, and which replicas of the registrar's log are alive?

import { z } from 'zod';
import { type Asked, askJson, type AskJson, type AskOptions } from './http-json.js';
import { listChildren, readNode, syncServer } from './zookeeper-client.js';
import { newSession, openConnection } from './zookeeper-connection.js';
import { hasCode } from './zookeeper-error.js';

/** One replicated log as its master sees it. */
export interface MesosLog {
  /** Whether this replica votes and has caught up. */
  readonly recovered: boolean;
  /** Replicas seen, with itself; null before Mesos 1.4. */
  readonly ensembleSize: number | null;
}

/** What one master says of itself. */
export interface MesosMasterReading {
  readonly elected: boolean;
  readonly registrar: MesosLog;
  /** Null where there is no overlay network. */
  readonly overlay: MesosLog | null;
  /** Only the elected master knows. */
  readonly activeAgents: number | null;
}

/** What an agent says of itself. */
export interface MesosAgentReading {
  readonly registered: boolean;
  readonly uptimeSeconds: number | null;
}

/** How the version names what it counts: `versions.ts` of the platform. */
export interface MesosNames {
  readonly overlayRecovered: string;
}

/** How a Mesos is asked; `ask` is another way than straight from here, as strict security wants it. */
export interface MesosOptions extends AskOptions {
  readonly port?: number;
  readonly ask?: AskJson;
}

const metricsSchema = z.record(z.string(), z.number());

/** Each master answers for itself, twice a second at most (libprocess). `names` come from the version of DC/OS. */
export async function askMesosMaster(
  address: string,
  { overlayRecovered }: MesosNames,
  options: MesosOptions,
): Promise<Asked<MesosMasterReading>> {
  const asked = await askMetrics(address, options.port ?? 5050, options);
  if (asked.kind !== 'answered') return asked;
  const metrics = asked.value;
  const registrar = logOf(metrics, 'registrar/log/recovered');
  const elected = metrics['master/elected'];
  if (registrar === null || elected === undefined)
    return { kind: 'unreadable', reason: 'it counts no registrar/log/recovered or no master/elected' };
  const overlay = logOf(metrics, overlayRecovered);
  const activeAgents = metrics['master/slaves_active'] ?? null;
  return { kind: 'answered', value: { elected: elected === 1, registrar, overlay, activeAgents } };
}

/** The agent's own word that a master knows it. */
export async function askMesosAgent(
  address: string,
  options: MesosOptions,
): Promise<Asked<MesosAgentReading>> {
  const asked = await askMetrics(address, options.port ?? 5051, options);
  if (asked.kind !== 'answered') return asked;
  const registered = asked.value['slave/registered'];
  if (registered === undefined) return { kind: 'unreadable', reason: 'it counts no slave/registered' };
  const uptimeSeconds = asked.value['slave/uptime_secs'] ?? null;
  return { kind: 'answered', value: { registered: registered === 1, uptimeSeconds } };
}

function askMetrics(
  address: string,
  port: number,
  options: MesosOptions,
): Promise<Asked<Readonly<Record<string, number>>>> {
  return (options.ask ?? askJson)(`http://${address}:${port}/metrics/snapshot`, metricsSchema, options);
}

function logOf(metrics: Readonly<Record<string, number>>, key: string): MesosLog | null {
  const recovered = metrics[key];
  if (recovered === undefined) return null;
  const size = metrics[key.replace(/recovered$/, 'ensemble_size')] ?? null;
  return { recovered: recovered === 1, ensembleSize: size };
}

/** The replicas of the registrar's log that are alive; `forbidden` where the access lists keep us out (strict security). */
export type MesosReplicas =
  | { readonly kind: 'read'; readonly count: number; readonly addresses: readonly string[] }
  | { readonly kind: 'forbidden' | 'unknown'; readonly reason: string };

/** Each live replica has an ephemeral node here, which goes with its session, 40 s later at most. */
const replicasPath = '/mesos/log_replicas';

/** Looks them up through the first of `members` that lets it be done, one after the other. Never rejects. */
export async function mesosReplicas(
  members: readonly string[],
  clientPort: number,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<MesosReplicas> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  let reason = 'there was no member to ask';
  for (const member of members) {
    if (signal.aborted) break;
    try {
      return await replicasThrough(member, clientPort, signal);
    } catch (error) {
      reason = `${member}: ${error instanceof Error ? error.message : String(error)}`;
      if (hasCode(error, 'NOAUTH')) return { kind: 'forbidden', reason };
    }
  }
  return { kind: 'unknown', reason };
}

async function replicasThrough(address: string, port: number, signal: AbortSignal): Promise<MesosReplicas> {
  const session = newSession();
  const timing = { sessionTimeoutMs: 10_000, handshakeMs: 3000 };
  const connection = await openConnection({ address, port, session, ...timing, signal });
  try {
    await syncServer(connection);
    const names = (await listChildren(connection, replicasPath)).value;
    const nodes = await Promise.all(
      names.map((name) =>
        readNode(connection, `${replicasPath}/${name}`).then(
          ({ value }) => value.toString('utf8'),
          // Gone since the list was read.
          (error: unknown) => (hasCode(error, 'NONODE') ? null : Promise.reject(error)),
        ),
      ),
    );
    const alive = nodes.filter((node) => node !== null);
    const addresses = alive.flatMap((node) => /(?:\d{1,3}\.){3}\d{1,3}/.exec(node)?.[0] ?? []);
    return { kind: 'read', count: alive.length, addresses };
  } catch (error) {
    if (hasCode(error, 'NONODE')) return { kind: 'read', count: 0, addresses: [] };
    throw error;
  } finally {
    await connection.closeSession(1000);
  }
}
