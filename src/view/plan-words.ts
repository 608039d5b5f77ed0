// How the parts of a plan are named, in every view of it alike.

import { missingFrom } from '../model/change.js';
import { addressOf, idOf } from '../model/ensemble.js';
import type { Expected, Finding, Plan, Stage, Step } from '../plan/plan.js';
import { countWords, inWords, secondsWords } from '../plan/wording.js';

/** What a change comes to: `replace 5 of 5 masters`, `add 2 masters`, `rebuild 1 of 3 servers`. */
export function changeWords({
  platform,
  from,
  to,
  stages,
}: Pick<Plan, 'platform' | 'from' | 'to' | 'stages'>): string {
  const noun = platform === 'dcos' ? 'master' : 'server';
  const [gone, come] = [missingFrom(to, from).length, missingFrom(from, to).length];
  const replaced = Math.min(gone, come);
  const rebuilt = stages.filter((stage) => stage.kind === 'rebuild').length;
  const parts = [
    ...(replaced > 0 ? [`replace ${replaced} of ${countWords(from.length, noun)}`] : []),
    ...(come > replaced ? [`add ${countWords(come - replaced, noun)}`] : []),
    ...(gone > replaced ? [`remove ${countWords(gone - replaced, noun)}`] : []),
    ...(rebuilt > 0 ? [`rebuild ${countWords(rebuilt, noun)}`] : []),
  ];
  return parts.length === 0 ? `change nothing of ${countWords(from.length, noun)}` : inWords(parts);
}

/** A sentence that begins as one. */
export function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}

/** One line that says what comes of the request. */
export function headline(plan: Plan): string {
  const subject = plan.cluster === null ? `${plan.from.length} servers` : plan.cluster;
  if (plan.stages.length > 0) {
    const steps = plan.stages.reduce((sum, stage) => sum + stage.steps.length, 0);
    return `Plan for ${subject}: ${countWords(plan.stages.length, 'stage')}, ${countWords(steps, 'step')}`;
  }
  const refused = plan.findings.some((finding) => finding.severity === 'error');
  return refused ? `No plan for ${subject}: the target is out of reach` : `Nothing to do for ${subject}`;
}

/** Platform, version and where ids come from. */
export function settingWords(plan: Plan): string {
  const ids = plan.idPolicy === 'sorted' ? 'ids by sorted address' : 'ids as given';
  return `${plan.platform === 'dcos' ? 'DC/OS' : 'ZooKeeper ensemble'}, ${ids}, ZooKeeper ${plan.zookeeper}`;
}

/** Whether there is something to say of a proof: for a change without a route nothing is explored. */
export function isExplored({ proof, stages }: Plan): boolean {
  return stages.length > 0 || proof.states > 0;
}

/** What was shown about the plan's safety. */
export function proofWords({ proof }: Plan): string {
  const { verdict, states } = proof;
  const faults = faultWords(proof.faults);
  switch (verdict) {
    case 'safe':
      return `safe under ${faults}, ${countWords(states, 'state')} explored`;
    case 'unsafe':
      return `unsafe under ${faults}, ${countWords(states, 'state')} explored`;
    case 'unproved':
      return states === 0
        ? 'unproved: nothing was explored'
        : `unproved under ${faults}: no rule is broken in ${countWords(states, 'state')}, and there are more than fit`;
  }
}

/** `2 faults`, `no fault`. */
export function faultWords(faults: number): string {
  return faults === 0 ? 'no fault' : countWords(faults, 'fault');
}

/** `6 elections, about 12 s without writes, 0 hosts rebuilt, 5 list changes`. */
export function costWords(expected: Expected): string {
  return [
    countWords(expected.elections, 'election'),
    `about ${secondsWords(expected.unavailableMs)} without writes${basis(expected)}`,
    `${countWords(expected.rebuiltHosts, 'host')} rebuilt`,
    countWords(expected.configurationRounds, 'list change'),
  ].join(', ');
}

/** `replace 10.10.0.158 by 10.10.0.230, id 2`. */
export function stageTitle({ kind, from, ensemble, fresh, fullStop }: Stage): string {
  const gone = missingFrom(ensemble, from);
  const ids = (hosts: readonly string[], where: typeof from): string =>
    `${hosts.length === 1 ? 'id' : 'ids'} ${inWords(hosts.map((host) => String(idOf(where, host))))}`;
  if (kind === 'replace') return `replace ${inWords(gone)} by ${inWords(fresh)}, ${ids(fresh, ensemble)}`;
  if (kind === 'rebuild') return `rebuild ${inWords(fresh)}, ${ids(fresh, ensemble)}`;
  if (kind === 'grow') return `add ${inWords(fresh)}, ${ids(fresh, ensemble)}`;
  if (kind === 'shrink') return `remove ${inWords(gone)}, ${ids(gone, from)}`;
  return `renumber${fullStop ? ' with a full stop' : ''}`;
}

/** An id before and after; null where nobody holds it. */
export interface IdRow {
  readonly id: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** One row for each id of either ensemble, ascending. */
export function idRows(from: Stage['from'], to: Stage['from']): readonly IdRow[] {
  const ids = [...new Set([...from, ...to].map((member) => member.id))].sort((a, b) => a - b);
  return ids.map((id) => ({ id, before: addressOf(from, id) ?? null, after: addressOf(to, id) ?? null }));
}

/** `5 of 5`, or `4 of 5, not 10.10.0.230`; by reconfiguration `4`. Out of as many as the larger of the stage's two ensembles holds. */
export function servingWords(step: Step, stage: Stage): string {
  // Between the two lists there are others, with more members than either or with fewer.
  if (stage.method === 'reconfigure') return `${step.serving.length}`;
  const silent = stage.ensemble
    .map((member) => member.address)
    .filter((address) => !step.serving.includes(address));
  const all = silent.length === 0 && step.serving.length === stage.ensemble.length;
  const size = all ? stage.ensemble.length : Math.max(stage.from.length, stage.ensemble.length);
  if (step.serving.length === 0) return 'nobody';
  return `${step.serving.length} of ${size}${step.serving.length === size || silent.length === 0 ? '' : `, not ${inWords(silent)}`}`;
}

/** Findings with the same remedy, one after the other, so that it needs to be said only once. */
export function byRemedy(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const last = groups.at(-1);
    if (last?.[0]?.remedy === finding.remedy) last.push(finding);
    else groups.push([finding]);
  }
  return groups;
}

/** The consents of an alternative as the flags that give them. */
export function consentFlags(needs: readonly string[]): string {
  return needs.map((consent) => `--${consent}`).join(' ');
}

/** Says so where the time was measured on this machine. */
function basis({ measuredStages }: Expected): string {
  return measuredStages === 0
    ? ''
    : ` (elections as in ${countWords(measuredStages, 'stage')} that ran here)`;
}
