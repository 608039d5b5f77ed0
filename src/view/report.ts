// What is left of a run: a report of what was asked, done and measured.

import type { Address, Ensemble } from '../model/ensemble.js';
import type { StageKind, StepKind } from '../plan/plan.js';
import type { DutyKind } from '../run/duty.js';
import type { Failure } from '../run/failure.js';
import type { LostWrites } from '../run/canary.js';
import type { DutyState, RunState, RunStatus, StageState } from '../run/run-state.js';

/** What the canary measured in a window of time, in ms; gaps while this program did not run are not counted. */
export interface WriteFigures {
  readonly acknowledged: number;
  readonly longestGapMs: number;
  /** Sum of the gaps longer than 500 ms. */
  readonly unavailableMs: number;
}

/** One stage of the report. */
export interface StageReport extends WriteFigures {
  readonly stage: number;
  readonly kind: StageKind;
  readonly ensemble: Ensemble;
  readonly tookMs: number | null;
  /** How far the epoch rose: at least one for each election. */
  readonly elections: number | null;
  readonly steps: readonly {
    readonly id: string;
    readonly kind: StepKind;
    readonly host: Address;
    readonly tookMs: number | null;
    readonly result: string;
  }[];
}

/** A piece of the work around the stages. */
export interface DutyReport {
  readonly id: string;
  readonly kind: DutyKind;
  readonly sentence: string;
  readonly tookMs: number | null;
  readonly result: string;
  readonly evidence: readonly string[];
  /** Who agreed to go on although it was not as it should be; null otherwise. */
  readonly waivedBy: string | null;
}

/** What a report says of a simulation: nothing in it was measured. */
export interface SimulationReport {
  readonly seed: number;
  /** How many faults were to strike. */
  readonly faults: number;
  /** Those that did, one line each: when, where, what. */
  readonly injected: readonly string[];
}

/** The document `succession.report/1`. */
export interface RunReport {
  readonly schema: 'succession.report/1';
  readonly run: string;
  readonly purpose: string;
  readonly cluster: string;
  readonly by: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly tookMs: number;
  readonly resumes: number;
  readonly zookeeper: string;
  readonly from: Ensemble;
  readonly to: Ensemble;
  readonly stages: readonly StageReport[];
  /** The work around the stages, in the order in which it was begun. */
  readonly duties: readonly DutyReport[];
  readonly total: WriteFigures & { readonly elections: number | null };
  /** Looked up on each member at the end; null when the run did not get there. */
  readonly audit: {
    readonly acknowledged: number;
    readonly lost: number;
    readonly members: readonly LostWrites[];
  } | null;
  readonly deviations: readonly string[];
  readonly failure: Failure | null;
  /** Null for real servers. */
  readonly simulation: SimulationReport | null;
}

/** Figures of the whole run and of each stage by its number. */
export interface Measured {
  readonly total: WriteFigures;
  readonly stages: ReadonlyMap<number, WriteFigures>;
}

const NOTHING: WriteFigures = { acknowledged: 0, longestGapMs: 0, unavailableMs: 0 };

/**
 * Puts the journal's fold and the measured figures together.
 *
 * @param injected the lines of a simulation's events at which a fault struck
 */
export function buildReport(
  state: RunState,
  measured: Measured,
  injected: readonly string[] = [],
): RunReport {
  const stages = state.stages.map((stage) =>
    stageReport(state, stage, measured.stages.get(stage.number) ?? NOTHING),
  );
  const counted = stages.map((stage) => stage.elections);
  return {
    schema: 'succession.report/1',
    run: state.run,
    purpose: state.purpose,
    cluster: state.cluster,
    by: state.by,
    status: state.status,
    startedAt: new Date(state.startedAt).toISOString(),
    tookMs: state.lastAt - state.startedAt,
    resumes: state.resumes,
    zookeeper: state.plan.zookeeper,
    from: state.plan.from,
    to: state.plan.to,
    stages,
    duties: state.duties.map(dutyReport),
    total: {
      ...measured.total,
      elections: counted.includes(null)
        ? null
        : counted.reduce<number>((sum, elections) => sum + (elections ?? 0), 0),
    },
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

function dutyReport({ id, kind, sentence, result, done }: DutyState): DutyReport {
  return {
    id,
    kind,
    sentence,
    tookMs: done?.tookMs ?? null,
    result: done === null ? (result ?? 'begun') : done.waivedBy === null ? 'done' : 'waived',
    evidence: done?.evidence ?? [],
    waivedBy: done?.waivedBy ?? null,
  };
}

function stageReport(state: RunState, stage: StageState, figures: WriteFigures): StageReport {
  const planned = state.plan.stages.find((one) => one.number === stage.number);
  return {
    stage: stage.number,
    kind: planned?.kind ?? 'replace',
    ensemble: planned?.ensemble ?? [],
    tookMs: stage.endedAt === null ? null : stage.endedAt - stage.startedAt,
    elections:
      stage.epochBefore === null || stage.epochAfter === null ? null : stage.epochAfter - stage.epochBefore,
    ...figures,
    steps: stage.steps.map(({ step, done, result }) => ({
      id: step.id,
      kind: step.kind,
      host: step.host,
      tookMs: done?.tookMs ?? null,
      result: done ? 'done' : (result ?? 'begun'),
    })),
  };
}
