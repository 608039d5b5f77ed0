// Stand-in for etcd on masters from 2.1 on, and for `dcos-etcdctl`: `start`, `diagnostic`, `member list`, `member remove ID`.

import { activeVersion } from './scripts/master-role.js';
import { stayMember } from './scripts/member-daemon.js';
import { markLeft, readMembers, withZooKeeper } from './scripts/zookeeper-members.js';

const root = '/etcd';

async function main([command, verb, id]: readonly string[]): Promise<number> {
  if (command === 'start') {
    console.log(`stand-in of a lab for etcd of DC/OS ${activeVersion() ?? ''}`);
    return stayMember(root, '/var/lib/dcos/etcd/id');
  }
  const members = await withZooKeeper((connection) => readMembers(connection, root));
  const current = members.filter(({ membership }) => membership === 'member');
  if (command === 'diagnostic') {
    const ill = current.filter(({ state }) => state === 'dead');
    current.forEach((each) =>
      console.log(`https://${each.address}:2379 is ${each.state === 'live' ? 'healthy' : 'unhealthy'}`),
    );
    return ill.length === 0 ? 0 : 1;
  }
  if (command === 'member' && verb === 'list') {
    current.forEach((each) => {
      const hex = each.id.toString(16).padStart(16, '0');
      const [peer, client] = [2380, 2379].map((port) => `https://${each.address}:${port}`);
      console.log(`${hex}, started, etcd-${each.address}, ${peer}, ${client}`);
    });
    return 0;
  }
  if (command === 'member' && verb === 'remove') {
    const leaver = current.find((each) => each.id === Number.parseInt(id ?? '', 16));
    if (leaver === undefined) {
      console.error('Error: etcdserver: member not found');
      return 1;
    }
    await withZooKeeper((connection) => markLeft(connection, root, leaver.id));
    console.log(`Member ${id} removed from cluster`);
    return 0;
  }
  console.error('Usage: dcos-etcdctl {diagnostic|member list|member remove ID}');
  return 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
