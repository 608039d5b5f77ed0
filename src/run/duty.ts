// The port for work around the stages: what touches no member's place in the ensemble, and still has to be done.

import type { Ensemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { Failure } from './failure.js';
import type { Outcome } from './platform.js';
import type { WatchEnd } from './watch-ensemble.js';

/** What a duty found out that later actions need: the URL of an upgrade script, say. No secrets: it is journalled. */
export type Facts = Readonly<Record<string, string>>;

/** Kinds of duties, in the order in which they come around a stage. */
export const dutyKinds = [
  'preflight',
  'checks',
  'audit',
  'backup',
  'configure',
  'authority',
  'certificates',
  'decommission',
  'agents',
  'dns',
  'soak',
] as const;

/** One of the kinds. */
export type DutyKind = (typeof dutyKinds)[number];

/** How a duty stands, from fresh observations. */
export type DutyReading =
  /** Nothing is left to do. `facts`: what later actions need to know of it. */
  | { readonly kind: 'done'; readonly evidence: readonly string[]; readonly facts?: Facts }
  | { readonly kind: 'to-do'; readonly evidence: readonly string[] }
  /** It must not go on. The operator may waive a duty whose `waivable` says so, by its kind. */
  | { readonly kind: 'refused'; readonly failure: Failure };

/** What a duty may use while it is looked at or performed. */
export interface DutyContext {
  /** `<run>-<duty>`: names what is started on hosts, so that it is found again and never started twice. */
  readonly id: string;
  /** Of the duties that are done: later ones overrule earlier ones. */
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Shows how far a long duty is, in one line: `agents 12 of 40, about 9 min left`. */
  readonly say: (progress: string) => void;
  /**
   * Waits until every condition of the ensemble holds as it must between two steps, and watches it for `holdMs` from then
   * on. A break that lasts is a failure.
   */
  readonly watchEnsemble: (holdMs: number) => Promise<WatchEnd>;
}

/** A piece of such work. Looked at before and after it is performed; safe to repeat. */
export interface Duty {
  /**
   * Unlike that of any other in the run, and the same after a resume: `2.configure`. Around a stage it begins with the
   * stage's number and a dot.
   */
  readonly id: string;
  readonly kind: DutyKind;
  /** What is done and why, as a sentence without its full stop. */
  readonly sentence: string;
  readonly waivable: boolean;
  /** How long it lasts by its nature, in ms; absent: as long as it takes. */
  readonly lastsMs?: number;
  /** Read-only. */
  look(context: DutyContext): Promise<DutyReading>;
  /** Does what is to do. Waits of any length show themselves through `say`. */
  perform(context: DutyContext): Promise<Outcome>;
}

/** When duties come, and which. Pure: the same answers after a resume. */
export interface Surroundings {
  /** Once, before anything is changed: read-only checks, audits, backups. */
  beforeRun(): readonly Duty[];
  /** Before the steps of a stage (or of the one that undoes it). */
  beforeStage(stage: Stage): readonly Duty[];
  /** When the stage's ensemble is reached, before the next stage begins. `next`: the ensemble after the following stage, or null. */
  afterStage(stage: Stage, next: Ensemble | null): readonly Duty[];
  /** After the last stage. */
  afterRun(): readonly Duty[];
  /** The quiet time after each changed member, in ms; absent: none. */
  readonly settleMs?: number | undefined;
}
