// Which numbers does a master show at /metrics/snapshot?

import type { DcosVersion } from '../../../platform/dcos/versions.js';

/** What is counted. */
export interface MasterFigures {
  readonly elected: boolean;
  readonly uptimeSeconds: number;
  readonly activeAgents: number;
  readonly unreachableAgents: number;
  readonly tasks: number;
  readonly registrar: LogFigures;
  readonly overlay: LogFigures;
}

/** Of one log. */
export interface LogFigures {
  readonly recovered: boolean;
  readonly replicas: number;
}

/** Flat, as libprocess answers; which keys there are is a matter of the version. */
export function masterMetrics(
  version: DcosVersion,
  figures: MasterFigures,
): Readonly<Record<string, number>> {
  const overlay = version.overlayRecovered;
  const size = overlay.replace(/recovered$/, 'ensemble_size');
  return {
    'master/elected': figures.elected ? 1 : 0,
    'master/uptime_secs': figures.uptimeSeconds,
    'master/slaves_active': figures.activeAgents,
    'master/slaves_connected': figures.activeAgents,
    'master/slaves_disconnected': 0,
    'master/slaves_inactive': 0,
    ...(version.ensembleSize ? { 'master/slaves_unreachable': figures.unreachableAgents } : {}),
    'master/recovery_slave_removals': 0,
    'master/tasks_running': figures.tasks,
    'registrar/queued_operations': 0,
    'registrar/log/recovered': figures.registrar.recovered ? 1 : 0,
    ...(version.ensembleSize ? { 'registrar/log/ensemble_size': figures.registrar.replicas } : {}),
    [overlay]: figures.overlay.recovered ? 1 : 0,
    ...(overlay.startsWith('overlay/master/')
      ? { 'overlay/master/recovering': figures.overlay.recovered ? 0 : 1 }
      : {}),
    ...(version.ensembleSize ? { [size]: figures.overlay.replicas } : {}),
  };
}
