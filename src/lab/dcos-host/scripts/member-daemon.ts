// How does a stand-in stay a member of its cluster?

import { setTimeout as sleep } from 'node:timers/promises';
import { newSession, openConnection } from '../../../probe/zookeeper-connection.js';
import { detectedAddress } from './node-checks.js';
import { joinMembers, keepListed, type MembersRoot } from './zookeeper-members.js';

/** Joins, and keeps the session until it is lost; then the process ends with 1 and systemd starts another. */
export async function stayMember(root: MembersRoot, idFile: string): Promise<never> {
  const address = detectedAddress();
  if (address === undefined) throw new Error('detect_ip prints no IPv4 address');
  const server = { address: '127.0.0.1', port: 2181, sessionTimeoutMs: 10_000, handshakeMs: 5000 };
  const connection = await openConnection({ ...server, session: newSession() });
  const id = await joinMembers(connection, root, { address, idFile });
  console.log(`member ${id} of ${root} at ${address}`);
  process.once('SIGTERM', () => void connection.closeSession(2000).then(() => process.exit(0)));
  while (!connection.lost) {
    await keepListed(connection, root, address);
    await sleep(2000);
  }
  return process.exit(1);
}
