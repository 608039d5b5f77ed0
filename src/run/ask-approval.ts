// Whether a stage or a step may begin: approved already, by nobody's wish, or once a person says so.

import { addressesIn } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { ApprovalRequest } from './approvals.js';
import type { EngineHost, RunEnd } from './engine-host.js';
import { sightServices } from './sighting.js';
import { nextStepId } from './take-step.js';

/** Whoever goes back need not ask: standing still half-way would be worse. */
export function stageApproval(host: EngineHost, stage: Stage): Promise<ApprovalEnd> {
  const { approvalScope, undoes } = host.log.state();
  if (approvalScope !== 'stages' || undoes !== null) return Promise.resolve({ kind: 'given' });
  return approval(host, stage, {
    id: `stage-${stage.number}`,
    question: `begin stage ${stage.number}, ${stage.kind}?`,
    about: [stage.reason, ...stage.steps.map((step) => `${step.id} ${step.kind} ${step.host}`)],
  });
}

export function stepApproval(
  host: EngineHost,
  stage: Stage,
  { kind, host: at, reason, margin }: PlannedStep,
): Promise<ApprovalEnd> {
  const { approvalScope, undoes } = host.log.state();
  if (approvalScope !== 'steps' || undoes !== null) return Promise.resolve({ kind: 'given' });
  return approval(host, stage, {
    id: `${nextStepId(host.log.state(), stage)}-${kind}-${at}`,
    question: `${kind} ${at}?`,
    about: [reason, margin < 0 ? 'the service stops meanwhile' : `margin ${margin}`],
  });
}

/** Between two looks at the desk, in ms. */
const lookMs = 500;
/** Between two looks at the servers meanwhile, in ms. */
const sightMs = 2000;

/**
 * `given`: it was approved before, or nobody has to. `given-now`: it took a while, so the world may have changed since it
 * was looked at.
 */
export type ApprovalEnd =
  { readonly kind: 'given' | 'given-now' } | { readonly kind: 'held'; readonly end: RunEnd };

/** Waits until the request is decided. A refusal pauses the run: asked again after a resume. */
async function approval(host: EngineHost, stage: Stage, request: ApprovalRequest): Promise<ApprovalEnd> {
  const { log, desk } = host;
  const { id } = request;
  const known = log.state().approvals.find((one) => one.id === id);
  if (known?.given != null) return { kind: 'given' };
  if (desk === undefined) return held(`nobody can be asked here: ${request.question}`);
  if (known === undefined) await log.append({ kind: 'approval-wanted', ...request });
  desk.open(request);
  const sight = sightWhileAsking(host, stage);
  try {
    for (;;) {
      sight();
      const decision = await desk.look(id);
      if (decision !== null) {
        const { approved, by, via, from } = decision;
        if (!approved) return held(`${by} did not approve: ${request.question}`);
        await log.append({ kind: 'approval-given', id, by, via, from });
        return { kind: 'given-now' };
      }
      if (host.signal.aborted) return held('stopped at once by the operator');
      if (host.pauseRequested()) return held('paused by the operator before an approval');
      await host.sleep(lookMs, host.signal);
    }
  } finally {
    desk.close(id);
  }
}

/**
 * Whoever decides wants to know how the ensemble is by then. Nobody waits for the answers: a silent server must not keep a
 * decision from being heard. At most one look at a time.
 */
function sightWhileAsking({ platform, onServices, now, signal }: EngineHost, stage: Stage): () => void {
  const members = addressesIn(stage.from, stage.ensemble);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;
  return () => {
    if (onServices === undefined || looking || now() - lookedAt < sightMs) return;
    lookedAt = now();
    looking = true;
    void sightServices(platform, members, signal)
      .then(onServices, () => undefined)
      .finally(() => {
        looking = false;
      });
  };
}

function held(reason: string): ApprovalEnd {
  return { kind: 'held', end: { kind: 'paused', reason } };
}
