// What do /state and /slaves say? Of Mesos' documents, the fields that somebody looks at.

import type { DcosVersion } from '../../../platform/dcos/versions.js';
import type { Host } from '../daemon/host.js';
import type { AgentRecord, Agents } from './agents.js';
import type { Leader } from './masters.js';

/** The Mesos that each DC/OS ships. */
export function mesosVersion({ version }: DcosVersion): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 2) return minor === 0 ? '1.9.1' : '1.10.1';
  const versions: Readonly<Record<number, string>> = {
    9: '1.2.3',
    10: '1.4.2',
    11: '1.5.1',
    12: '1.7.3',
    13: '1.8.2',
  };
  return versions[minor] ?? '1.2.3';
}

/** `/slaves`; nobody while the registry is not read. */
export function slavesDocument(version: DcosVersion, agents: Agents | null): object {
  const active = [...(agents?.active.values() ?? [])].map((agent) => slaveOf(version, agent));
  const recovered = [...(agents?.recovered ?? [])].map((id) => ({ id, active: false }));
  return { slaves: active, recovered_slaves: recovered };
}

function slaveOf(version: DcosVersion, agent: AgentRecord): object {
  return {
    id: agent.id,
    hostname: agent.address,
    port: 5051,
    pid: `slave(1)@${agent.address}:5051`,
    attributes: agent.role === 'slave_public' ? { public_ip: 'true' } : {},
    registered_time: agent.registeredAt,
    ...(agent.reregisteredAt === null ? {} : { reregistered_time: agent.reregisteredAt }),
    active: true,
    version: mesosVersion(version),
    TASK_RUNNING: agent.tasks,
  };
}

/** `/state` of a leader. */
export function stateDocument(master: {
  readonly host: Host;
  readonly address: string;
  readonly id: string;
  readonly quorum: number;
  readonly leader: Leader | null;
  readonly agents: Agents | null;
}): object {
  const { host, address, id, quorum, leader, agents } = master;
  return {
    version: mesosVersion(host.version),
    id,
    pid: `master@${address}:5050`,
    hostname: address,
    leader: leader === null ? null : `master@${leader.address}:${leader.port}`,
    cluster: 'lab',
    activated_slaves: agents?.active.size ?? 0,
    deactivated_slaves: 0,
    unreachable_slaves: 0,
    flags: {
      quorum: String(quorum),
      work_dir: '/var/lib/dcos/mesos/master',
      log_auto_initialize: 'true',
      zk: 'zk://zk-1.zk:2181,zk-2.zk:2181,zk-3.zk:2181,zk-4.zk:2181,zk-5.zk:2181/mesos',
    },
    ...slavesDocument(host.version, agents),
    frameworks: [],
    completed_frameworks: [],
  };
}
