// `succession status`: how a cluster stands, read-only.

import type { Command } from 'commander';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import type { DcosCluster } from '../../platform/dcos/cluster-file.js';
import { type ServiceStatus, serviceStatus } from '../../platform/dcos/services/service-status.js';
import { zookeeperLock } from '../../platform/zookeeper/cluster-lock.js';
import { clusterStatus, statusMarkdown, statusText } from '../../view/status-text.js';
import { exitStatus } from '../exit-status.js';
import type { LiveCluster } from '../live-cluster.js';
import { observeCluster, readCluster } from '../live-side.js';
import type { CommandHost } from '../command-host.js';

/** Over a transport of their own: some are asked on their hosts. */
async function servicesOver(
  cluster: LiveCluster,
  dcos: DcosCluster,
  signal: AbortSignal,
): Promise<ServiceStatus> {
  const transport = cluster.transport();
  try {
    return await serviceStatus(dcos, transport, dcos.masters, signal);
  } finally {
    await transport.close();
  }
}

/** The command. */
export function statusCommand(host: CommandHost): Command {
  return new EnvironmentCommand('status')
    .description(
      'Show every host of a cluster: id, role, epoch, and how many more may fail; on DC/OS Exhibitor, Mesos and the agents as well.',
    )
    .requiredOption('--cluster <file>', 'the cluster file')
    .example('Who leads, and how many more may fail', 'succession status --cluster succession.yaml')
    .example(
      'For a monitor: the margin as a number',
      'succession status --cluster succession.yaml -o json | jq .margin',
    )
    .note('Exit status: 0 a quorum serves, 5 none does, 2 bad input.')
    .action(async (options: { cluster: string }, command: Command) => {
      const context = host.context(command);
      const cluster = await readCluster(options.cluster);
      const { dcos } = cluster;
      const signal = deadline(30_000);
      const [sighting, holder, services] = await Promise.all([
        observeCluster(cluster),
        zookeeperLock(
          cluster.reach,
          cluster.ensemble.map((member) => member.address),
        ).holder(deadline(3000)),
        dcos === null ? null : servicesOver(cluster, dcos, signal),
      ]);
      const status = clusterStatus(
        cluster.name,
        cluster.ensemble,
        sighting,
        holder.kind === 'held' ? holder.by.run : null,
        services,
      );
      context.terminal.out(
        context.output === 'json'
          ? `${JSON.stringify(status, null, 2)}\n`
          : context.output === 'markdown'
            ? statusMarkdown(status)
            : statusText(status, context.resultPalette),
      );
      host.end(status.margin < 0 ? exitStatus.notAsExpected : exitStatus.done);
    });
}
