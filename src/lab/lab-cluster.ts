// The cluster file of a lab: DC/OS' settings, on addresses of this machine.

import { createHash } from 'node:crypto';
import type { Address, Ensemble, IdPolicy } from '../model/ensemble.js';
import type { Cluster, Setting } from '../platform/zookeeper/cluster-file.js';
import { credentialsPath, hostDirectory, standInOf } from './lab-files.js';

/** What a lab's cluster file is made of. */
export interface LabMakeup {
  readonly directory: string;
  readonly subnet: number;
  /** All hosts; the place in the list gives the stand-in. */
  readonly addresses: readonly Address[];
  readonly name: string;
  readonly idPolicy: IdPolicy;
  readonly ensemble: Ensemble;
  /** The ZooKeeper's. */
  readonly version: string;
  readonly tickMs: number;
  /** The `super:PASSWORD` of servers that may change their list themselves; null: their lists are static. */
  readonly credentials: string | null;
}

/** The cluster file of such a lab. */
export function labCluster(makeup: LabMakeup): Cluster {
  const { directory, subnet, addresses, name, idPolicy, ensemble, version, tickMs, credentials } = makeup;
  return {
    schema: 'succession.cluster/1',
    name,
    platform: 'zookeeper',
    idPolicy,
    zookeeper: {
      version,
      clientPort: 2181,
      quorumPort: 2888,
      electionPort: 3888,
      settings: { ...settings(tickMs), ...(credentials === null ? {} : reconfigurable(credentials)) },
      ...(credentials === null ? {} : { credentialsFile: credentialsPath(directory) }),
    },
    ensemble,
    hosts: addresses.map((address, place) => ({
      address,
      standIn: standInOf(subnet, place),
      directory: hostDirectory(directory, address),
    })),
    transport: 'local',
    paths: { configuration: '{directory}/conf/zoo.cfg', dataDirectory: '{directory}/data' },
    commands: {
      start: control('start'),
      stop: control('stop'),
      running: control('running'),
      enable: control('enable'),
      disable: control('disable'),
      enabled: control('enabled'),
    },
  };
}

function control(verb: string): string {
  return `{directory}/ctl ${verb}`;
}

/** As DC/OS' Exhibitor writes them, except that each server listens on its own address alone: all share one machine. */
function settings(tickMs: number): Readonly<Record<string, Setting>> {
  return {
    tickTime: tickMs,
    initLimit: 10,
    syncLimit: 5,
    maxClientCnxns: 0,
    'autopurge.snapRetainCount': 5,
    'autopurge.purgeInterval': 6,
    quorumListenOnAllIPs: false,
    clientPortAddress: '{address}',
    '4lw.commands.whitelist': 'srvr,mntr,conf,stat,ruok',
    'admin.enableServer': false,
  };
}

/** Servers know only a digest of the password: `DigestAuthenticationProvider.generateDigest`, SHA-1 in base64. */
function reconfigurable(credentials: string): Readonly<Record<string, Setting>> {
  const digest = createHash('sha1').update(credentials).digest('base64');
  return {
    reconfigEnabled: true,
    'DigestAuthenticationProvider.superDigest': `${credentials.split(':')[0] ?? ''}:${digest}`,
  };
}
