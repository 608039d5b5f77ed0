// What of the ensemble is not as it must be before a run? Pure: from the masters' own answers.

import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  sameEnsemble,
} from '../../../model/ensemble.js';
import type { ExhibitorConfiguration, ExhibitorServer } from '../../../probe/exhibitor.js';
import type { Asked } from '../../../probe/http-json.js';
import type { MesosMasterReading } from '../../../probe/mesos.js';
import type { ServiceReading } from '../../../probe/observe-service.js';
import type { HostFault } from '../certificates/identity.js';

/** What one master answers. */
export interface MasterReading {
  readonly address: Address;
  readonly status: Asked<readonly ExhibitorServer[]>;
  readonly configuration: Asked<ExhibitorConfiguration>;
  readonly service: ServiceReading;
  readonly mesos: Asked<MesosMasterReading>;
}

/** The ensemble as it must be, and which of its members are down already. */
export interface EnsembleWants {
  readonly ensemble: Ensemble;
  readonly down: readonly Address[];
}

const serving = 3;

/** Whether what Exhibitor shows is not what ZooKeeper itself says: its cache is up to 30 s old. */
export function disagrees(readings: readonly MasterReading[]): boolean {
  const leader = leaderOf(readings);
  return readings.some(({ status }) =>
    status.kind !== 'answered'
      ? false
      : readings.some(({ address, service }) => {
          const seen = status.value.find((one) => one.hostname === address);
          if (seen === undefined) return false;
          return (
            (seen.code === serving) !== (service.mode !== null) || seen.isLeader !== (address === leader)
          );
        }),
  );
}

function leaderOf(readings: readonly MasterReading[]): Address | null {
  const leaders = readings.filter(({ service }) => ['leader', 'standalone'].includes(service.mode ?? ''));
  return leaders.length === 1 ? (leaders[0]?.address ?? null) : null;
}

/** What is wrong, master by master; `readings` are of the members that are not down. */
export function ensembleFaults(
  wants: EnsembleWants,
  readings: readonly MasterReading[],
): readonly HostFault[] {
  const leader = leaderOf(readings);
  return [
    ...readings.flatMap((reading) => [
      ...statusFaults(wants, reading, leader),
      ...serviceFaults(wants, reading, readings.length),
      ...configurationFaults(wants, reading),
    ]),
    ...leaderFaults(readings, leader),
  ];
}

const exhibitorRemedy = 'read `journalctl -u dcos-exhibitor` there';

function statusFaults(
  { ensemble, down }: EnsembleWants,
  { address: host, status }: MasterReading,
  leader: Address | null,
): readonly HostFault[] {
  if (status.kind !== 'answered')
    return [{ host, seen: `its Exhibitor does not tell: ${status.reason}`, remedy: exhibitorRemedy }];
  const listed = status.value.map((one) => one.hostname);
  const wanted = ensemble.map((member) => member.address);
  if (listed.join() !== wanted.join()) {
    const seen = `its Exhibitor lists ${listed.join(', ')}, not ${wanted.join(', ')}`;
    return [
      {
        host,
        seen,
        remedy: 'bring all masters to one list first: run the latest dcos_node_upgrade.sh there',
      },
    ];
  }
  const ill = status.value.filter((one) => one.code !== serving && !down.includes(one.hostname));
  const leads = status.value.filter((one) => one.isLeader).map((one) => one.hostname);
  return [
    ...ill.map((one) => `its Exhibitor sees ${one.hostname} ${one.description}`),
    ...(leads.length === 1 && (leader === null || leads[0] === leader)
      ? []
      : [
          `its Exhibitor sees ${leads.join(' and ') || 'nobody'} lead${leader === null ? '' : `, not ${leader}`}`,
        ]),
  ].map((seen) => ({ host, seen, remedy: exhibitorRemedy }));
}

function serviceFaults(
  { ensemble }: EnsembleWants,
  { address: host, service }: MasterReading,
  alive: number,
): readonly HostFault[] {
  const id = idOf(ensemble, host);
  const { syncedFollowers: synced, followers: attached } =
    service.mode === 'leader' ? service : { syncedFollowers: null, followers: null };
  return [
    ...(service.mode === null ? [`its ZooKeeper does not serve: ${service.evidence}`] : []),
    ...(service.serverId !== null && service.serverId !== id
      ? [`its ZooKeeper has the id ${service.serverId}; by the list it is ${id ?? 'none'}`]
      : []),
    ...(synced !== null && synced !== alive - 1
      ? [`it leads ${synced} synced followers, not ${alive - 1}`]
      : []),
    ...(attached !== null && attached > alive - 1
      ? [
          `${attached} followers are attached to it where ${alive - 1} can be: one is a stranger or a duplicate`,
        ]
      : []),
  ].map((seen) => ({ host, seen, remedy: exhibitorRemedy }));
}

/** Where a password is set and not given the file on disk, which is read as well, must do. */
function configurationFaults(
  { ensemble }: EnsembleWants,
  { address: host, configuration }: MasterReading,
): readonly HostFault[] {
  if (configuration.kind === 'forbidden') return [];
  if (configuration.kind !== 'answered')
    return [
      {
        host,
        seen: `its Exhibitor does not tell its list: ${configuration.reason}`,
        remedy: exhibitorRemedy,
      },
    ];
  const { ensemble: held, serverId } = configuration.value;
  if (sameEnsemble(held, ensemble) && serverId === (idOf(ensemble, host) ?? null)) return [];
  const seen = `its Exhibitor works with ${describeEnsemble(held)} as ${serverId ?? 'none of them'}`;
  return [
    {
      host,
      seen,
      remedy: `bring it to ${describeEnsemble(ensemble)}: restart dcos-exhibitor, or upgrade it`,
    },
  ];
}

function leaderFaults(readings: readonly MasterReading[], leader: Address | null): readonly HostFault[] {
  if (leader !== null || readings.length === 0) return [];
  const leading = readings.filter(({ service }) => service.mode === 'leader').map((one) => one.address);
  const seen = `ZooKeeper is led by ${leading.join(' and ') || 'nobody'}`;
  return [{ host: 'the ensemble', seen, remedy: 'find out why before anything is changed' }];
}
