// The waiting of a stage: until what its state predicts is seen, and has held.

import { addressesIn, quorumOf } from '../model/ensemble.js';
import { predict } from '../plan/predict.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import type { EngineHost } from './engine-host.js';
import { expectationOf } from './expectation.js';
import { mustSettle } from './reconfigure-world.js';
import { stepInFlight } from './run-state.js';
import { latecomerMs } from './settings.js';
import { servingOf } from './sighting.js';
import { type GateResult, type Holding, type Prediction, waitForGate } from './wait-for-gate.js';

/**
 * How long the gate before `next` must hold: taking a server down wants a settled ensemble; a start only adds one. Where
 * nobody is predicted to serve although enough servers run, an election may still surprise us.
 */
export function holdBefore(host: EngineHost, world: StageWorld, next: PlannedStep | undefined): number {
  if (predict(world).serving.length === 0) return couldElect(world) ? host.settings.downMs : 0;
  const takesDown = next === undefined || ['stop', 'upgrade', 'restart'].includes(next.kind);
  return (world.configuration === undefined ? takesDown : mustSettle(next)) ? host.settings.holdMs : 0;
}

/**
 * Whether as many servers run as one of the two lists needs for a quorum; in a full stop that is no sign of anything, and
 * where the ensemble keeps its list the prediction knows the list in force.
 */
function couldElect({ servers, from, to, fullStop, configuration }: StageWorld): boolean {
  const running = servers.filter((server) => server.running).length;
  if (fullStop || configuration !== undefined) return false;
  return running >= Math.min(quorumOf(from.length), quorumOf(to.length));
}

/** Waits until what must serve in `world` does, and holds. */
export function settle(host: EngineHost, world: StageWorld, holding: Holding): Promise<GateResult> {
  const state = host.log.state();
  const inFlight = stepInFlight(state)?.step.host ?? null;
  const everyone = addressesIn(state.plan.from, ...state.plan.stages.map((one) => one.ensemble));
  const begun = state.plan.stages.filter(({ number }) => state.stages.some((one) => one.number === number));
  const startedEmpty = begun.flatMap((one) => one.fresh);
  const predicted: Prediction = (leader, services, waitedMs) => {
    // Time enough for a start and an election: whoever does not serve by now must be able to join by itself.
    const alive = world.servers.every((one) => !one.running || services.get(one.address)?.port === 'open');
    // A member that died is no latecomer: it raises its own alarm.
    const late = leader !== null && alive && waitedMs >= latecomerMs(host.settings);
    const now = { ...world, leader, ...(late ? { serving: servingOf(services) } : {}) };
    return { ...expectationOf(world, predict(now).serving, inFlight, everyone), startedEmpty };
  };
  return waitForGate(host, predicted, holding, host.signal);
}

/** The world behind a gate that passed, with a member that runs and can't join told from those that serve. */
export function asSeen(world: StageWorld, gate: GateResult & { readonly kind: 'passed' }): StageWorld {
  const settled = { ...world, leader: gate.evidence.leader };
  const serving = servingOf(gate.services);
  return predict(settled).serving.every((address) => serving.includes(address))
    ? settled
    : { ...settled, serving };
}
