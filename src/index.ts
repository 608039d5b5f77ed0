// The library's door: the planner and the journal's fold that the command line itself uses.

export { parseAddressList, parseEnsemble, parseReplacement } from './model/address-list.js';
export { parseAddress } from './model/address.js';
export type { Change } from './model/change.js';
export type { Address, Ensemble, IdPolicy, Member } from './model/ensemble.js';
export { sortedEnsemble } from './model/ensemble.js';
export type { Checked, Fault } from './model/fault.js';
export { checkPlan } from './plan/check-plan.js';
export { makePlan } from './plan/make-plan.js';
export type { Alternative, Consents, Expected, Finding, Plan, Proof, Stage, Step } from './plan/plan.js';
export type { PlanRequest, PlanResult } from './plan/request.js';
export { readJournal } from './run/journal.js';
export type { JournalRecord } from './run/journal-record.js';
export { foldJournal, type RunState } from './run/run-state.js';
export { planMarkdown } from './view/plan-markdown.js';
export { planText } from './view/plan-text.js';
