// Why does this step come now, in a sentence for a person at three in the morning?

import type { Moment } from './predict.js';
import {
  addressesOf,
  at,
  count,
  lowest,
  membersOf,
  type Roster,
  type ServerSet,
} from '../proof/zookeeper/roster.js';
import type { Move } from './schedule-rules.js';

/** What a reason is drawn from. */
export interface Occasion {
  readonly roster: Roster;
  readonly before: Moment;
  readonly move: Move;
  readonly fullStop: boolean;
}

/** One sentence, without a full stop. */
export function reasonFor(occasion: Occasion): string {
  const { kind } = occasion.move;
  if (kind === 'stop') return withOutage(occasion, stopReason(occasion));
  if (kind === 'fence') return fenceReason(occasion);
  if (kind === 'install') return installReason(occasion);
  if (kind === 'upgrade') return withOutage(occasion, upgradeReason(occasion));
  if (kind === 'restart') return withOutage(occasion, restartReason(occasion));
  return 'it is down: it is started with the list that it holds';
}

function stopReason({ roster, before, move, fullStop }: Occasion): string {
  const bit = 1 << move.server;
  const leads = before.leader === move.server;
  if ((roster.reseeded & bit) !== 0 && (before.installed & bit) === 0) return reseedReason;
  if (fullStop) {
    return leads
      ? 'the leader stops last: it has every write'
      : 'a server that stays changes its id: all stop before the first one starts with the new list';
  }
  if ((roster.leavers & bit) === 0) {
    return (before.installed & bit) === 0
      ? 'it is to start from an empty disk'
      : 'it can join nobody yet, and lacks writes: it must not vote while others restart';
  }
  const successor = successorOf(roster, bit);
  const why =
    successor === 0
      ? 'it leaves the ensemble'
      : `it makes way for ${nameOf(roster, successor)}, which takes its id ${idOf(roster, move.server)}`;
  return leads ? `${why}; it leads, so the others elect a new leader` : why;
}

/** Why a server is stopped whose data were seen to differ. */
export const reseedReason: string =
  'its data differs from the leader’s: it must not lead, and starts again from an empty disk';

function restartReason({ roster, before, move }: Occasion): string {
  const { leader } = move.effect.after;
  const next = leader < 0 ? 'another one' : nameOf(roster, 1 << leader);
  const [from, to] = [at(roster.ids.from, before.leader), at(roster.ids.to, before.leader)];
  return from === to
    ? `it gives way as leader to ${next}`
    : `its id changes from ${from} to ${to}, and nobody on the new list could follow it: ${next} leads from here on`;
}

function fenceReason({ roster, move }: Occasion): string {
  const successor = successorOf(roster, 1 << move.server);
  if (successor === 0) return 'it must not come back by itself with the old list';
  return `it must not come back by itself: two servers must never run with id ${idOf(roster, move.server)}`;
}

function installReason({ roster, before, move }: Occasion): string {
  const bit = 1 << move.server;
  if (before.leader < 0) return 'with it a quorum runs again, and it copies the data of those that have it';
  if ((roster.survivors & bit) !== 0) return 'all others serve and know its address: it joins at once';
  const { from, to } = roster.views;
  const old = count(before.from & ~before.fenced);
  const running = count(before.running);
  if (from.size > 1 && from.size < to.size && old === 0 && running + 1 >= from.quorum + to.quorum) {
    return 'held back until now: nobody has the old list any more, so that no second quorum can form';
  }
  const higher = before.running & ~(bit | (bit - 1));
  if (roster.family !== '3.5.4' && higher !== 0 && (higher & before.to) !== 0) {
    return `enough servers know its address by now, the leader ${nameOf(roster, 1 << before.leader)} too: it joins at once`;
  }
  return 'it hears a quorum and the leader: it joins at once';
}

function upgradeReason({ roster, before, move, fullStop }: Occasion): string {
  const bit = 1 << move.server;
  if (fullStop) return 'all have stopped: it starts with the new list';
  const moves = at(roster.ids.from, move.server) !== at(roster.ids.to, move.server);
  if (moves && (roster.survivors & bit) !== 0)
    return `its id changes from ${at(roster.ids.from, move.server)} to ${at(roster.ids.to, move.server)}, which is free by now`;
  if ((before.running & bit) === 0) return 'it is down: it comes back with the new list';
  if (roster.views.from.size === 1)
    return 'alone it takes nobody in: it needs the new list before anybody can join it';
  const leads = before.leader === move.server;
  const serves = move.effect.margin >= 0;
  if (leads && serves && (roster.survivors & ~before.to & ~bit) === 0) {
    return 'the leader goes last: one election instead of two';
  }
  const awaited = roster.newcomers & ~before.running;
  if (roster.family !== '3.5.4' && (awaited & (bit - 1)) !== 0) {
    const newcomer = nameOf(roster, awaited & (bit - 1));
    return `${nameOf(roster, bit)} has a higher id than the newcomer ${newcomer} and must know its address before it can accept it (ZooKeeper 3.4)`;
  }
  const next = move.effect.after.leader;
  if (leads && next >= 0 && (before.to & (1 << next)) !== 0) {
    return `the leader goes now: ${nameOf(roster, 1 << next)} has the new list already and takes over`;
  }
  return followerReason(roster, before, awaited);
}

function followerReason(roster: Roster, before: Moment, awaited: ServerSet): string {
  const leaving = roster.leavers & before.serving;
  if (awaited !== 0 && leaving !== 0) {
    return `it gets the new list while ${namesOf(roster, leaving)} still serves: one more may fail meanwhile`;
  }
  const { from, to } = roster.views;
  if (awaited !== 0 && count(before.running) + 1 >= from.quorum + to.quorum) {
    return `${nameOf(roster, awaited)} must wait until nobody has the old list: two quorums could form`;
  }
  if (awaited !== 0) {
    return `${nameOf(roster, awaited)} may be elected once it has come: those with the new list can follow it then`;
  }
  const arrived = roster.newcomers & before.running;
  if (arrived !== 0) return `it gets the list with ${namesOf(roster, arrived)}`;
  return roster.leavers === 0
    ? 'it gets the new list'
    : `it gets the list without ${namesOf(roster, roster.leavers)}`;
}

/** Says so when nobody serves meanwhile, with the numbers. */
function withOutage({ roster, before, move, fullStop }: Occasion, why: string): string {
  if (move.effect.margin >= 0 || fullStop) return why;
  const { from, to } = roster.views;
  if (from.size === 1) return `${why}; nobody serves until then: 1 of ${to.size} is no quorum`;
  const list = (before.to & before.serving) === before.serving ? to : from;
  const present = before.leader < 0 ? before.running : before.serving;
  const others = count(present & list.members & ~(1 << move.server));
  const when = move.kind === 'stop' ? 'from here on' : 'while it restarts';
  return others < list.quorum
    ? `${why}; nobody serves ${when}: ${others} of ${list.size} is no quorum`
    : `${why}; nobody serves ${when}: the others can't agree on a leader`;
}

function successorOf(roster: Roster, leaver: ServerSet): ServerSet {
  return membersOf(roster.newcomers).reduce(
    (set, server) => ((at(roster.predecessors, server) & leaver) === 0 ? set : set | (1 << server)),
    0,
  );
}

function idOf(roster: Roster, server: number): number {
  return at(roster.ids.from, server) || at(roster.ids.to, server);
}

function nameOf(roster: Roster, server: ServerSet): string {
  return at(roster.addresses, lowest(server));
}

function namesOf(roster: Roster, servers: ServerSet): string {
  return addressesOf(roster, servers).join(' and ');
}
