// `succession status`: how a cluster stands, read-only.

import { Command } from 'commander';
import { zookeeperLock } from '../../platform/zookeeper/cluster-lock.js';
import { clusterStatus, statusText } from '../../view/status-text.js';
import { exitStatus } from '../exit-status.js';
import { observeCluster, readCluster } from '../live-side.js';
import type { CommandHost } from '../program.js';

/** The command. */
export function statusCommand(host: CommandHost): Command {
  return new Command('status')
    .description('Show every host of a cluster: id, role, epoch, and how many more may fail.')
    .requiredOption('--cluster <file>', 'the cluster file')
    .action(async (options: { cluster: string }, command: Command) => {
      const context = host.context(command);
      const cluster = await readCluster(options.cluster);
      const [sighting, holder] = await Promise.all([
        observeCluster(cluster),
        zookeeperLock(cluster).holder(AbortSignal.timeout(10_000)),
      ]);
      const status = clusterStatus(cluster.name, cluster.ensemble, sighting, holder?.run ?? null);
      context.terminal.out(
        context.output === 'json'
          ? `${JSON.stringify(status, null, 2)}\n`
          : statusText(status, context.resultPalette),
      );
      host.end(status.margin < 0 ? exitStatus.notAsExpected : exitStatus.done);
    });
}
