// How a run stands: a fold over its journal.

import type { Address, Ensemble } from '../model/ensemble.js';
import type { Plan } from '../plan/plan.js';
import type { Failure } from './failure.js';
import type { ApprovalRequest, ApprovalScope, givenWays } from './approvals.js';
import type { LostWrites } from './canary.js';
import type { DutyKind, Facts } from './duty.js';
import type { GateEvidence, JournalRecord, Purpose, SimulationFacts, TakenStep } from './journal-record.js';
import type { RunSettings } from './settings.js';

/** `running` also covers a run whose process died: only its lock tells them apart. */
export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished' | 'abandoned';

/** A step that was begun. Times in ms since the epoch. */
export interface StepState {
  readonly step: TakenStep;
  readonly startedAt: number;
  readonly result: 'done' | 'failed' | 'unknown' | null;
  readonly done: {
    readonly at: number;
    readonly tookMs: number;
    readonly heldMs: number;
    readonly gate: GateEvidence;
  } | null;
}

/** A stage that was begun. */
export interface StageState {
  readonly number: number;
  readonly startedAt: number;
  readonly epochBefore: number | null;
  readonly endedAt: number | null;
  readonly epochAfter: number | null;
  readonly steps: readonly StepState[];
}

/** Work around the stages that was begun. Times in ms since the epoch. */
export interface DutyState {
  readonly id: string;
  readonly kind: DutyKind;
  readonly sentence: string;
  readonly startedAt: number;
  readonly result: 'done' | 'failed' | 'unknown' | null;
  readonly done: {
    readonly at: number;
    readonly tookMs: number;
    readonly evidence: readonly string[];
    readonly facts: Facts;
    readonly waivedBy: string | null;
  } | null;
}

/** What waits, or waited, for a person. Times in ms since the epoch. */
export interface ApprovalState extends ApprovalRequest {
  readonly wantedAt: number;
  readonly given: {
    readonly by: string;
    readonly via: (typeof givenWays)[number];
    readonly from: string;
    readonly at: number;
  } | null;
}

/** Everything that the journal says of a run. */
export interface RunState {
  readonly run: string;
  readonly purpose: Purpose;
  readonly cluster: string;
  readonly clusterFile: string;
  readonly by: string;
  readonly plan: Plan;
  readonly settings: RunSettings;
  /** Null unless nothing was real. */
  readonly simulation: SimulationFacts | null;
  /** The stage that was given up, when the run goes back. */
  readonly undoes: number | null;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly lastAt: number;
  /** When the run was last begun or resumed, ms since the epoch. */
  readonly sessionAt: number;
  readonly resumes: number;
  readonly stages: readonly StageState[];
  readonly duties: readonly DutyState[];
  /** What must be approved; null: nothing. */
  readonly approvalScope: ApprovalScope | null;
  readonly approvals: readonly ApprovalState[];
  /** Hosts that start again from an empty disk because their data differed. */
  readonly reseeds: readonly { readonly stage: number; readonly host: Address }[];
  readonly deviations: readonly { readonly at: number; readonly message: string }[];
  readonly failure: Failure | null;
  readonly audit: { readonly acknowledged: number; readonly members: readonly LostWrites[] } | null;
  /** Records read so far. */
  readonly records: number;
}

/** The state after one more record; `state` is null before the first. Throws on a journal that does not begin with `run-started`. */
export function applyRecord(state: RunState | null, record: JournalRecord): RunState {
  const at = Date.parse(record.at);
  if (record.kind === 'run-started') {
    return {
      run: record.run,
      purpose: record.purpose,
      cluster: record.cluster,
      clusterFile: record.clusterFile,
      by: record.by,
      plan: record.plan,
      settings: record.settings,
      simulation: record.simulation ?? null,
      undoes: null,
      status: 'running',
      startedAt: at,
      lastAt: at,
      sessionAt: at,
      resumes: 0,
      stages: [],
      duties: [],
      approvalScope: record.approvals ?? null,
      approvals: [],
      reseeds: [],
      deviations: [],
      failure: null,
      audit: null,
      records: 1,
    };
  }
  if (state === null) throw new Error(`a journal begins with run-started, this one with ${record.kind}`);
  return { ...state, ...change(state, record, at), lastAt: at, records: state.records + 1 };
}

type LaterRecord = Exclude<JournalRecord, { readonly kind: 'run-started' }>;

function change(state: RunState, record: LaterRecord, at: number): Partial<RunState> {
  switch (record.kind) {
    case 'run-resumed':
      return { status: 'running', failure: null, resumes: state.resumes + 1, sessionAt: at };
    case 'stage-started':
      return { stages: [...state.stages, beginStage(record.stage, at, record.epoch)] };
    case 'step-intent':
      return inStage(state, (stage) => ({
        ...stage,
        steps: [...stage.steps, { step: record.step, startedAt: at, result: null, done: null }],
      }));
    case 'step-acted':
      return inStep(state, record.id, (step) => ({ ...step, result: record.result }));
    case 'step-done':
      return inStep(state, record.id, (step) => ({
        ...step,
        done: { at, tookMs: record.tookMs, heldMs: record.heldMs, gate: record.gate },
      }));
    case 'approval-wanted': {
      const { id, question, about, until } = record;
      const others = state.approvals.filter((one) => one.id !== id);
      return { approvals: [...others, { id, question, about, until, wantedAt: at, given: null }] };
    }
    case 'approval-given': {
      const { id, by, via, from } = record;
      const given = { by, via, from, at };
      return { approvals: state.approvals.map((one) => (one.id === id ? { ...one, given } : one)) };
    }
    case 'duty-intent': {
      const { id, duty: kind, sentence } = record;
      const others = state.duties.filter((known) => known.id !== id);
      return { duties: [...others, { id, kind, sentence, startedAt: at, result: null, done: null }] };
    }
    case 'duty-acted':
      return inDuty(state, record.id, { result: record.result });
    case 'duty-done': {
      const { tookMs, evidence, facts, waivedBy } = record;
      return inDuty(state, record.id, { done: { at, tookMs, evidence, facts, waivedBy } });
    }
    case 'reseed':
      return {
        reseeds: [...state.reseeds, { stage: record.stage, host: record.host }],
        deviations: [
          ...state.deviations,
          { at, message: `${record.host} is re-seeded from an empty disk: ${record.evidence}` },
        ],
      };
    case 'deviation':
      return { deviations: [...state.deviations, { at, message: record.message }] };
    case 'stage-done':
      return inStage(state, (stage) => ({ ...stage, endedAt: at, epochAfter: record.epoch }));
    case 'rollback-started': {
      const kept = state.plan.stages.filter((stage) => stage.number <= record.undoes);
      const plan = { ...state.plan, to: record.stage.ensemble, stages: [...kept, record.stage] };
      return {
        plan,
        undoes: record.undoes,
        status: 'running',
        failure: null,
        ...inStage(state, (stage) => ({ ...stage, endedAt: stage.endedAt ?? at })),
      };
    }
    case 'run-paused':
      return { status: 'paused' };
    case 'run-stopped':
      return { status: 'stopped', failure: record.failure };
    case 'audited':
      return { audit: { acknowledged: record.acknowledged, members: record.members } };
    case 'run-finished':
      return { status: 'finished' };
    case 'run-abandoned':
      return { status: 'abandoned' };
  }
}

function beginStage(number: number, startedAt: number, epochBefore: number | null): StageState {
  return { number, startedAt, epochBefore, endedAt: null, epochAfter: null, steps: [] };
}

function inStage(state: RunState, edit: (stage: StageState) => StageState): Partial<RunState> {
  const last = state.stages.at(-1);
  return last ? { stages: [...state.stages.slice(0, -1), edit(last)] } : {};
}

function inStep(state: RunState, id: string, edit: (step: StepState) => StepState): Partial<RunState> {
  return inStage(state, (stage) => ({
    ...stage,
    steps: stage.steps.map((step) => (step.step.id === id ? edit(step) : step)),
  }));
}

function inDuty(state: RunState, id: string, edit: Partial<DutyState>): Partial<RunState> {
  return { duties: state.duties.map((duty) => (duty.id === id ? { ...duty, ...edit } : duty)) };
}

/** The state that the whole journal tells; null for an empty one. */
export function foldJournal(records: readonly JournalRecord[]): RunState | null {
  let state: RunState | null = null;
  for (const record of records) state = applyRecord(state, record);
  return state;
}

/** The step that was begun and whose gate has not passed; null when there is none. */
export function stepInFlight(state: RunState): StepState | null {
  const last = state.stages.at(-1)?.steps.at(-1);
  return last && last.done === null ? last : null;
}

/** The ensemble that the run had last reached as a whole. */
export function lastSafeEnsemble(state: RunState): Ensemble {
  const done = state.stages.findLast((stage) => stage.endedAt !== null && stage.number !== state.undoes);
  return state.plan.stages.find((stage) => stage.number === done?.number)?.ensemble ?? state.plan.from;
}

/**
 * The addresses whose servers may be half-way: the last step of each was begun and not seen to end, in the stage under
 * way or in the one that is being undone.
 */
export function touchedHosts(state: RunState): readonly Address[] {
  const steps = state.stages
    .filter((stage) => stage.endedAt === null || stage.number === state.undoes)
    .flatMap((stage) => stage.steps);
  const last = new Map(steps.map((step) => [step.step.host, step]));
  return [...last.values()].filter((step) => step.done === null).map((step) => step.step.host);
}
