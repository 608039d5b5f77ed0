// Why a target can't be reached as things stand, and each way out.

import type { AddressBlock } from '../model/address-block.js';
import { missingFrom } from '../model/change.js';
import {
  addressOf,
  idOf,
  renumbered,
  type Address,
  type Ensemble,
  type IdPolicy,
} from '../model/ensemble.js';
import {
  candidatesFor,
  describeInterval,
  misplacedNewcomers,
  unfilledOpenings,
  type Opening,
} from './keep-order.js';
import type { Alternative, Finding } from './plan.js';
import { inWords } from './wording.js';

/** What the findings are made from. */
export interface Impasse {
  readonly policy: IdPolicy;
  readonly current: Ensemble;
  readonly target: Ensemble;
  readonly alternatives: readonly Alternative[];
  readonly candidates: readonly AddressBlock[];
}

/** One error for each member whose id would change, with the ways out; one hint for each id that wants another address. */
export function impasseFindings(impasse: Impasse): readonly Finding[] {
  const { policy, current, target } = impasse;
  const changed = renumbered(current, target);
  if (changed.length === 0) return [noRoute(impasse)];
  const openings = policy === 'sorted' ? unfilledOpenings(current, target) : [];
  const remedy = waysOut(impasse, openings);
  return [
    ...changed.map((address): Finding => ({
      rule: 'id-would-change',
      severity: 'error',
      subject: address,
      message: `${address} would change its id from ${idOf(current, address)} to ${idOf(target, address)}, ${whyShifted(impasse, address)}.`,
      remedy,
    })),
    ...openings.map((opening) => openingFinding(impasse, opening)),
  ];
}

function whyShifted({ policy, current, target }: Impasse, address: Address): string {
  if (policy === 'explicit') return 'because the target gives it another one';
  const come = missingFrom(current, target).filter((other) => other < address);
  const leave = missingFrom(target, current).filter((other) => other < address);
  const sort = come.length === 1 ? 'sorts' : 'sort';
  if (leave.length === 0) return `because ${inWords(come)} ${sort} before it`;
  if (come.length === 0)
    return `because ${inWords(leave)} ${leave.length === 1 ? 'leaves' : 'leave'} before it`;
  return come.length > leave.length
    ? `because ${inWords(come)} ${sort} before it, where only ${inWords(leave)} ${leave.length === 1 ? 'leaves' : 'leave'}`
    : `because ${inWords(leave)} ${leave.length === 1 ? 'leaves' : 'leave'} before it, where only ${inWords(come)} ${come.length === 1 ? 'comes' : 'come'} in`;
}

function waysOut(impasse: Impasse, openings: readonly Opening[]): string {
  const { policy, current, target, alternatives } = impasse;
  const misplaced = misplacedNewcomers(current, target);
  const others = openings.map(({ ids, interval, fitting }) => {
    const lacking = ids.length - fitting.length;
    return `any ${lacking === 1 ? 'address' : `${lacking} addresses`} that ${describeInterval(interval, lacking)}`;
  });
  const ways = [
    ...(others.length > 0 ? [`instead of ${inWords(misplaced)}, use ${inWords(others)}`] : []),
    ...(policy === 'sorted' && openings.length === 0 ? lastInstead(current, target) : []),
    ...alternatives.map((alternative) => `allow ${flagsOf(alternative)}: ${alternative.summary}`),
  ];
  return ways.length === 0 ? 'Choose another target.' : `Either ${ways.join('; or ')}.`;
}

/** Removing anyone but the last shifts those behind; removing the last shifts nobody. */
function lastInstead(current: Ensemble, target: Ensemble): readonly string[] {
  const ids = current.map((member) => member.id).filter((id) => id > target.length);
  if (ids.length === 0) return [];
  const last = ids.map((id) => `${addressOf(current, id)} (id ${id})`);
  return [`take out the last ${ids.length === 1 ? 'id' : 'ids'} instead: ${inWords(last)}`];
}

function flagsOf(alternative: Alternative): string {
  return alternative.needs.map((consent) => `--${consent}`).join(' ');
}

function openingFinding({ current, target, candidates }: Impasse, opening: Opening): Finding {
  const misplaced = misplacedNewcomers(current, target);
  const { ids, interval } = opening;
  const label = ids.length === 1 ? `id ${ids[0]}` : `ids ${inWords(ids.map(String))}`;
  const taken = [...current, ...target].map((member) => member.address);
  const tried = candidatesFor(opening, candidates, taken, 3).map(({ block, addresses }) =>
    addresses.length === 0
      ? `nothing in ${block.text} does`
      : block.first === block.last && block.text === addresses[0]
        ? `${block.text} does`
        : `in ${block.text}: ${inWords(addresses)}${addresses.length === 3 ? ' and maybe more' : ''}`,
  );
  return {
    rule: 'address-keeps-order',
    severity: 'info',
    subject: label,
    message: `For ${label}, any address that ${describeInterval(interval, 1)} keeps the order; ${inWords(misplaced)} ${misplaced.length === 1 ? 'does' : 'do'} not.`,
    remedy:
      tried.length === 0
        ? 'Name candidate addresses or CIDR blocks to have them tried.'
        : `Of the candidates, ${tried.join('; ')}.`,
  };
}

/** No id changes, and yet there is no way: only single servers, whose data nobody else has, come to this. */
function noRoute({ current, target, alternatives }: Impasse): Finding {
  const single = Math.min(current.length, target.length) === 1;
  const ways = alternatives.map((alternative) => `allow ${flagsOf(alternative)}: ${alternative.summary}`);
  return {
    rule: 'no-route',
    severity: 'error',
    subject: inWords(missingFrom(current, target)),
    message: single
      ? 'A single server is never replaced at once: it alone has the data, so others must join before it goes, and here none can.'
      : 'No sequence of safe stages leads from the current ensemble to the target.',
    remedy:
      ways.length > 0
        ? `Either ${ways.join('; or ')}.`
        : 'Name spare hosts that may be members for a while (under sorted ids: hosts that sort after the present ones).',
  };
}
