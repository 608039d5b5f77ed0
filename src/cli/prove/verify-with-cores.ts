// Proves a plan again, small proofs at once and great ones on all cores; the answer is the same either way.

import type { Finding, Plan, Stage } from '../../plan/plan.js';
import { structureFindings } from '../../plan/verify-findings.js';
import {
  prepareStages,
  proveStage,
  reachFindings,
  tellStage,
  verdictOf,
  type StageTask,
} from '../../plan/verify-plan.js';
import type { StageVerification, Verdict, Verification } from '../../plan/verification.js';
import { proveShares, sharesOf, type ProvedShare } from './prove-shares.js';

/** More states than this are left to threads: about the 50 ms that starting them costs. */
const mostStatesAtOnce = 3000;

/** What a verification is asked for. */
export interface VerifyOptions {
  /** The file's name, for the document. */
  readonly name: string;
  readonly faults: number;
  readonly cores: number;
  /** `mostStatesAtOnce` when absent. */
  readonly mostStatesAtOnce?: number;
}

/** What was explored of one stage. */
interface Explored {
  readonly verdict: Verdict;
  readonly states: number;
  readonly transitions: number;
  readonly shares: number;
  readonly tookMs: number;
}

/** Proves every stage and looks at the file's structure. Throws only where our own assumptions break. */
export async function verifyPlan(plan: Plan, options: VerifyOptions): Promise<Verification> {
  const begun = performance.now();
  const prepared = prepareStages(plan);
  const tasks = prepared.flatMap((one) => (one.kind === 'task' ? [one.task] : []));
  const explored = await exploreAll(tasks, options);
  const findings: Finding[] = [...structureFindings(plan)];
  const stages = prepared.map((one): StageVerification => {
    if (one.kind === 'obstacle') {
      findings.push(...one.findings);
      return lineOf(one.stage, { verdict: 'unproved', states: 0, transitions: 0, shares: 0, tookMs: 0 });
    }
    const { task } = one;
    const seen = explored.get(task) ?? nothing;
    if (seen.verdict === 'unsafe') return told(task, seen, options.faults, findings);
    const unreached = reachFindings(task);
    findings.push(...unreached);
    return lineOf(task.stage, unreached.length === 0 ? seen : { ...seen, verdict: 'unproved' });
  });
  return {
    schema: 'succession.verification/1',
    plan: options.name,
    zookeeper: plan.zookeeper,
    verdict: verdictOf(stages.map((stage) => stage.verdict)),
    faults: options.faults,
    states: stages.reduce((sum, stage) => sum + stage.states, 0),
    tookMs: Math.round(performance.now() - begun),
    stages,
    findings,
  };
}

const nothing: Explored = { verdict: 'unproved', states: 0, transitions: 0, shares: 0, tookMs: 0 };

async function exploreAll(
  tasks: readonly StageTask[],
  options: VerifyOptions,
): Promise<ReadonlyMap<StageTask, Explored>> {
  const { faults, cores } = options;
  const explored = new Map<StageTask, Explored>();
  const great: StageTask[] = [];
  for (const task of tasks) {
    const begun = performance.now();
    const proof = proveStage(task, { faults, mostStates: options.mostStatesAtOnce ?? mostStatesAtOnce });
    // Nothing explored at all: more servers than a proof can have.
    if (proof.verdict === 'cut-short' && proof.states > 0) great.push(task);
    const verdict = proof.verdict === 'cut-short' ? 'unproved' : proof.verdict;
    explored.set(task, { ...proof, verdict, shares: 1, tookMs: performance.now() - begun });
  }
  if (great.length === 0) return explored;
  const proved = await proveShares(sharesOf(great, faults, cores), cores);
  for (const task of great) explored.set(task, together(proved.filter((one) => one.share.task === task)));
  return explored;
}

function together(shares: readonly ProvedShare[]): Explored {
  const proofs = shares.flatMap(({ proof }) => proof ?? []);
  const verdicts = proofs.map(({ verdict }) => (verdict === 'cut-short' ? 'unproved' : verdict));
  return {
    verdict: verdictOf(verdicts),
    states: proofs.reduce((sum, proof) => sum + proof.states, 0),
    transitions: proofs.reduce((sum, proof) => sum + proof.transitions, 0),
    shares: shares.length,
    tookMs: shares.reduce((sum, share) => sum + share.tookMs, 0),
  };
}

/** Told on one core, whoever found out that there is something to tell: so it is the same story wherever it is run. */
function told(task: StageTask, seen: Explored, faults: number, findings: Finding[]): StageVerification {
  const begun = performance.now();
  const telling = tellStage(task, faults);
  const tookMs = seen.tookMs + performance.now() - begun;
  if (telling === null) return lineOf(task.stage, { ...seen, tookMs });
  findings.push(...telling.findings);
  return {
    ...lineOf(task.stage, { ...seen, ...telling.explored, tookMs }),
    breaksWith: telling.faults,
    counterexample: telling.refutation.story,
  };
}

function lineOf(stage: Stage, seen: Explored): StageVerification {
  const { verdict, states, transitions, shares, tookMs } = seen;
  return {
    stage: stage.number,
    kind: stage.kind,
    steps: stage.steps.length,
    verdict,
    states,
    transitions,
    shares,
    tookMs: Math.round(tookMs),
    breaksWith: null,
    counterexample: null,
  };
}
