// A host of files only: its "server" is a file that names this very process, so nothing has to be cleaned up.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../src/platform/zookeeper/cluster-file.js';

/** A cluster whose hosts are folders. Their names need quoting, on purpose. */
export interface FakeCluster {
  readonly cluster: Cluster;
  /** The folder of a host. */
  readonly home: (address: string) => string;
  readonly remove: () => void;
}

/** Members 10.0.0.1 (id 1), 10.0.0.2 (id 2), and a spare host 10.0.0.3; all dialled at 127.0.0.1 to 127.0.0.3. */
export function fakeCluster(changes: {
  readonly commands?: Partial<Cluster['commands']>;
  readonly clientPort?: number;
}): FakeCluster {
  const root = mkdtempSync(join(tmpdir(), "succession it's "));
  const home = (address: string): string => join(root, address);
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  for (const address of addresses) mkdirSync(home(address));
  const cluster: Cluster = {
    schema: 'succession.cluster/1',
    name: 'fake',
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: {
      version: '3.8.0',
      clientPort: changes.clientPort ?? 1,
      quorumPort: 2,
      electionPort: 3,
      settings: { tickTime: 2000, clientPortAddress: '{address}' },
    },
    ensemble: [
      { id: 1, address: '10.0.0.1' },
      { id: 2, address: '10.0.0.2' },
    ],
    hosts: addresses.map((address, index) => ({
      address,
      standIn: `127.0.0.${index + 1}`,
      directory: home(address),
    })),
    transport: 'local',
    paths: { configuration: '{directory}/conf/zoo.cfg', dataDirectory: '{directory}/data' },
    commands: {
      start: `echo ${process.pid} >{directory}/run`,
      stop: 'rm -f {directory}/run',
      running: 'cat {directory}/run 2>/dev/null',
      enable: 'touch {directory}/enabled',
      disable: 'rm -f {directory}/enabled',
      enabled: 'test -e {directory}/enabled',
      ...changes.commands,
    },
  };
  return { cluster, home, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Puts a file on a host, with its folders. */
export function put(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
