// Whether Exhibitor and Mesos stand on the masters as they must before the next step. Never asks for what can't come yet.

import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  quorumOf,
  sameEnsemble,
} from '../../../model/ensemble.js';
import type { ExhibitorConfiguration } from '../../../probe/exhibitor.js';
import type { Asked } from '../../../probe/http-json.js';
import type { MesosMasterReading, MesosReplicas } from '../../../probe/mesos.js';
import type { Condition } from '../../../run/condition.js';
import type { GateMoment } from '../../../run/platform.js';
import type { DcosVersion } from '../versions.js';

/** What was asked of the members that run. */
export interface MasterReadings {
  /** The list that each Exhibitor was started with. */
  readonly exhibitors: ReadonlyMap<Address, Asked<Pick<ExhibitorConfiguration, 'ensemble' | 'serverId'>>>;
  readonly masters: ReadonlyMap<Address, Asked<MesosMasterReading>>;
  /** Asked where the masters don't count their replicas themselves; else null. */
  readonly replicas: MesosReplicas | null;
}

/** Pure. */
export function judgeMasters(
  version: DcosVersion,
  moment: GateMoment,
  readings: MasterReadings,
): readonly Condition[] {
  const open = openGates(version, moment);
  const able = withQuorumOfLogs(moment, readings, open);
  const { running } = moment.expectation;
  return [
    exhibitorLists(moment, readings),
    ...(running.length === 0 ? [] : [logsRecovered(moment, readings, able)]),
    ...(able.length === 0 ? [] : [oneElected(moment, readings)]),
    ...(open.length < running.length ? [] : [replicaCount(moment, readings)]),
  ];
}

/**
 * Members that run and whose services may start: each asks that of its own list (`packages/bootstrap`). One that has not
 * been restarted since may well have its services although its gate is closed by now; it is not waited for.
 */
export function openGates(version: DcosVersion, { expectation, services }: GateMoment): readonly Address[] {
  const serves = (address: Address): boolean => (services.get(address)?.mode ?? null) !== null;
  return expectation.running.filter((address) => {
    const list = expectation.lists.get(address);
    if (list === undefined) return false;
    const members = list.map((member) => member.address);
    const serving = members.filter(serves).length;
    const leading = members.filter((one) => ['leader', 'standalone'].includes(services.get(one)?.mode ?? ''));
    switch (version.bootstrapGate) {
      case 'all':
        return serving === members.length && leading.length === 1;
      case 'majority':
        return serving >= quorumOf(members.length) && leading.length === 1;
      case 'own':
        return serves(address);
    }
  });
}

/**
 * Those of them whose log can recover: a quorum of replicas that vote answers (`src/log/recover.cpp` in Mesos). One that
 * began empty votes when it has recovered, and one whose service waits does not answer: a survivor that was started again
 * since another died, say, until it has the new list.
 */
function withQuorumOfLogs(
  { expectation: { running, lists, startedEmpty = [] } }: GateMoment,
  { masters }: MasterReadings,
  open: readonly Address[],
): readonly Address[] {
  const voters = running.filter((address) => {
    const asked = masters.get(address);
    if (asked?.kind === 'answered' && asked.value.registrar.recovered) return true;
    return !startedEmpty.includes(address) && (open.includes(address) || asked?.kind === 'answered');
  });
  return open.filter((address) => voters.length >= quorumOf(lists.get(address)?.length ?? 0));
}

/** An Exhibitor that holds another list than its ZooKeeper would give it to the next start. */
function exhibitorLists({ expectation }: GateMoment, { exhibitors }: MasterReadings): Condition {
  const name = "Exhibitor's lists";
  const silent: string[] = [];
  for (const [address, expected] of expectation.lists) {
    const asked = exhibitors.get(address);
    if (asked?.kind !== 'answered') {
      silent.push(`${address}: ${asked?.reason ?? 'not asked'}`);
      continue;
    }
    const seen = difference(address, asked.value, expected);
    if (seen === null) continue;
    // The host of the step may be on its way to it.
    return address === expectation.host
      ? { name, state: 'wait', seen, code: null, about: [] }
      : { name, state: 'alarm', seen, code: 'wrong-member', about: [address] };
  }
  if (silent.length > 0) return { name, state: 'wait', seen: silent.join('; '), code: null, about: [] };
  return { name, state: 'pass', seen: `${expectation.lists.size} as planned`, code: null, about: [] };
}

function difference(
  address: Address,
  { ensemble, serverId }: Pick<ExhibitorConfiguration, 'ensemble' | 'serverId'>,
  expected: Ensemble,
): string | null {
  if (!sameEnsemble(ensemble, expected)) return `${address} has ${describeEnsemble(ensemble)}`;
  const id = idOf(expected, address) ?? null;
  return serverId === id ? null : `${address} has id ${serverId ?? 'none'}`;
}

function logsRecovered(moment: GateMoment, { masters }: MasterReadings, able: readonly Address[]): Condition {
  const name = "Mesos' logs";
  const { running } = moment.expectation;
  const readings = running.map((address) => ({ address, asked: masters.get(address) }));
  // Without an overlay network nobody counts its log.
  const overlaid = readings.some(({ asked }) => asked?.kind === 'answered' && asked.value.overlay !== null);
  const stateOf = (asked: Asked<MesosMasterReading> | undefined): string | null => {
    if (asked === undefined) return 'not asked';
    if (asked.kind !== 'answered') return asked.reason;
    const { registrar, overlay } = asked.value;
    if (!registrar.recovered) return 'registrar not recovered';
    return overlaid && overlay?.recovered !== true ? 'overlay not recovered' : null;
  };
  const behind = readings.flatMap(({ address, asked }) => {
    const state = stateOf(asked);
    return state === null ? [] : [{ address, state, waited: able.includes(address) }];
  });
  const recovered = running.length - behind.length;
  const missing = behind.filter((one) => one.waited).map((one) => `${one.address}: ${one.state}`);
  const later = behind.filter((one) => !one.waited).map((one) => one.address);
  const seen = [
    `${recovered} of ${running.length} recovered`,
    ...missing,
    ...(later.length === 0
      ? []
      : [
          `not yet: ${later.join(', ')}, whose services can't start, or whose logs can't recover, before those of others`,
        ]),
  ].join('; ');
  return { name, state: missing.length === 0 ? 'pass' : 'wait', seen, code: null, about: [] };
}

function oneElected({ expectation }: GateMoment, { masters }: MasterReadings): Condition {
  const name = 'Mesos leader';
  const elected = expectation.running.filter((address) => {
    const asked = masters.get(address);
    return asked?.kind === 'answered' && asked.value.elected;
  });
  const seen = elected.length === 0 ? 'none' : elected.join(' and ');
  return { name, state: elected.length === 1 ? 'pass' : 'wait', seen, code: null, about: [] };
}

/** Asked once nobody is missing: one replica too many, and two quorums apart from each other could agree on different things. */
function replicaCount({ expectation }: GateMoment, { masters, replicas }: MasterReadings): Condition {
  const name = 'Mesos replicas';
  const wanted = expectation.running.length;
  const sizes = expectation.running.flatMap((address) => {
    const asked = masters.get(address);
    return asked?.kind === 'answered' ? [asked.value.registrar.ensembleSize] : [];
  });
  const counted = sizes.filter((size) => size !== null);
  if (replicas === null || counted.length === wanted) {
    const isRight = counted.length === wanted && counted.every((size) => size === wanted);
    return {
      name,
      state: isRight ? 'pass' : 'wait',
      seen: `${counted.join(' ') || 'none'} of ${wanted}`,
      code: null,
      about: [],
    };
  }
  switch (replicas.kind) {
    case 'read':
      return {
        name,
        state: replicas.count === wanted ? 'pass' : 'wait',
        seen: `${replicas.count} of ${wanted} under /mesos/log_replicas`,
        code: null,
        about: [],
      };
    // Strict security: the access lists keep everybody out but Mesos itself, and 1.9 counts them nowhere else.
    case 'forbidden':
      return { name, state: 'pass', seen: `can't be counted: ${replicas.reason}`, code: null, about: [] };
    case 'unknown':
      return { name, state: 'wait', seen: replicas.reason, code: null, about: [] };
  }
}
