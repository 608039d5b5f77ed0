// What is left of a run: the document that a change board reads, as data.

import type { Address, Ensemble } from '../model/ensemble.js';
import type { PlatformName, StageKind, StageMethod, StepKind } from '../plan/plan.js';
import type { LostWrites } from '../run/canary.js';
import type { DutyKind, Facts } from '../run/duty.js';
import type { Failure } from '../run/failure.js';
import type { GateEvidence, StepProof } from '../run/journal-record.js';
import type { RunStatus } from '../run/run-state.js';

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
  readonly method: StageMethod;
  /** `replace 10.10.0.158 by 10.10.0.230, id 2`. */
  readonly title: string;
  readonly reason: string;
  readonly from: Ensemble;
  readonly ensemble: Ensemble;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly tookMs: number | null;
  /** How far the epoch rose: at least one for each election. */
  readonly elections: number | null;
  readonly steps: readonly StepReport[];
}

/** One step as it was taken. */
export interface StepReport {
  readonly id: string;
  readonly kind: StepKind;
  readonly host: Address;
  readonly reason: string;
  /** How many further servers could have failed meanwhile; -1: nobody was to serve. */
  readonly margin: number;
  readonly startedAt: string;
  readonly tookMs: number | null;
  readonly result: string;
  /** How long the action itself took, in ms; null while nobody knows. The rest is the gate's. */
  readonly actedMs: number | null;
  /** What the action said. */
  readonly evidence: readonly string[];
  /** How long the gate's conditions had been true without a break when it passed, in ms. */
  readonly heldMs: number | null;
  readonly gate: GateEvidence | null;
  /** What was proved of the rest of the stage before the step; null in journals of 0.1.0. */
  readonly proof: StepProof | null;
}

/** A piece of the work around the stages. */
export interface DutyReport {
  readonly id: string;
  readonly kind: DutyKind;
  readonly sentence: string;
  readonly startedAt: string;
  readonly tookMs: number | null;
  readonly result: string;
  readonly evidence: readonly string[];
  /** What it found out for the steps. */
  readonly facts: Facts;
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

/** Kinds of what may stand in a run's history. */
export const historyKinds = [
  'started',
  'resumed',
  'approved',
  'waived',
  'deviation',
  'rollback',
  'paused',
  'stopped',
  'abandoned',
  'finished',
] as const;

/** Something that a person did or that a person should know of, with its time. */
export interface HistoryEntry {
  readonly at: string;
  readonly kind: (typeof historyKinds)[number];
  /** Who, where somebody did it. */
  readonly by: string | null;
  readonly text: string;
}

/** Somebody led, as a gate (or the beginning of a stage) saw it; only where that is news. */
export interface LeaderEntry {
  readonly at: string;
  readonly leader: Address | null;
  readonly epoch: number | null;
  /** The step behind whose gate it was seen; null at the beginning of a stage. */
  readonly step: string | null;
}

/** A time without an acknowledged write, and what went on meanwhile. */
export interface GapReport {
  readonly at: string;
  readonly tookMs: number;
  /** The step, or the piece of work around the stages; null between them. */
  readonly cause: string | null;
}

/** How writes went from moment to moment. */
export interface AvailabilityReport {
  readonly startedAt: string;
  readonly bucketMs: number;
  /** Acknowledged writes in each bucket; null where nothing was measured. */
  readonly acknowledged: readonly (number | null)[];
  /** The gaps longer than 500 ms. */
  readonly gaps: readonly GapReport[];
}

/** What waited for a person. */
export interface ApprovalReport {
  readonly id: string;
  readonly question: string;
  readonly about: readonly string[];
  readonly wantedAt: string;
  readonly given: {
    readonly at: string;
    readonly by: string;
    /** `terminal`, `page`, `command`. */
    readonly via: string;
    readonly from: string;
  } | null;
}

/** One host at both ends of the run. */
export interface HostReport {
  readonly address: Address;
  readonly idBefore: number | null;
  readonly idAfter: number | null;
  /** What the first and the last gate saw of it; null where none passed. */
  readonly before: string | null;
  readonly after: string | null;
  /** The steps on it, such as `1.4 stop`. */
  readonly steps: readonly string[];
}

/** The document `succession.report/1`. */
export interface RunReport {
  readonly schema: 'succession.report/1';
  readonly run: string;
  readonly purpose: string;
  readonly cluster: string;
  readonly platform: PlatformName;
  /** What was asked: `replace 5 of 5 masters`. */
  readonly change: string;
  /** The version of this program that began it. */
  readonly program: string;
  /** SHA-256 of the plan, see `fingerprint.ts`: the same as on the change request. */
  readonly plan: string;
  readonly by: string;
  /** `interrupted`: no process works on it, and its end is not in the journal. */
  readonly status: RunStatus | 'interrupted';
  readonly startedAt: string;
  /** Of the last record. */
  readonly endedAt: string;
  readonly tookMs: number;
  readonly resumes: number;
  readonly zookeeper: string;
  readonly from: Ensemble;
  readonly to: Ensemble;
  /** The ensemble that the run had last reached as a whole. */
  readonly reached: Ensemble;
  /** How many stages were to be done; those that were begun follow. */
  readonly stagesPlanned: number;
  readonly stages: readonly StageReport[];
  /** The work around the stages, in the order in which it was begun. */
  readonly duties: readonly DutyReport[];
  readonly total: WriteFigures & { readonly elections: number | null };
  /** Null where no ledger is left. */
  readonly availability: AvailabilityReport | null;
  readonly leaders: readonly LeaderEntry[];
  readonly hosts: readonly HostReport[];
  readonly approvals: readonly ApprovalReport[];
  readonly history: readonly HistoryEntry[];
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
