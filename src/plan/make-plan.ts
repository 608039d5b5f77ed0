// Which plan, if any, leads from the current ensemble to what the operator wants.

import { parseBlock } from '../model/address-block.js';
import { itemPlace } from '../model/address-list.js';
import { resolveChange, type Goal } from '../model/change.js';
import { describeEnsemble, sameEnsemble, type Ensemble } from '../model/ensemble.js';
import { familyOf } from '../model/family.js';
import { allOf } from '../model/fault.js';
import { invariant } from '../model/invariant.js';
import { buildStages, expectedOf, rebuiltHosts, type BuiltStages, type Setting } from './build-stages.js';
import type { Alternative, Consent, Consents, Expected, Finding, Plan, Proof, Stage } from './plan.js';
import { reconfigureObstacles, reconfigureStages, withFreeIds } from './reconfigure-stages.js';
import type { PlanRequest, PlanResult } from './request.js';
import { blockers, faultFinding, remarks, requestFaults } from './request-findings.js';
import { replicatedOn } from './proved-schedule.js';
import { searchRoute } from './search.js';
import { serviceFindings } from './service-findings.js';
import { stepFindings } from './step-findings.js';
import { proofFindings, refutedFinding } from './proof-findings.js';
import { impasseFindings } from './unreachable.js';
import { countWords, inWords, secondsWords } from './wording.js';

/** How many faults each stage must bear where nobody says: a server that fails is what on-call is for. */
const usualFaults = 1;

/** Says plainly that nothing was explored. */
function unproved(request: PlanRequest): Proof {
  return {
    verdict: 'unproved',
    faults: request.faults ?? usualFaults,
    states: 0,
    counterexample: null,
  };
}

/** Plans a change. Pure: the same request gives the same plan, byte for byte. */
export function makePlan(request: PlanRequest): PlanResult {
  const goal = resolveChange(request.current, request.idPolicy, withFreeIds(request));
  if (!goal.ok) return { kind: 'invalid', findings: goal.faults.map(faultFinding) };
  const blocks = allOf(
    request.candidates.map((text, index) => parseBlock(text, itemPlace('candidates', index))),
  );
  const faults = [...requestFaults(request, goal.value.target), ...(blocks.ok ? [] : blocks.faults)];
  if (faults.length > 0 || !blocks.ok) return { kind: 'invalid', findings: faults.map(faultFinding) };

  const { target, rebuilds } = goal.value;
  const noted = remarks(request, target, rebuilds);
  if (sameEnsemble(request.current, target) && rebuilds.length === 0) {
    return { kind: 'nothing-to-do', plan: planOf(request, target, unproved(request), [], [], noted) };
  }
  const forbidden = [...blockers(request), ...reconfigureObstacles(request, goal.value)];
  if (forbidden.length > 0) {
    const findings = [...forbidden, ...noted];
    return { kind: 'unreachable', plan: planOf(request, target, unproved(request), [], [], findings) };
  }
  const found = attempt(request, goal.value, request.consents);
  if (found.kind === 'stages') {
    const { stages, proof } = found;
    const { serviceGate: gate } = request;
    const waits = gate === undefined ? [] : serviceFindings(stages, gate);
    const findings = [...proofFindings(proof), ...stepFindings(stages), ...waits, ...noted];
    return { kind: 'planned', plan: planOf(request, target, proof, stages, [], findings) };
  }
  const alternatives = alternativesTo(request, goal.value);
  const why =
    found.kind === 'unscheduled'
      ? [unscheduledFinding(found.built)]
      : impasseFindings({
          policy: request.idPolicy,
          current: request.current,
          target,
          alternatives,
          candidates: blocks.value,
        });
  const refuted = found.kind === 'unscheduled' ? found.built.refuted : null;
  const findings = [...why, ...noted];
  return {
    kind: 'unreachable',
    plan: planOf(request, target, refuted ?? unproved(request), [], alternatives, findings),
  };
}

type Attempt =
  | { readonly kind: 'stages'; readonly stages: readonly Stage[]; readonly proof: Proof }
  | { readonly kind: 'unscheduled'; readonly built: Extract<BuiltStages, { kind: 'unscheduled' }> }
  | { readonly kind: 'no-route' };

/** Routes tried before giving up; each further one avoids what the ones before it could not schedule. */
const mostRoutes = 8;

function attempt(request: PlanRequest, goal: Goal, consents: Consents): Attempt {
  const setting = { ...settingOf(request), consents };
  if (request.reconfigure === true) {
    const built = reconfigureStages(request.current, goal, setting);
    return built.kind === 'built' ? { ...built, kind: 'stages' } : { kind: 'unscheduled', built };
  }
  const asked = { ...request, ...goal, ...setting, consents };
  const unscheduled: Extract<BuiltStages, { kind: 'unscheduled' }>[] = [];
  while (unscheduled.length < mostRoutes) {
    const avoid = unscheduled.map((built) => built.transition);
    const route = searchRoute(asked, avoid);
    if (!route) break;
    const built = buildStages(route.transitions, setting);
    if (built.kind === 'built') {
      const end = built.stages.at(-1)?.ensemble ?? request.current;
      invariant(sameEnsemble(end, goal.target), `a route ends at the target: ${describeEnsemble(end)}`);
      return { kind: 'stages', stages: built.stages, proof: built.proof };
    }
    unscheduled.push(built);
  }
  const [first] = unscheduled;
  return first ? { kind: 'unscheduled', built: first } : { kind: 'no-route' };
}

function settingOf(request: PlanRequest): Setting {
  const family = familyOf(request.zookeeper);
  invariant(family !== undefined, `a checked version has a family: ${request.zookeeper}`);
  const { down = [], gone = [] } = request;
  const leader = request.leader !== null && down.includes(request.leader) ? null : request.leader;
  const { idPolicy: policy, consents, faults = usualFaults } = request;
  const replicated = replicatedOn(request.platform);
  return { policy, family, leader, down, gone, consents, faults, replicated };
}

/** What one further consent would allow; all together only where none alone is enough. */
function alternativesTo(request: PlanRequest, goal: Goal): readonly Alternative[] {
  const missing: readonly Consent[] = [
    ...(request.consents.allowCascade ? [] : (['allow-cascade'] as const)),
    ...(request.consents.allowRenumber ? [] : (['allow-renumber'] as const)),
    ...(request.consents.allowOutage ? [] : (['allow-outage'] as const)),
  ];
  const single = missing.flatMap((consent) => alternative(request, goal, [consent]));
  return single.length > 0 || missing.length < 2 ? single : alternative(request, goal, missing);
}

function alternative(request: PlanRequest, goal: Goal, needs: readonly Consent[]): readonly Alternative[] {
  const { consents } = request;
  const found = attempt(request, goal, {
    allowCascade: consents.allowCascade || needs.includes('allow-cascade'),
    allowRenumber: consents.allowRenumber || needs.includes('allow-renumber'),
    allowOutage: consents.allowOutage || needs.includes('allow-outage'),
  });
  if (found.kind !== 'stages') return [];
  const { stages } = found;
  const expected = expectedOf(stages, settingOf(request).family, request.measured);
  return [{ needs, summary: summaryOf(stages, expected), stages, expected }];
}

/** `2 hosts (A and B) wiped and rebuilt under another id, 3 stages, no full stop, about 3 s without writes`. */
function summaryOf(stages: readonly Stage[], expected: Expected): string {
  const rebuilt = [...new Set(rebuiltHosts(stages))];
  const stops = stages.filter((stage) => stage.fullStop).length;
  const moved = stages.filter((stage) => !stage.fullStop).flatMap((stage) => stage.renumbered);
  return [
    rebuilt.length === 0
      ? 'no host wiped that stays'
      : `${countWords(rebuilt.length, 'host')} (${inWords(rebuilt)}) wiped and rebuilt on the way`,
    ...(moved.length === 0 ? [] : [`${inWords(moved)} renumbered one after the other`]),
    countWords(stages.length, 'stage'),
    stops === 0 ? 'no full stop' : countWords(stops, 'full stop'),
    `about ${secondsWords(expected.unavailableMs)} without writes`,
  ].join(', ');
}

function unscheduledFinding({
  transition,
  number,
  refuted,
}: Extract<BuiltStages, { kind: 'unscheduled' }>): Finding {
  if (refuted !== null) return refutedFinding(refuted, `stage ${number}`);
  return {
    rule: 'no-schedule',
    severity: 'error',
    subject: `stage ${number}`,
    message: `No safe order of steps is known for stage ${number} (${transition.kind}, ${transition.from.length} to ${transition.to.length} servers).`,
    remedy:
      'Bring back members that are down; where ids are free to choose, give newcomers ids above all others, since older versions admit those first.',
  };
}

function planOf(
  request: PlanRequest,
  target: Ensemble,
  proof: Proof,
  stages: readonly Stage[],
  alternatives: readonly Alternative[],
  findings: readonly Finding[],
): Plan {
  return {
    schema: 'succession.plan/1',
    createdBy: request.createdBy,
    cluster: request.cluster,
    platform: request.platform,
    idPolicy: request.idPolicy,
    zookeeper: request.zookeeper,
    consents: request.consents,
    leader: request.leader,
    down: request.down ?? [],
    gone: request.gone ?? [],
    from: request.current,
    to: target,
    stages,
    proof,
    expected: expectedOf(stages, settingOf(request).family, request.measured),
    alternatives,
    findings,
  };
}
