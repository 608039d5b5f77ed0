// Why a stage may come now, and which may not yet: the sentences that go with each stage.

import { missingFrom } from '../model/change.js';
import {
  addressOf,
  idOf,
  renumbered,
  sortedEnsemble,
  type Address,
  type Ensemble,
  type IdPolicy,
} from '../model/ensemble.js';
import type { Transition } from './search.js';
import { inWords } from './wording.js';

/** What the sentences are made from. */
export interface StageContext {
  readonly transitions: readonly Transition[];
  /** Which of them is explained, from 0. */
  readonly index: number;
  readonly policy: IdPolicy;
  readonly leader: Address | null;
  readonly down: readonly Address[];
  /** Whether all servers stop in this stage. */
  readonly fullStop: boolean;
}

/** One to four sentences; what goes without saying is left out. */
export function explainStage(context: StageContext): string {
  const transition = context.transitions[context.index];
  if (!transition) return '';
  const sentences = [
    whyNow(transition, context),
    ...(context.policy === 'sorted' ? whatWaits(transition, context) : []),
    ...whoReturns(transition, context),
    ...whoIsSpecial(transition, context),
  ];
  return sentences.join(' ');
}

function whyNow({ kind, from, to, fresh }: Transition, { policy, fullStop }: StageContext): string {
  const sorted = policy === 'sorted';
  const comers = inWords(fresh);
  const gone = missingFrom(to, from);
  if (kind === 'renumber') return whyRenumber(from, to, fullStop);
  if (kind === 'rebuild') {
    return `${comers} keeps its address and ${idsOf(to, fresh)}: the list stays as it is, and only the disk starts empty.`;
  }
  if (kind === 'shrink') {
    const last = sorted ? `, the last there ${gone.length === 1 ? 'is' : 'are'}` : '';
    return `${inWords(gone)} ${gone.length === 1 ? 'gives' : 'give'} up ${idsOf(from, gone)}${last}; every other id stays.`;
  }
  const takes = `${fresh.length === 1 ? 'takes' : 'take'} ${idsOf(to, fresh)}`;
  if (kind === 'grow') {
    const place = `${fresh.length === 1 ? 'sorts' : 'sort'} after every member that stays, so ${fresh.length === 1 ? 'it' : 'they'} `;
    return `${comers} ${sorted ? place : ''}${takes}; every other id stays.`;
  }
  const place = `sorts ${whereSorted(to, comers)}, so it `;
  return `${comers} ${sorted ? place : ''}${takes} from ${inWords(gone)}; every other id stays.`;
}

function whyRenumber(from: Ensemble, to: Ensemble, fullStop: boolean): string {
  const moves = renumbered(from, to).map(
    (address) => `${address} goes from ${idOf(from, address)} to ${idOf(to, address)}`,
  );
  const how = fullStop
    ? 'All servers stop before the first one starts on the new list, so that no two lists are in use at once.'
    : 'Each goes into an id that is free by then, under a leader that all can follow; this order was proved.';
  return `Ids of members that stay change: ${inWords(moves)}. ${how}`;
}

function whereSorted(ensemble: Ensemble, address: Address): string {
  const id = idOf(ensemble, address) ?? 0;
  const [before, after] = [addressOf(ensemble, id - 1), addressOf(ensemble, id + 1)];
  if (before !== undefined && after !== undefined) return `between ${before} and ${after}`;
  if (before !== undefined) return `after ${before}`;
  return after === undefined ? 'alone' : `before ${after}`;
}

function idsOf(ensemble: Ensemble, addresses: readonly Address[]): string {
  const ids = addresses.map((address) => String(idOf(ensemble, address)));
  return `${ids.length === 1 ? 'id' : 'ids'} ${inWords(ids)}`;
}

/** Later stages that could not come before this one: they would have pushed a member off its id. */
function whatWaits(transition: Transition, { transitions, index }: StageContext): readonly string[] {
  return transitions.slice(index + 1).flatMap((later, offset) => {
    const block = blockOf(transition.from, later);
    if (!block || blockOf(transition.to, later)) return [];
    return [
      `This comes before stage ${index + offset + 2}: until then ${block.newcomer} would sort ${block.side} ${block.victim} and take its id ${block.id}.`,
    ];
  });
}

interface Block {
  readonly newcomer: Address;
  readonly victim: Address;
  readonly id: number;
  readonly side: 'before' | 'after';
}

/** Whose id a transition would take if it were carried out on another ensemble than its own. */
function blockOf(ensemble: Ensemble, { kind, from, to }: Transition): Block | undefined {
  const [leaving, joining] = [missingFrom(to, from), missingFrom(from, to)];
  const fits = (address: Address): boolean => idOf(ensemble, address) !== undefined;
  if ((kind !== 'replace' && kind !== 'grow') || !leaving.every(fits) || joining.some(fits)) return undefined;
  const staying = ensemble.map((member) => member.address).filter((address) => !leaving.includes(address));
  const result = sortedEnsemble([...staying, ...joining]);
  for (const newcomer of joining) {
    const id = idOf(result, newcomer) ?? 0;
    const victim = addressOf(ensemble, id);
    if (victim !== undefined && staying.includes(victim)) {
      return { newcomer, victim, id, side: newcomer > victim ? 'after' : 'before' };
    }
  }
  return undefined;
}

/** Hosts that were members before, or will be again, and spares on their way through. */
function whoReturns(transition: Transition, { transitions, index }: StageContext): readonly string[] {
  const { from, to, fresh } = transition;
  const leaving = missingFrom(to, from).flatMap((address) => {
    const back = transitions.findIndex((later, at) => at > index && later.fresh.includes(address));
    if (back < 0) return [];
    const id = idOf(transitions[back]?.to ?? [], address);
    return [`${address} comes back in stage ${back + 1}, wiped, under id ${id}.`];
  });
  const joining = missingFrom(from, to).flatMap((address) => {
    const before = transitions
      .slice(0, index)
      .findLast((earlier) => idOf(earlier.from, address) !== undefined);
    if (before) return [`${address} was id ${idOf(before.from, address)} before and starts wiped.`];
    const left = transitions.findIndex((later, at) => at > index && idOf(later.to, address) === undefined);
    const stays = idOf(transitions.at(-1)?.to ?? [], address) !== undefined;
    return left < 0 || stays ? [] : [`${address} is a spare and leaves again in stage ${left + 1}.`];
  });
  return transition.kind === 'rebuild' || fresh.length + leaving.length === 0 ? [] : [...leaving, ...joining];
}

/** The member that is down goes first, today's leader last. */
function whoIsSpecial(
  transition: Transition,
  { transitions, index, leader, down }: StageContext,
): readonly string[] {
  const { from, to, fresh } = transition;
  const touched = [...missingFrom(to, from), ...(transition.kind === 'rebuild' ? fresh : [])];
  const lost = touched.filter((address) => down.includes(address));
  const first =
    lost.length === 0
      ? []
      : [`${inWords(lost)} ${lost.length === 1 ? 'is' : 'are'} down, so this comes first.`];
  const isLast = index === transitions.length - 1 && transitions.length > 1;
  return leader !== null && isLast && touched.includes(leader)
    ? [...first, `${leader} leads today, so it comes last.`]
    : first;
}
