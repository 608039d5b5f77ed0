// Stand-in for DC/OS' `bootstrap UNIT`, which runs before the unit's program: 0 lets it start, 1 has systemd try again.

import { connect } from 'node:net';
import { readFileSync, existsSync } from 'node:fs';
import { dcosVersion } from '../../platform/dcos/versions.js';
import { newSession, openConnection } from '../../probe/zookeeper-connection.js';
import { shareIdentity } from './scripts/cluster-identity.js';
import { dcosGatePlaces, exhibitorWait } from './scripts/exhibitor-wait.js';
import { activeVersion, isMaster, masterList } from './scripts/master-role.js';

const connectMs = 5000;

/** Undefined when the unit may start, else why not. */
async function complaintOf(unit: string): Promise<string | undefined> {
  if (!isMaster()) return reachOneMaster();
  const gate = dcosVersion(activeVersion() ?? '')?.bootstrapGate;
  if (gate === undefined) return 'the active version of DC/OS is not known';
  const countFile = '/opt/mesosphere/etc/master_count';
  if (!existsSync(countFile)) return "master_count file doesn't exist when it should. Hard failing.";
  const answer = await exhibitorWait(gate, Number(readFileSync(countFile, 'utf8').trim()), dcosGatePlaces);
  if (answer.opens === 'no') return answer.says;
  process.stdout.write(`[INFO] ${answer.says}\n`);
  return unit === 'dcos-adminrouter' ? settleIdentity() : undefined;
}

/** Admin Router wants the cluster's id and, in the open variant, the secret of its logins. */
async function settleIdentity(): Promise<string | undefined> {
  const variant = existsSync('/opt/mesosphere/etc/security-mode') ? 'enterprise' : 'open';
  const server = { address: '127.0.0.1', port: dcosGatePlaces.zookeeperPort };
  const times = { sessionTimeoutMs: 10_000, handshakeMs: connectMs };
  try {
    const connection = await openConnection({ ...server, ...times, session: newSession() });
    try {
      return await shareIdentity(connection, variant);
    } finally {
      await connection.closeSession(connectMs);
    }
  } catch (error) {
    return `ZooKeeper: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** An agent tries one of the masters that its configuration names, another each time. */
function reachOneMaster(): Promise<string | undefined> {
  const masters = masterList();
  const address = masters[Math.floor(Math.random() * masters.length)];
  if (address === undefined) return Promise.resolve('the list of masters is empty');
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: dcosGatePlaces.zookeeperPort });
    const settle = (complaint: string | undefined): void => {
      socket.destroy();
      resolve(complaint);
    };
    socket.setTimeout(connectMs, () => settle(`no answer from ${address}`));
    socket.once('connect', () => settle(undefined));
    socket.once('error', (error) => settle(error.message));
  });
}

const complaint = await complaintOf(process.argv[2] ?? '');
if (complaint !== undefined) process.stderr.write(`[ERROR] ${complaint}\n`);
process.exitCode = complaint === undefined ? 0 : 1;
