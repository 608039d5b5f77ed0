// The library's door: the same planner and plan format that the command line uses.

export type { Address, Ensemble, IdPolicy, Member } from './model/ensemble.js';
export type { Alternative, Consents, Expected, Finding, Plan, Proof, Stage, Step } from './plan/plan.js';
