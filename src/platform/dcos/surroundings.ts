// Which work around the stages of a DC/OS cluster comes when?

import { addressesIn, idOf } from '../../model/ensemble.js';
import type { Address, Ensemble } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import type { Duty, Surroundings } from '../../run/duty.js';
import { type ListedPlan, type ListedStage, needsAgentRound } from './agents/agent-rounds.js';
import { agentsDuty } from './agents/agents.js';
import { auditDuty } from './audit/audit-duty.js';
import { authorityDuty } from './certificates/authority-duty.js';
import { authorityGoneDuty } from './certificates/authority-gone.js';
import { backupDuty } from './databases/backup.js';
import { certificatesDuty } from './certificates/certificates.js';
import { checksDuty } from './services/checks.js';
import type { DcosCluster } from './cluster-file.js';
import { configureDuty } from './configuration/configure.js';
import { decommissionDuty } from './databases/decommission.js';
import { mayHaveAuthority } from './enterprise-places.js';
import { dnsDuty, dnsNames } from './dns.js';
import { postponedTo, renewedBy, shutBy, stillDown } from './down-masters.js';
import { preflightDuty } from './preflight/preflight.js';
import { type ServiceWays, serviceWays } from './services/service-ways.js';
import { soakDuties } from './services/soak.js';
import { storesOf } from './databases/stores.js';

/** The runbook's hour. */
const defaultSoakMs = 3_600_000;

/**
 * The work around the stages of `plan`. A stage that undoes another need not be in it; the end of the run is where the last
 * stage led that `afterStage` was told of.
 */
export function dcosSurroundings(cluster: DcosCluster, transport: Transport, plan: ListedPlan): Surroundings {
  const ways = serviceWays(cluster, transport);
  const last = plan.stages.at(-1)?.ensemble ?? plan.from;
  let reached: Ensemble = last;
  const told: ListedStage[] = [];
  const ever = new Set(addressesIn(plan.from, ...plan.stages.map((stage) => stage.ensemble)));
  const notIn = (ensemble: Ensemble): readonly Address[] =>
    [...ever].filter((address) => idOf(ensemble, address) === undefined);
  return {
    settleMs: cluster.settleMs,
    beforeRun: () => [
      preflightDuty(cluster, transport, ways, plan),
      checksDuty(cluster, transport, {
        id: 'checks',
        masters: addressesIn(plan.from).filter((address) => !plan.down.includes(address)),
        waits: false,
        shutBy: shutBy(cluster, plan.down),
      }),
      auditDuty(cluster, transport, {
        leaving: notIn(last),
        down: plan.down,
        shutBy: shutBy(cluster, plan.down),
      }),
      backupDuty(cluster, transport, firstToStay(plan)),
    ],
    beforeStage: (stage) => [
      configureDuty(cluster, transport, stage),
      ...authorityDuties(cluster, transport, stage),
    ],
    afterStage: (stage, next) => {
      reached = stage.ensemble;
      told.push(stage);
      return dutiesAfter({ cluster, transport, ways, plan }, stage, next);
    },
    afterRun: () => [
      ...(dnsNames(cluster).length === 0
        ? []
        : [dnsDuty(cluster, { masters: addressesIn(reached), left: notIn(reached) })]),
      ...soakDuties(cluster.soakMs ?? defaultSoakMs),
      checksDuty(cluster, transport, {
        id: 'end.checks',
        masters: addressesIn(reached).filter(
          (address) => !plan.down.includes(address) || told.some(({ fresh }) => fresh.includes(address)),
        ),
        waits: true,
      }),
    ],
  };
}

/** Members that run, those first that stay with their disk throughout. */
function firstToStay({ from, down, stages }: ListedPlan): readonly Address[] {
  const members = addressesIn(from).filter((address) => !down.includes(address));
  const stays = (address: Address): boolean =>
    stages.every(({ ensemble, fresh }) => idOf(ensemble, address) !== undefined && !fresh.includes(address));
  return [...members.filter(stays), ...members.filter((address) => !stays(address))];
}

/** Those who are new in the stage's ensemble, or come back to it on an empty disk. */
function newcomersOf({ from, ensemble, fresh }: ListedStage): readonly Address[] {
  return addressesIn(ensemble).filter(
    (address) => idOf(from, address) === undefined || fresh.includes(address),
  );
}

/** Whether there is an authority of the operator's, only config.yaml tells. */
function authorityDuties(cluster: DcosCluster, transport: Transport, stage: ListedStage): readonly Duty[] {
  // Who comes back with its disk has what it had.
  const newcomers = stage.fresh;
  if (newcomers.length === 0 || !mayHaveAuthority(cluster)) return [];
  const holders = [...new Set([...addressesIn(stage.from), ...cluster.masters])].filter(
    (address) => !newcomers.includes(address),
  );
  return [authorityDuty(cluster, transport, { stage: stage.number, newcomers, holders })];
}

function dutiesAfter(
  {
    cluster,
    transport,
    ways,
    plan,
  }: {
    readonly cluster: DcosCluster;
    readonly transport: Transport;
    readonly ways: ServiceWays;
    readonly plan: ListedPlan;
  },
  stage: ListedStage,
  next: Ensemble | null,
): readonly Duty[] {
  const { number, ensemble } = stage;
  const masters = addressesIn(ensemble);
  const newcomers = newcomersOf(stage);
  const left = leftIn(stage);
  const { cockroach, etcd } = storesOf(cluster);
  const down = stillDown(plan, stage);
  const renewed = [...new Set([...renewedBy(plan, stage), ...newcomers])];
  // Who of those renewed by then may not have joined everything.
  const late = down.length > 0 ? renewed.filter((one) => !down.includes(one)) : [];
  // Where the gate wants all masters no service starts while another is down: its stage does the work of those before as well.
  const waits = shutBy(cluster, down).length > 0;
  const postponed = postponedTo(cluster, plan, stage);
  const order = {
    stage: number,
    masters,
    left: [...new Set([...postponed.flatMap(leftIn), ...left])].filter((one) => !masters.includes(one)),
    fresh: postponed.length > 0 ? renewed : newcomers,
    down,
    late,
  };
  const databases =
    !waits && (order.left.length > 0 || cockroach || etcd)
      ? [decommissionDuty(cluster, transport, order)]
      : [];
  const present = masters.filter((one) => !down.includes(one));
  const shown = (down.length > 0 ? newcomers : renewed).filter((one) => !down.includes(one));
  // A newcomer's etcd starts when whoever left is out of etcd's list: until then the checks complain of it.
  const whole = present.filter((one) => !(etcd && late.includes(one)));
  const checks = waits
    ? []
    : [checksDuty(cluster, transport, { id: `${number}.checks`, masters: whole, waits: true })];
  // Were no masters when the run began: what it put there goes with them. The disk of an old master stays as it is.
  const guests = left.filter((address) => idOf(plan.from, address) === undefined);
  return [
    ...(shown.length > 0 && !waits
      ? [certificatesDuty(cluster, transport, { stage: number, masters: present, newcomers: shown })]
      : []),
    ...(etcd ? [...databases, ...checks] : [...checks, ...databases]),
    ...(guests.length > 0 && mayHaveAuthority(cluster)
      ? [authorityGoneDuty(cluster, transport, number, guests)]
      : []),
    ...(needsAgentRound(plan, stage, next) && cluster.agents.private.length + cluster.agents.public.length > 0
      ? [agentsDuty(cluster, transport, ways.mesos, number)]
      : []),
  ];
}

function leftIn({ from, ensemble }: ListedStage): readonly Address[] {
  return addressesIn(from).filter((address) => idOf(ensemble, address) === undefined);
}
