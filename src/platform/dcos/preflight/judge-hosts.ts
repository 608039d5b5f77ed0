// What of the hosts is not as it must be before a run? Pure: from their readings alone.

import type { Address } from '../../../model/ensemble.js';
import type { HostFault } from '../certificates/identity.js';
import type { HostBasics, NodeReading, NodeUnknown } from './preflight-host.js';
import type { BootstrapReading, NewcomerReading } from './preflight-newcomer.js';

/** Clocks that differ by more make certificates and Exhibitor's own check fail (DC/OS 1.12 and later). */
const clockLimitMs = 1_000;
const GiB = 1024 ** 3;
/** An upgrade fetches packages of some hundred MiB, and keeps the old ones. */
const upgradeBytes = GiB;
/** An install fetches every package, and unpacks them. The generator unpacks itself and its image: several GB as well. */
const installBytes = 4 * GiB;

/** What a node must show. */
export interface NodeWants {
  readonly version: string;
  readonly role: 'master' | 'slave' | 'slave_public';
  /** As `/opt/mesosphere/etc/exhibitor` has it: `1:172.31.16.60,…`. */
  readonly serversSpec: string;
  /** Whether another list than that is no fault: an agent's, with masters enough in it. Null: it always is one. */
  readonly mayDiffer: ((masters: readonly Address[]) => boolean) | null;
}

/** What is wrong with a master or an agent. */
export function nodeFaults(wants: NodeWants, reading: NodeReading | NodeUnknown): readonly HostFault[] {
  const { address: host } = reading;
  if (reading.kind === 'unknown') return [unreachable(reading)];
  const faults: HostFault[] = [...basicFaults(host, reading, upgradeBytes)];
  const add = (seen: string, remedy: string): void => {
    faults.push({ host, seen, remedy });
  };
  if (reading.version !== wants.version)
    add(
      `its DC/OS is ${reading.version || 'not installed'}, not ${wants.version}`,
      'finish the upgrade there, or mend dcos.version in the cluster file',
    );
  if (reading.roles.join() !== wants.role)
    add(
      `its roles are ${reading.roles.join(', ') || 'none'}, not ${wants.role}`,
      'mend the lists of agents in the cluster file, or /etc/mesosphere/roles there',
    );
  if (reading.serversSpec !== wants.serversSpec && wants.mayDiffer?.(reading.masters) !== true)
    add(
      `its /opt/mesosphere/etc/exhibitor has ${reading.serversSpec || 'no list'}, not ${wants.serversSpec}`,
      'run the latest dcos_node_upgrade.sh there',
    );
  if (reading.broken)
    add(
      'an activation of packages broke off there: /opt/mesosphere/install_progress',
      'start dcos-setup there',
    );
  if (reading.units.length > 0)
    add(
      `${reading.units.join(', ')} is at work there`,
      'wait until it has ended, or resume the run that started it',
    );
  if (wants.role !== 'master' && reading.docker.status !== 0)
    add(`docker ps ends with ${reading.docker.status}: ${reading.docker.said}`, 'mend docker there');
  return faults;
}

function basicFaults(
  host: Address,
  { root, space }: HostBasics,
  leastFreeBytes: number,
): readonly HostFault[] {
  const faults = space
    .filter(({ freeBytes }) => freeBytes < leastFreeBytes)
    .map(({ path, freeBytes }) => ({
      host,
      seen: `only ${mebibytes(freeBytes)} are free on ${path}, not ${mebibytes(leastFreeBytes)}`,
      remedy: 'make room there',
    }));
  if (root) return faults;
  return [
    ...faults,
    { host, seen: 'commands do not run as root', remedy: 'set ssh.user or ssh.sudo in the cluster file' },
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}

function unreachable({ address, reason }: NodeUnknown): HostFault {
  return { host: address, seen: `could not be asked: ${reason}`, remedy: 'see that it answers over SSH' };
}

/** Hosts whose clocks stray from the others', as far as the round trips let it be known. */
export function clockFaults(
  readings: readonly (HostBasics & { readonly address: Address })[],
): readonly HostFault[] {
  const sorted = readings.map((one) => one.clock.offsetMs).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return readings.flatMap(({ address, clock }) => {
    const strayMs = clock.offsetMs - median;
    if (Math.abs(strayMs) - clock.errorMs <= clockLimitMs) return [];
    const [much, which] = [Math.abs(strayMs / 1000).toFixed(1), strayMs > 0 ? 'ahead of' : 'behind'];
    return [
      { host: address, seen: `its clock is ${much} s ${which} the others`, remedy: 'see to NTP there' },
    ];
  });
}

/** What `dcos_install.sh` wants free on a master of 1.9, and the two ports of ZooKeeper that it does not look at. */
const masterPorts = [
  53, 80, 443, 1050, 2181, 2888, 3888, 5050, 7070, 8080, 8101, 8123, 8181, 9000, 9942, 9990, 15055, 33107,
  36771, 41281, 42819, 43911, 46839, 61053, 61420, 61421, 62053, 62080,
];

/** Exit statuses of curl that tell where to look. */
const curlEnds: Readonly<Record<number, string>> = {
  6: 'its name is not known',
  7: 'the connection is refused',
  22: 'it has no such file',
  28: 'no answer in time',
};

/** What may lie on a host that shall become a master: one that is rebuilt at its address is wiped first. */
export type EarlierInstall = 'refused' | 'wiped';

/** What is wrong with a host that shall become a master. */
export function newcomerFaults(
  reading: NewcomerReading | NodeUnknown,
  earlier: EarlierInstall = 'refused',
): readonly HostFault[] {
  const { address: host } = reading;
  if (reading.kind === 'unknown') return [unreachable(reading)];
  const faults: HostFault[] = [...basicFaults(host, reading, installBytes)];
  const add = (seen: string, remedy: string): void => {
    faults.push({ host, seen, remedy });
  };
  if (reading.installed.length > 0 && earlier === 'refused')
    add(
      `DC/OS is there already: ${reading.installed.join(', ')}`,
      'take a fresh host, or remove it: /opt/mesosphere/bin/pkgpanda uninstall, and what it leaves',
    );
  if (reading.detected !== host)
    add(
      `genconf/ip-detect prints '${reading.detected}' there, not ${host}`,
      'mend genconf/ip-detect on the bootstrap node, or the address',
    );
  if (reading.reached !== 0)
    add(
      `it can't load dcos_install.sh from the bootstrap node: ${curlEnds[reading.reached] ?? 'no answer'} (curl ends with ${reading.reached})`,
      'see that the bootstrap node serves genconf/serve at bootstrap_url (its nginx), and that no firewall is between',
    );
  if (reading.docker.status !== 0)
    add(
      `docker ps ends with ${reading.docker.status}: ${reading.docker.said}`,
      'install and start docker there',
    );
  const taken = masterPorts.filter((port) => reading.ports.includes(port));
  // What runs of DC/OS is named above.
  if (taken.length > 0 && reading.installed.length === 0)
    add(`something listens at port ${taken.join(', ')}`, 'stop it: a master needs these ports');
  return faults;
}

/** What is wrong with the bootstrap node. */
export function bootstrapFaults(
  host: Address,
  reading: BootstrapReading | NodeUnknown,
): readonly HostFault[] {
  if (reading.kind === 'unknown') return [unreachable(reading)];
  const faults: HostFault[] = [];
  const add = (seen: string, remedy: string): void => {
    faults.push({ host, seen, remedy });
  };
  const { url, ipDetect, hasGenerator, docker, freeBytes } = reading;
  if (url === '')
    add('genconf/config.yaml has no bootstrap_url', 'mend bootstrap.directory in the cluster file');
  if (ipDetect === '') add('there is no genconf/ip-detect', 'mend bootstrap.directory in the cluster file');
  if (!hasGenerator) add('the generator is not there', 'mend bootstrap.generator in the cluster file');
  if (docker !== 0) add(`docker version ends with ${docker}`, 'start docker there: the generator needs it');
  if (freeBytes < installBytes)
    add(
      `only ${mebibytes(freeBytes)} are free there, not ${mebibytes(installBytes)}`,
      'make room: the generator unpacks itself',
    );
  return faults;
}
