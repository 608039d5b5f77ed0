// What a plan is: the document that `plan` prints, `apply` runs and a person signs.

import type { Address, Ensemble, IdPolicy } from '../model/ensemble.js';

/** The platforms whose clusters a plan can be for. */
export type PlatformName = 'dcos' | 'zookeeper';

/** What one membership transition does. `renumber` is the only kind under which a server that stays changes its id. */
export type StageKind = 'replace' | 'rebuild' | 'grow' | 'shrink' | 'renumber';

/**
 * How a stage changes the list of servers: by giving it to one server after the other, each with a restart, or within
 * the running ensemble (ZooKeeper's dynamic reconfiguration, 3.5.4 and later), where nobody restarts.
 */
export type StageMethod = 'restart' | 'reconfigure';

/**
 * One action on one host. By restart:
 * - `stop`: the server is stopped.
 * - `fence`: the server that left is disabled across reboots and seen to be unreachable.
 * - `install`: a server starts on an empty disk with the new list.
 * - `upgrade`: a server gets the new list and is restarted (started, when it was down).
 * - `start`: a server that is down is started on the list that it holds.
 * - `restart`: the leader is restarted on the list that it holds, so that another one leads.
 *
 * By reconfiguration:
 * - `join`: a server starts with the ensemble's list and itself, follows and copies the data, and has no vote yet.
 * - `add`: the running ensemble takes it into its list.
 * - `remove`: the running ensemble takes a member out of its list; `stop` and `fence` come after that.
 */
export type StepKind =
  'stop' | 'fence' | 'install' | 'upgrade' | 'start' | 'restart' | 'join' | 'add' | 'remove';

/** A step with what the planner predicts of it. */
export interface Step {
  /** `<stage>.<step>`, both from 1. */
  readonly id: string;
  readonly kind: StepKind;
  readonly host: Address;
  /** Why this step comes now, in one sentence. */
  readonly reason: string;
  /** How many further servers may fail while this step is carried out; -1 when the ensemble does not serve meanwhile. */
  readonly margin: number;
  /** The addresses predicted to serve after the step, in id order. */
  readonly serving: readonly Address[];
  /** The address predicted to lead after the step; null when nobody serves. */
  readonly leader: Address | null;
  /** Elections that clients notice, caused by this step. */
  readonly elections: number;
}

/** One membership transition. `number` counts from 1. */
export interface Stage {
  readonly number: number;
  readonly kind: StageKind;
  readonly method: StageMethod;
  /** The ensemble before the stage. */
  readonly from: Ensemble;
  /** The ensemble after it. */
  readonly ensemble: Ensemble;
  /** Addresses that stay and change their id; empty when the stage is stable. */
  readonly renumbered: readonly Address[];
  /** Addresses that must start from an empty disk in this stage: newcomers and rebuilt hosts. */
  readonly fresh: readonly Address[];
  /** Whether every server is stopped before the first starts on the new list. */
  readonly fullStop: boolean;
  /** Why this stage may come now, and which may not yet. */
  readonly reason: string;
  readonly steps: readonly Step[];
}

/** How much a finding matters: `error` forbids the plan, `warning` wants a decision, `info` explains. */
export type Severity = 'error' | 'warning' | 'info';

/** Something that the operator should know, under a stable rule name. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** What it is about: an address, an id, a file place. */
  readonly subject: string;
  readonly message: string;
  readonly remedy: string;
}

/** What the operator has agreed to. */
export interface Consents {
  /** Hosts that stay may be wiped and rebuilt under another id on the way. */
  readonly allowCascade: boolean;
  /** All servers may be stopped at once. */
  readonly allowOutage: boolean;
  /** Hosts that stay may change their ids one after the other, where that is proved safe. */
  readonly allowRenumber: boolean;
}

/** Which consent a plan needs. */
export type Consent = 'allow-cascade' | 'allow-renumber' | 'allow-outage';

/** What the plan is expected to cost. */
export interface Expected {
  readonly elections: number;
  /** Time without an acknowledged write, in ms, from measured medians (`durations.ts`). */
  readonly unavailableMs: number;
  /** How many stages of earlier runs the time is taken from; 0: from our own measurements. */
  readonly measuredStages: number;
  /** Hosts that are installed although they were members before, under another id or the same. */
  readonly rebuiltHosts: number;
  /** How many times the configuration changes. */
  readonly configurationRounds: number;
}

/** A plan that would reach the target with a consent that was not given. */
export interface Alternative {
  readonly needs: readonly Consent[];
  readonly summary: string;
  readonly stages: readonly Stage[];
  readonly expected: Expected;
}

/**
 * What was explored to show that the plan is safe: every stage, from its start to its end, with as many faults at any
 * moment (docs/explanation/proof.md). `unproved`: there was more to explore than was allowed, or nothing to explore.
 */
export interface Proof {
  readonly verdict: 'safe' | 'unsafe' | 'unproved';
  /** How many faults may happen in each stage. */
  readonly faults: number;
  /** States explored, over all stages. */
  readonly states: number;
  /** The shortest story of how the plan breaks a rule, a sentence a line; null unless it is unsafe. */
  readonly counterexample: readonly string[] | null;
}

/** Work around the stages, as the run will do it. */
export interface Work {
  /** Such as `configure`: what may be waived is waived by it. */
  readonly kind: string;
  /** What is done, without a full stop. */
  readonly sentence: string;
  /** How long it lasts by its nature, in ms: a wait; absent: as long as it takes. */
  readonly ms?: number | undefined;
}

/** When the work around the stages comes. */
export interface Around {
  readonly beforeRun: readonly Work[];
  /** One for each stage, in their order. */
  readonly stages: readonly { readonly before: readonly Work[]; readonly after: readonly Work[] }[];
  readonly afterRun: readonly Work[];
}

/** The whole document. `schema` names its version; its JSON Schema ships as `schemas/plan.json`. */
export interface Plan {
  readonly schema: 'succession.plan/1';
  readonly createdBy: string;
  /** The cluster file's name when the plan was made for one. */
  readonly cluster: string | null;
  readonly platform: PlatformName;
  readonly idPolicy: IdPolicy;
  /** The ZooKeeper version whose joining rules the schedule assumes. */
  readonly zookeeper: string;
  readonly consents: Consents;
  readonly leader: Address | null;
  /** Members that were down when the plan was made: a stage begins without those that no stage before it renewed. */
  readonly down: readonly Address[];
  /** Those of `down` whose machines are gone for good: nobody asks them, and whatever answers there stops the run. */
  readonly gone: readonly Address[];
  readonly from: Ensemble;
  readonly to: Ensemble;
  readonly stages: readonly Stage[];
  /** Where the plan was made for a cluster whose platform has such work (DC/OS). */
  readonly around?: Around | undefined;
  readonly proof: Proof;
  readonly expected: Expected;
  readonly alternatives: readonly Alternative[];
  readonly findings: readonly Finding[];
}
