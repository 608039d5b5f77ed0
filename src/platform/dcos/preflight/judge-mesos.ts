// What of Mesos is not as it must be before a run, and what can't be before a dead master is replaced? Pure.

import { type Address, quorumOf } from '../../../model/ensemble.js';
import type { MesosReplicas } from '../../../probe/mesos.js';
import type { HostFault } from '../certificates/identity.js';
import type { MasterReading } from './judge-ensemble.js';

/** What Mesos must be like. */
export interface MesosWants {
  /** Masters of the list, whether they live or not. */
  readonly members: number;
  /** Under strict security ZooKeeper's access lists keep everybody but Mesos from counting its replicas. */
  readonly strict: boolean;
  /** Dead masters without which no service starts anew (`shutBy`). */
  readonly shutBy: readonly Address[];
}

/** What is wrong, and what will mend itself by the run. */
export interface MesosFound {
  readonly faults: readonly HostFault[];
  readonly notes: readonly string[];
}

type MesosReading = Pick<MasterReading, 'address' | 'mesos'>;

/** A fault, unless a dead master explains it: then it is told. */
interface Finding {
  readonly host: Address;
  readonly seen: string;
  readonly isExplained: boolean;
}

const remedy = 'read `journalctl -u dcos-mesos-master` there, and wait until its logs have recovered';

/** `readings` are of the members that are not down. */
export function judgeMesos(
  wants: MesosWants,
  readings: readonly MesosReading[],
  replicas: MesosReplicas | null,
): MesosFound {
  const waiting = wants.shutBy.length === 0 ? [] : readings.filter(({ mesos }) => isSilent(mesos.kind));
  const isShut = waiting.length > 0;
  // With fewer no log recovers, and whoever is elected gives up.
  const areFew = isShut && readings.length - waiting.length < quorumOf(wants.members);
  const found: readonly Finding[] = [
    ...readings.flatMap((reading) => ofOne(reading, waiting.includes(reading), areFew)),
    ...electedFindings(readings, areFew),
    ...replicaFindings(wants, readings, replicas, isShut),
  ];
  const [told, faults] = [found.filter((one) => one.isExplained), found.filter((one) => !one.isExplained)];
  const dead = wants.shutBy.join(', ');
  return {
    faults: faults.map(({ host, seen }) => ({ host, seen, remedy })),
    notes: isShut
      ? [
          `services that were started again since ${dead} died wait for it: they can't run before it is replaced`,
          ...told.map(({ host, seen }) => `${host}: ${seen}, until then`),
        ]
      : ["Mesos' logs have recovered on all of them, and one master is elected"],
  };
}

/** One that wants to know who asks runs. */
function isSilent(kind: MesosReading['mesos']['kind']): boolean {
  return kind !== 'answered' && kind !== 'forbidden';
}

function ofOne(
  { address: host, mesos }: MesosReading,
  isExplained: boolean,
  areFew: boolean,
): readonly Finding[] {
  if (mesos.kind !== 'answered')
    return [{ host, seen: `its Mesos does not tell: ${mesos.reason}`, isExplained }];
  const { registrar, overlay } = mesos.value;
  return [
    ...(registrar.recovered ? [] : ["Mesos' registrar log has not recovered there"]),
    ...(overlay === null || overlay.recovered ? [] : ["Mesos' overlay log has not recovered there"]),
  ].map((seen) => ({ host, seen, isExplained: areFew }));
}

function electedFindings(readings: readonly MesosReading[], areFew: boolean): readonly Finding[] {
  const elected = readings.filter(({ mesos }) => mesos.kind === 'answered' && mesos.value.elected);
  if (elected.length === 1) return [];
  const names = elected.map((one) => one.address).join(' and ') || 'none';
  return [
    {
      host: 'the masters',
      seen: `of the Mesos masters ${names} is elected`,
      isExplained: areFew && elected.length === 0,
    },
  ];
}

function replicaFindings(
  { strict }: MesosWants,
  readings: readonly MesosReading[],
  replicas: MesosReplicas | null,
  isShut: boolean,
): readonly Finding[] {
  const alive = readings.length;
  // Those that wait are no replicas; one too many is a fault all the same.
  const isExplained = (count: number): boolean => isShut && count < alive;
  const sizes = readings.flatMap(({ address, mesos }): readonly Finding[] => {
    const size = mesos.kind === 'answered' ? mesos.value.registrar.ensembleSize : null;
    if (size === null || size === alive) return [];
    const seen = `it sees ${size} replicas of Mesos' log, not ${alive}`;
    return [{ host: address, seen, isExplained: isExplained(size) }];
  });
  if (replicas === null || (replicas.kind === 'forbidden' && strict)) return sizes;
  const host = 'the masters';
  if (replicas.kind !== 'read') {
    const seen = `Mesos' replicas could not be counted: ${replicas.reason}`;
    return [...sizes, { host, seen, isExplained: false }];
  }
  const seen = `${replicas.count} replicas of Mesos' log are alive, not ${alive}`;
  return replicas.count === alive
    ? sizes
    : [...sizes, { host, seen, isExplained: isExplained(replicas.count) }];
}
