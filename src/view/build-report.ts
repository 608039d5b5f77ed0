// How a report is put together: from the journal, its fold, and what was measured.

import { type Address, addressesIn, idOf } from '../model/ensemble.js';
import type { JournalRecord } from '../run/journal-record.js';
import {
  type ApprovalState,
  type DutyState,
  lastSafeEnsemble,
  type RunState,
  type StageState,
} from '../run/run-state.js';
import { historyOf, leadersIn, toldSteps, type ToldStep } from './chronicle.js';
import { planFingerprint } from './fingerprint.js';
import { changeWords, stageTitle } from './plan-words.js';
import type {
  ApprovalReport,
  AvailabilityReport,
  DutyReport,
  GapReport,
  HostReport,
  RunReport,
  StageReport,
  WriteFigures,
} from './report.js';

/** Writes from moment to moment. Times in ms since the epoch. */
export interface WriteSamples {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly acknowledged: readonly (number | null)[];
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** Figures of the whole run and of each stage by its number, and the writes from moment to moment where they are known. */
export interface Measured {
  readonly total: WriteFigures;
  readonly stages: ReadonlyMap<number, WriteFigures>;
  readonly samples?: WriteSamples | undefined;
}

/** What a report is made of. */
export interface ReportSources {
  readonly state: RunState;
  /** The records that `state` is the fold of. */
  readonly records: readonly JournalRecord[];
  readonly measured: Measured;
  /** The lines of a simulation's events at which a fault struck. */
  readonly injected?: readonly string[];
}

const NOTHING: WriteFigures = { acknowledged: 0, longestGapMs: 0, unavailableMs: 0 };

/** Puts the journal, its fold and the measured figures together. */
export function buildReport({ state, records, measured, injected = [] }: ReportSources): RunReport {
  const told = toldSteps(records);
  const stages = state.stages.map((stage) =>
    stageReport(state, stage, told, measured.stages.get(stage.number) ?? NOTHING),
  );
  const counted = stages.map((stage) => stage.elections);
  const [first] = records;
  const begun = first?.kind === 'run-started' ? first : null;
  return {
    schema: 'succession.report/1',
    run: state.run,
    purpose: state.purpose,
    cluster: state.cluster,
    platform: state.plan.platform,
    change: changeWords(begun?.plan ?? state.plan),
    program: begun?.version ?? '',
    plan: planFingerprint(begun?.plan ?? state.plan),
    by: state.by,
    status: state.status,
    startedAt: timeOf(state.startedAt),
    endedAt: timeOf(state.lastAt),
    tookMs: state.lastAt - state.startedAt,
    resumes: state.resumes,
    zookeeper: state.plan.zookeeper,
    from: state.plan.from,
    to: state.plan.to,
    reached: lastSafeEnsemble(state),
    stagesPlanned: state.plan.stages.length,
    stages,
    duties: state.duties.map(dutyReport),
    total: {
      ...measured.total,
      elections: counted.includes(null)
        ? null
        : counted.reduce<number>((sum, elections) => sum + (elections ?? 0), 0),
    },
    availability: measured.samples === undefined ? null : availabilityOf(state, measured.samples),
    leaders: leadersIn(records),
    hosts: hostReports(state),
    approvals: state.approvals.map(approvalReport),
    history: historyOf(records),
    audit: state.audit && {
      ...state.audit,
      lost: state.audit.members.reduce((sum, member) => sum + member.lost, 0),
    },
    deviations: state.deviations.map((deviation) => deviation.message),
    failure: state.failure,
    simulation: state.simulation && {
      seed: state.simulation.seed,
      faults: state.simulation.faults,
      injected,
    },
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function approvalReport({ id, question, about, wantedAt, given }: ApprovalState): ApprovalReport {
  return {
    id,
    question,
    about,
    wantedAt: timeOf(wantedAt),
    given: given && { at: timeOf(given.at), by: given.by, via: given.via, from: given.from },
  };
}

function dutyReport({ id, kind, sentence, startedAt, result, done }: DutyState): DutyReport {
  return {
    id,
    kind,
    sentence,
    startedAt: timeOf(startedAt),
    tookMs: done?.tookMs ?? null,
    result: done === null ? (result ?? 'begun') : done.waivedBy === null ? 'done' : 'waived',
    evidence: done?.evidence ?? [],
    facts: done?.facts ?? {},
    waivedBy: done?.waivedBy ?? null,
  };
}

function stageReport(
  state: RunState,
  stage: StageState,
  told: ReadonlyMap<string, ToldStep>,
  figures: WriteFigures,
): StageReport {
  const planned = state.plan.stages.find((one) => one.number === stage.number);
  return {
    stage: stage.number,
    kind: planned?.kind ?? 'replace',
    method: planned?.method ?? 'restart',
    title: planned ? stageTitle(planned) : `stage ${stage.number}`,
    reason: planned?.reason ?? '',
    from: planned?.from ?? [],
    ensemble: planned?.ensemble ?? [],
    startedAt: timeOf(stage.startedAt),
    endedAt: stage.endedAt === null ? null : timeOf(stage.endedAt),
    tookMs: stage.endedAt === null ? null : stage.endedAt - stage.startedAt,
    elections:
      stage.epochBefore === null || stage.epochAfter === null ? null : stage.epochAfter - stage.epochBefore,
    ...figures,
    steps: stage.steps.map(({ step, startedAt, done, result }) => ({
      id: step.id,
      kind: step.kind,
      host: step.host,
      reason: step.reason,
      margin: step.margin,
      startedAt: timeOf(startedAt),
      tookMs: done?.tookMs ?? null,
      result: done ? 'done' : result === 'done' ? 'gate not passed' : (result ?? 'begun'),
      actedMs: told.get(step.id)?.actedMs ?? null,
      evidence: told.get(step.id)?.evidence ?? [],
      heldMs: done?.heldMs ?? null,
      gate: done?.gate ?? null,
      proof: told.get(step.id)?.proof ?? null,
    })),
  };
}

function availabilityOf(state: RunState, samples: WriteSamples): AvailabilityReport {
  const { fromMs, bucketMs, acknowledged, gaps } = samples;
  return {
    startedAt: timeOf(fromMs),
    bucketMs,
    acknowledged,
    gaps: gaps.map((gap): GapReport => ({
      at: timeOf(gap.fromMs),
      tookMs: gap.toMs - gap.fromMs,
      cause: causeOf(state, gap),
    })),
  };
}

/** Whatever was going on for the greatest part of the gap: it begins with the last write before the server is stopped. */
function causeOf(state: RunState, gap: { readonly fromMs: number; readonly toMs: number }): string | null {
  const deeds = [
    ...state.stages.flatMap(({ steps }) =>
      steps.map(({ step, startedAt, done }) => ({
        id: step.id,
        startedAt,
        endedAt: done?.at ?? state.lastAt,
      })),
    ),
    ...state.duties.map(({ id, startedAt, done }) => ({ id, startedAt, endedAt: done?.at ?? state.lastAt })),
  ];
  let best: { readonly id: string; readonly sharedMs: number } | null = null;
  for (const { id, startedAt, endedAt } of deeds) {
    const sharedMs = Math.min(endedAt, gap.toMs) - Math.max(startedAt, gap.fromMs);
    if (sharedMs > (best?.sharedMs ?? 0)) best = { id, sharedMs };
  }
  return best?.id ?? null;
}

function hostReports(state: RunState): readonly HostReport[] {
  const { plan, stages } = state;
  const reached = lastSafeEnsemble(state);
  const steps = stages.flatMap((stage) => stage.steps);
  const everyone = addressesIn(plan.from, ...plan.stages.map((stage) => stage.ensemble));
  const sights = steps.flatMap(({ done }) => (done ? [done.gate.seen] : []));
  return everyone.map((address) => ({
    address,
    idBefore: idOf(plan.from, address) ?? null,
    idAfter: idOf(reached, address) ?? null,
    before: sightOf(address, sights[0]),
    after: sightOf(address, sights.at(-1)),
    steps: steps.filter(({ step }) => step.host === address).map(({ step }) => `${step.id} ${step.kind}`),
  }));
}

/** A gate's line of evidence begins with the address that it is about (`describeServices`). */
function sightOf(address: Address, seen: readonly string[] | undefined): string | null {
  return seen?.find((line) => line.startsWith(`${address}: `))?.slice(address.length + 2) ?? null;
}
