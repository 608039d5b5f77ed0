// What each server may do at each point of a script: the part of a state that follows from how far the script has come.

import { invariant } from '../../model/invariant.js';
import { at, rosterOf, type Roster, type ServerSet } from './roster.js';
import { isByRestart, type RestartStepKind, type Script } from './script.js';

/** More servers than this in one stage are not explored: their sets must fit in 14 bits. */
export const mostServers = 14;

/**
 * One point of a script. Each step has three: before its gate, past its gate and about to act, and, where it takes a
 * server down for a moment, down.
 */
export interface Point {
  readonly phase: 'gate' | 'act' | 'down' | 'done';
  /** The step that is next or under way, as an index; the number of steps once all are done. */
  readonly step: number;
  readonly kind: RestartStepKind | null;
  /** The step's server, as a set; empty when all is done. */
  readonly target: ServerSet;
  /** Have the new list on disk; all others that have one have the old. */
  readonly to: ServerSet;
  /** Should run: when one of these is down it has crashed, and may come back by itself. */
  readonly due: ServerSet;
  /** Stopped by a step and not fenced: a reboot brings them back. */
  readonly revivable: ServerSet;
  /** Stopped, disabled across reboots and seen to be unreachable. */
  readonly fenced: ServerSet;
  /** Have started from an empty disk where they must; all others are in it too. */
  readonly installed: ServerSet;
  /** Who must serve for the gate to pass. */
  readonly serving: ServerSet;
}

/** A script in sets. */
export interface Course {
  readonly roster: Roster;
  readonly script: Script;
  readonly servers: number;
  readonly points: readonly Point[];
  readonly start: {
    readonly up: ServerSet;
    readonly serving: ServerSet;
    readonly leader: number;
    /** Where acknowledged writes are: on those that serve; where nobody does, on those that stay. */
    readonly holders: ServerSet;
    /** Have an empty disk, or one that never synced. */
    readonly blank: ServerSet;
  };
}

/** Lays a script out. Throws `InvariantError` for more than `mostServers` servers or a host outside the stage. */
export function courseOf(script: Script): Course {
  const roster = rosterOf(script);
  const servers = roster.addresses.length;
  invariant(servers <= mostServers, `a proof has at most ${mostServers} servers: ${servers}`);
  const bitOf = (address: string): ServerSet => {
    const index = roster.addresses.indexOf(address);
    invariant(index >= 0, `${address} is a server of the stage`);
    return 1 << index;
  };
  const setOf = (addresses: readonly string[]): ServerSet =>
    addresses.reduce((set, address) => set | bitOf(address), 0);
  const having = (has: (server: Script['servers'][number]) => boolean): ServerSet =>
    setOf(script.servers.filter(has).map((server) => server.address));

  let to = having((one) => one.holds === 'to' || (roster.unchanged && one.holds === 'from'));
  let due = having((one) => one.running);
  let revivable = having((one) => !one.running && !one.fenced && one.holds !== 'nothing');
  let fenced = having((one) => one.fenced);
  let installed = having((one) => one.installed);
  let serving = setOf(script.serving);
  const points: Point[] = [];
  for (const [step, { kind, host, serving: after }] of script.steps.entries()) {
    invariant(isByRestart(kind), `${kind} ${host} is a step of a stage by restart`);
    const target = bitOf(host);
    const base = { step, kind, target, revivable, fenced, installed, serving };
    points.push({ ...base, phase: 'gate', to, due }, { ...base, phase: 'act', to, due });
    const passes = kind === 'upgrade' || kind === 'restart';
    points.push({ ...base, phase: 'down', to, due: due & ~target });
    if (kind === 'stop') [due, revivable] = [due & ~target, revivable | target];
    if (kind === 'fence') [due, revivable] = [due & ~target, revivable & ~target];
    fenced = kind === 'fence' ? fenced | target : kind === 'stop' ? fenced : fenced & ~target;
    if (kind === 'install') installed |= target;
    if (kind === 'start' || kind === 'install' || passes)
      [due, revivable] = [due | target, revivable & ~target];
    if (kind === 'install' || kind === 'upgrade') to |= target;
    serving = setOf(after);
  }
  const last = {
    step: script.steps.length,
    kind: null,
    target: 0,
    to,
    due,
    revivable,
    fenced,
    installed,
    serving,
  };
  points.push({ ...last, phase: 'gate' }, { ...last, phase: 'done' });
  invariant(points.length < 512, `a script has fewer than 512 points: ${points.length}`);

  const leader = script.leader === null ? -1 : roster.addresses.indexOf(script.leader);
  const known = setOf(script.serving);
  const startServing = leader < 0 ? 0 : setOf(script.serving) | (1 << leader);
  const empty = having((one) => !one.installed) & roster.newcomers;
  const unsynced = having((one) => one.installed) & roster.fresh & ~startServing;
  return {
    roster,
    script,
    servers,
    points,
    start: {
      up: having((one) => one.running),
      serving: startServing,
      leader,
      holders: startServing | known || roster.survivors,
      blank: empty | unsynced,
    },
  };
}

/** The servers that claim the same id as `server` while these hold the new list; nobody where that is looked past. */
export function namesakes(roster: Roster, server: number, to: ServerSet): ServerSet {
  if (roster.lookPastTwins) return 0;
  const claimed = claimedId(roster, server, to);
  let same = 0;
  for (let other = 0; other < roster.addresses.length; other += 1)
    if (other !== server && claimed !== 0 && claimedId(roster, other, to) === claimed) same |= 1 << other;
  return same;
}

function claimedId(roster: Roster, server: number, to: ServerSet): number {
  return at((to & (1 << server)) !== 0 ? roster.ids.to : roster.ids.from, server);
}
