// How the running ensemble is asked to take a server into its list, or out of it.

import { type Address, describeEnsemble, type Ensemble, idOf, sameEnsemble } from '../../model/ensemble.js';
import {
  authenticate,
  type CommittedConfiguration,
  type ConfigurationChange,
  readConfiguration,
  reconfigure,
} from '../../probe/reconfigure.js';
import type { Connection } from '../../probe/zookeeper-connection.js';
import { ZooKeeperError } from '../../probe/zookeeper-error.js';
import type { Action, ListAction, Outcome } from '../../run/platform.js';
import { clientReach } from './client-reach.js';
import type { Cluster } from './cluster-file.js';
import { credentialsFor, credentialsVariable } from './credentials.js';
import { dialAddress, fill, plannedEnsemble } from './host-view.js';
import { throughMember } from './through-member.js';

/** Above an election and a hand-over, with a slow machine's margin. */
const limitMs = 20_000;
const pauseMs = 200;

/** Whether the ensemble does this itself, and no host. */
export function isListAction(action: Action): action is ListAction {
  return action.kind === 'add' || action.kind === 'remove';
}

/**
 * Asks the members one after the other until one of them shows the list wanted, for 20 s. An answer that was lost is
 * looked up: a leader that takes itself out closes its connections first (our own measurement on 3.8.0), so the list is
 * read again before anything is repeated. Never throws; `unknown` when nobody could tell in time.
 */
export async function changeList(
  cluster: Cluster,
  action: ListAction,
  signal: AbortSignal,
): Promise<Outcome> {
  const credentials = await credentialsFor(cluster);
  if (credentials.kind === 'unreadable')
    return failed(credentials.reason, 'correct `zookeeper.credentialsFile` in the cluster file, then go on');
  const secret = credentials.kind === 'given' ? credentials.text : null;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const reach = clientReach(cluster);
  let last = 'there was no member to ask';
  for (let turn = 0; !limit.aborted; turn += 1) {
    const address = action.through[turn % action.through.length];
    if (address === undefined) break;
    try {
      const outcome = await throughMember(reach, address, limit, (connection) =>
        attempt(cluster, action, connection, secret),
      );
      if (outcome !== null) return outcome;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      last = `${address}: ${error.message}`;
      const refusal = error instanceof ZooKeeperError ? refusalOf(error, secret) : null;
      if (refusal !== null) return refusal;
    }
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
  return {
    kind: 'unknown',
    reason: last,
    evidence: [],
    remedy: 'see who serves (`succession status`), then go on',
  };
}

/** One try; null when the change is to be looked up again. */
async function attempt(
  cluster: Cluster,
  action: ListAction,
  connection: Connection,
  secret: string | null,
): Promise<Outcome | null> {
  const before = await readConfiguration(connection);
  const seen = plannedEnsemble(cluster, before.ensemble);
  if (sameEnsemble(seen, action.ensemble)) return done(before, seen);
  if (!sameEnsemble(seen, action.from)) {
    const reason = `the ensemble's list is ${describeEnsemble(seen)}, neither the one before this step nor the one after it`;
    return failed(reason, 'see who changed it, then make a new plan');
  }
  if (secret !== null) await authenticate(connection, secret);
  const after = await reconfigure(connection, changeOf(cluster, action, before.version));
  const now = plannedEnsemble(cluster, after.ensemble);
  return sameEnsemble(now, action.ensemble) ? done(after, now) : null;
}

function changeOf(cluster: Cluster, action: ListAction, from: bigint): ConfigurationChange {
  const { kind, address, ensemble } = action;
  if (kind === 'remove') return { joining: [], leaving: [idOf(action.from, address) ?? 0], from };
  return {
    joining: [{ id: idOf(ensemble, address) ?? 0, line: serverLine(cluster, address) }],
    leaving: [],
    from,
  };
}

/** All three ports must be there. The client port's address is the one in the server's own `zoo.cfg`, else it would move. */
function serverLine(cluster: Cluster, address: Address): string {
  const { quorumPort, electionPort, clientPort, settings } = cluster.zookeeper;
  const host = cluster.hosts.find((one) => one.address === address);
  const bound = settings['clientPortAddress'];
  const client =
    typeof bound === 'string' && host !== undefined
      ? `${fill(bound, host, (text) => text)}:${clientPort}`
      : `${clientPort}`;
  return `${dialAddress(cluster, address)}:${quorumPort}:${electionPort}:participant;${client}`;
}

function done({ version }: CommittedConfiguration, ensemble: Ensemble): Outcome {
  return {
    kind: 'done',
    evidence: [`the list is ${describeEnsemble(ensemble)}, version 0x${version.toString(16)}`],
  };
}

/** What no repetition mends; null for what may pass: a lost connection, a change under way, a quorum not yet in sync. */
function refusalOf({ code, message }: ZooKeeperError, secret: string | null): Outcome | null {
  if (code === 'NOAUTH' || code === 'AUTHFAILED') {
    const without = secret === null ? ', and no credentials were given' : '';
    return failed(
      `the ensemble does not let us change its list (${code}${without})`,
      `give the super user's credentials in ${credentialsVariable} or in the file \`zookeeper.credentialsFile\` of the cluster file, then go on`,
    );
  }
  if (code === 'RECONFIGDISABLED')
    return failed('the servers run with reconfigEnabled=false', 'make a new plan without --reconfig');
  return code === 'BADARGUMENTS' || code === 'UNIMPLEMENTED'
    ? failed(message, 'look at the leader’s log, then make a new plan')
    : null;
}

function failed(reason: string, remedy: string): Outcome {
  return { kind: 'failed', reason, evidence: [], remedy };
}
