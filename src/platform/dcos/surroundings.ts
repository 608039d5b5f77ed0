// Which work around the stages of a DC/OS cluster comes when?

import { addressesIn, idOf } from '../../model/ensemble.js';
import type { Address, Ensemble } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import type { Duty, Surroundings } from '../../run/duty.js';
import { type ListedPlan, type ListedStage, needsAgentRound } from './agent-rounds.js';
import { agentsDuty } from './agents.js';
import { auditDuty } from './audit-duty.js';
import { authorityDuty, authorityGoneDuty } from './authority-duty.js';
import { backupDuty } from './backup.js';
import { certificatesDuty } from './certificates.js';
import { checksDuty } from './checks.js';
import type { DcosCluster } from './cluster-file.js';
import { configureDuty } from './configure.js';
import { mayHaveAuthority } from './enterprise-places.js';
import { decommissionDuty, storesOf } from './decommission.js';
import { dnsDuty, dnsNames } from './dns.js';
import { preflightDuty } from './preflight.js';
import { type ServiceWays, serviceWays } from './service-ways.js';
import { soakDuties } from './soak.js';

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
      }),
      auditDuty(cluster, transport, notIn(last)),
      backupDuty(cluster, transport),
    ],
    beforeStage: (stage) => [
      configureDuty(cluster, transport, stage),
      ...authorityDuties(cluster, transport, stage),
    ],
    afterStage: (stage, next) => {
      reached = stage.ensemble;
      return dutiesAfter({ cluster, transport, ways, plan }, stage, next);
    },
    afterRun: () => [
      ...(dnsNames(cluster).length === 0
        ? []
        : [dnsDuty(cluster, { masters: addressesIn(reached), left: notIn(reached) })]),
      ...soakDuties(cluster.soakMs ?? defaultSoakMs),
      checksDuty(cluster, transport, { id: 'end.checks', masters: addressesIn(reached), waits: true }),
    ],
  };
}

/** Those who are new in the stage's ensemble, or come back to it on an empty disk. */
function newcomersOf({ from, ensemble, fresh }: ListedStage): readonly Address[] {
  return addressesIn(ensemble).filter(
    (address) => idOf(from, address) === undefined || fresh.includes(address),
  );
}

/** Whether there is an authority of the operator's, only config.yaml tells. */
function authorityDuties(cluster: DcosCluster, transport: Transport, stage: ListedStage): readonly Duty[] {
  const newcomers = newcomersOf(stage);
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
  const { number, from, ensemble } = stage;
  const masters = addressesIn(ensemble);
  const newcomers = newcomersOf(stage);
  const left = addressesIn(from).filter((address) => idOf(ensemble, address) === undefined);
  const { cockroach, etcd } = storesOf(cluster);
  // Were no masters when the run began: what it put there goes with them. The disk of an old master stays as it is.
  const guests = left.filter((address) => idOf(plan.from, address) === undefined);
  return [
    ...(newcomers.length > 0
      ? [certificatesDuty(cluster, transport, { stage: number, masters, newcomers })]
      : []),
    checksDuty(cluster, transport, { id: `${number}.checks`, masters, waits: true }),
    ...(left.length > 0 || cockroach || etcd
      ? [decommissionDuty(cluster, transport, { stage: number, masters, left, fresh: newcomers })]
      : []),
    ...(guests.length > 0 && mayHaveAuthority(cluster) ? [authorityGoneDuty(transport, number, guests)] : []),
    ...(needsAgentRound(plan, stage, next) && cluster.agents.private.length + cluster.agents.public.length > 0
      ? [agentsDuty(cluster, transport, ways.mesos, number)]
      : []),
  ];
}
