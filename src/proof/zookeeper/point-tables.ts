// What is looked up at one point of a script, worked out once: the model asks for it millions of times.

import { namesakes, type Course, type Point } from './course.js';
import {
  countedBy,
  electionOptions,
  hearingAt,
  type ElectionOption,
  type Hearing,
} from './possible-elections.js';
import { possibleCuts } from './cuts.js';
import { at, membersOf, type Roster, type ServerSet } from './roster.js';
import { emptyState } from './state.js';
import { canonicalise, symmetriesOf, type Symmetry } from './symmetry.js';

/** Who counts for a leader with one of the two lists, and how many of them it needs for a write. */
export interface ListQuorum {
  readonly counted: ServerSet;
  readonly quorum: number;
}

/** The tables of one point. Points at which the same servers hold the new list share all but the last three. */
export interface PointTables {
  readonly hearing: Hearing;
  /** Pairs of servers that claim one id, and must not both run. */
  readonly twins: readonly ServerSet[];
  /** Pairs that both run with one id at the start: what is broken already is not the script's doing. */
  readonly oldTwins: readonly ServerSet[];
  /** By leader, whose acknowledgements count for it. */
  readonly counted: readonly ServerSet[];
  /** By the list that the last leader held: as many of whom may have a write. */
  readonly lists: readonly [ListQuorum, ListQuorum];
  /** By the set of looking servers: filled as it is asked for. */
  readonly options: Map<ServerSet, readonly ElectionOption[]>;
  /** By leader and group. */
  readonly cuts: Map<number, readonly ServerSet[]>;
  readonly point: Point;
  readonly symmetry: Symmetry;
  /** By looking and by blank servers. */
  readonly outcomes: Map<number, readonly ElectionOutcome[]>;
}

/** What an election leads to, and the crowds that may have led there: several, where servers are interchangeable. */
export interface ElectionOutcome {
  readonly leader: number;
  readonly group: ServerSet;
  readonly vetted: readonly ServerSet[];
}

/** The tables of every point of a course. */
export function tablesOf(course: Course): readonly PointTables[] {
  const byList = new Map<ServerSet, Omit<PointTables, OwnTables>>();
  const symmetries = symmetriesOf(course);
  return course.points.map((point, index) => {
    const shared = byList.get(point.to) ?? sharedTables(course, point.to);
    byList.set(point.to, shared);
    return { ...shared, point, symmetry: at(symmetries, index), outcomes: new Map() };
  });
}

type OwnTables = 'point' | 'symmetry' | 'outcomes';

function sharedTables({ roster, start, points }: Course, to: ServerSet): Omit<PointTables, OwnTables> {
  const hearing = hearingAt(roster, to);
  const servers = membersOf(roster.all);
  const oldTwins = twinsWith(roster, at(points, 0).to).filter((pair) => (start.up & pair) === pair);
  return {
    hearing,
    twins: twinsWith(roster, to).filter((pair) => !oldTwins.includes(pair)),
    oldTwins,
    counted: servers.map((server) => countedBy(roster, hearing, server)),
    lists: [listQuorum(roster, 'from'), listQuorum(roster, 'to')],
    options: new Map(),
    cuts: new Map(),
  };
}

/** The pairs of servers that claim one id while these hold the new list. */
function twinsWith(roster: Roster, to: ServerSet): readonly ServerSet[] {
  return membersOf(roster.all).flatMap((server) =>
    membersOf(namesakes(roster, server, to))
      .filter((other) => other > server)
      .map((other) => (1 << server) | (1 << other)),
  );
}

/** Up to 3.4.14 anybody's acknowledgement counts, later only that of a server whose id the leader's list has (M.5). */
function listQuorum({ family, all, views }: Roster, list: 'from' | 'to'): ListQuorum {
  const { knows, quorum } = views[list];
  return { counted: family === '3.5.4' ? knows.from | knows.to : all, quorum };
}

/**
 * What the looking servers can bring about, as `electionOptions` says, where `blank` have no data: whoever has none wins
 * only among those that have none. With `merge`, what differs in interchangeable servers only is one outcome.
 */
export function outcomesFor(
  roster: Roster,
  table: PointTables,
  looking: ServerSet,
  blank: ServerSet,
  merge: 'merge' | 'keep',
): readonly ElectionOutcome[] {
  const key = looking | ((blank & looking) << 14);
  const known = table.outcomes.get(key);
  if (known !== undefined) return known;
  const outcomes = new Map<number, { leader: number; group: ServerSet; vetted: ServerSet[] }>();
  for (const { leader, vetted, group } of optionsFor(roster, table, looking)) {
    if ((blank & (1 << leader)) !== 0 && (vetted & ~blank) !== 0) continue;
    const form = { ...emptyState(), up: looking, group, leader, blank: blank & looking };
    if (merge === 'merge') canonicalise(form, table.symmetry);
    const same = (form.group | (form.leader << 14)) + form.blank * 2 ** 18;
    const outcome = outcomes.get(same) ?? { leader, group, vetted: [] };
    outcome.vetted.push(vetted & ~blank);
    outcomes.set(same, outcome);
  }
  const found = [...outcomes.values()];
  table.outcomes.set(key, found);
  return found;
}

function optionsFor(roster: Roster, table: PointTables, looking: ServerSet): readonly ElectionOption[] {
  const known = table.options.get(looking);
  if (known !== undefined) return known;
  const options = electionOptions(roster, table.hearing, looking);
  table.options.set(looking, options);
  return options;
}

/** Whom a partition can take from a leader and its group, as `possibleCuts` says. */
export function cutsFor(table: PointTables, leader: number, group: ServerSet): readonly ServerSet[] {
  const key = group | (leader << 14);
  const known = table.cuts.get(key);
  if (known !== undefined) return known;
  const cuts = possibleCuts(table.hearing, at(table.counted, leader), leader, group);
  table.cuts.set(key, cuts);
  return cuts;
}
