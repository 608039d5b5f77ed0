// Stand-in for etcd on masters from 2.1 on: `join` and `start` for its unit, `dcos-etcdctl` and `etcd_discovery.py` as in DC/OS.
//
// It keeps to what a driver runs into: no list and no change without a majority, no newcomer while any member is dead, and
// a `dcos-etcdctl` that knows `backup`, `restore` and `diagnostic` alone (`packages/etcd/extra` in dcos/dcos).

import { parseArgs } from 'node:util';
import type { Connection } from '../../probe/zookeeper-connection.js';
import { activeVersion } from './scripts/master-role.js';
import { stayMember } from './scripts/member-daemon.js';
import { detectedAddress } from './scripts/node-checks.js';
import {
  addMember,
  type Member,
  listedAddresses,
  markLeft,
  readMembers,
  rememberedId,
  unlist,
  withZooKeeper,
} from './scripts/zookeeper-members.js';

const root = '/etcd';
const idFile = '/var/lib/dcos/etcd/id';
/** Real ids have 64 bits, more than a number of JavaScript holds. */
const firstId = 0x8e9e05c521646000n;

async function main([program, ...words]: readonly string[]): Promise<number> {
  if (program === 'join') return withZooKeeper(join);
  if (program === 'start') {
    console.log(`stand-in of a lab for etcd of DC/OS ${activeVersion() ?? ''}`);
    return stayMember(root, idFile);
  }
  return program === 'dcos-etcdctl' ? etcdctl(words) : discovery(words);
}

/** `join-cluster`: with a disk it is a member already; without one its earlier self is taken out first. */
async function join(connection: Connection): Promise<number> {
  const id = rememberedId(idFile);
  const members = await readMembers(connection, root);
  if (id !== undefined) {
    const own = members.find((member) => member.id === id);
    if (own?.membership !== 'left') return 0;
    throw new Error('the member has been permanently removed from the cluster');
  }
  const address = ownAddress();
  const listed = await listedAddresses(connection, root);
  const earlier = currentOf(members).filter((member) => member.address === address);
  if (listed.length > 0 && !hasQuorum(members)) throw new Error('there are no healthy nodes');
  for (const each of earlier) await markLeft(connection, root, each.id);
  const others = currentOf(members).filter((member) => member.address !== address);
  if (others.some((member) => member.state === 'dead'))
    throw new Error('Error: etcdserver: unhealthy cluster');
  await addMember(connection, root, { address, idFile });
  return 0;
}

/** `packages/etcd/extra/etcdctl/dcos_etcdctl.py` */
async function etcdctl([command = '', path]: readonly string[]): Promise<number> {
  if (command === 'backup' && path !== undefined) {
    console.log(`Backing up etcd into ${path}`);
    return 0;
  }
  if (command !== 'diagnostic') {
    console.error('usage: dcos-etcdctl [-h] {backup,restore,diagnostic}');
    console.error(`dcos-etcdctl: error: argument command: invalid choice: '${command}'`);
    return 2;
  }
  const address = ownAddress();
  const members = await withZooKeeper((connection) => readMembers(connection, root));
  const self = currentOf(members).find((each) => each.address === address && each.state === 'live');
  if (self === undefined || !hasQuorum(members)) {
    console.log(`http://${address}:2379 is unhealthy: failed to commit proposal: context deadline exceeded`);
    console.log('Error: unhealthy cluster');
    return 1;
  }
  const list = currentOf(members).map(
    (each) =>
      `{"ID":${bigId(each)},"name":"etcd-${each.address}","peerURLs":["https://${each.address}:2380"],"clientURLs":["http://${each.address}:2379","http://localhost:2379"]}`,
  );
  const header = `{"cluster_id":14841639068965178418,"member_id":${bigId(self)},"raft_term":2}`;
  say('endpoint health', `http://${address}:2379 is healthy: successfully committed proposal: took = 2.1ms`);
  say('member list -w json', `{"header":${header},"members":[${list.join()}]}`);
  return 0;
}

function say(command: string, stdout: string): void {
  console.log(`cmd \`${command}\`, exit status: \`0\`, stdout: \`${stdout}\`, stderr: \`None\`\n`);
}

/** `packages/etcd/extra/etcd_discovery/etcd_discovery.py`: `leave-cluster` tells etcd and the list in ZooKeeper. */
async function discovery(words: readonly string[]): Promise<number> {
  const options = { 'zk-addr': { type: 'string' }, 'node-ip': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
  if (positionals[0] !== 'leave-cluster') throw new Error('a lab joins by the unit alone');
  const address = values['node-ip'] ?? ownAddress();
  return withZooKeeper(async (connection) => {
    await unlist(connection, root, address);
    const members = await readMembers(connection, root);
    if (!hasQuorum(members)) throw new Error('there are no healthy nodes');
    const leaver = currentOf(members).find((each) => each.address === address);
    if (leaver === undefined)
      console.error(`[WARNING] node ${address} is not a member yet so it cannot be removed`);
    else await markLeft(connection, root, leaver.id);
    console.error('[INFO] removal complete');
    return 0;
  });
}

function currentOf(members: readonly Member[]): readonly Member[] {
  return members.filter(({ membership }) => membership === 'member');
}

function hasQuorum(members: readonly Member[]): boolean {
  const current = currentOf(members);
  return current.filter(({ state }) => state === 'live').length > current.length / 2;
}

function bigId({ id }: Member): string {
  return String(firstId + BigInt(id));
}

function ownAddress(): string {
  const address = detectedAddress();
  if (address === undefined) throw new Error('detect_ip prints no IPv4 address');
  return address;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
