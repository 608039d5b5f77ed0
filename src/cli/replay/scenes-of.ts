// Which deeds on real servers make a counterexample come to pass?

import { InvariantError } from '../../model/invariant.js';
import type { Refutation } from '../../proof/prove-script.js';
import { isByElection, type Happening } from '../../proof/zookeeper/course-of-events.js';
import { courseOf, type Course } from '../../proof/zookeeper/course.js';
import { lostWriteOf } from '../../proof/zookeeper/lost-write.js';
import { addressesOf, at, type ServerSet } from '../../proof/zookeeper/roster.js';
import type { Script } from '../../proof/zookeeper/script.js';
import { tellHappening } from '../../proof/zookeeper/story.js';
import type { Deed, Scene } from './deed.js';
import { writeMoment } from './write-moment.js';

/** The scenes of a refutation, the first one its start, the last one what becomes of it. */
export function scenesOf(script: Script, refutation: Refutation): readonly Scene[] {
  const course = courseOf(script);
  const { happenings, story, broken } = refutation;
  const election = isByElection(broken);
  const told = election ? happenings.slice(0, -1) : happenings;
  const lost = election ? lossOf(course, happenings) : null;
  const start = opening(course, happenings);
  const scenes: Scene[] = [{ predicted: story[0] ?? '', deeds: start.deeds }];
  const write = (index: number): readonly Scene[] =>
    lost?.moment === index
      ? [{ predicted: story.at(-3) ?? '', deeds: writeDeeds(course, at(happenings, index), lost.holders) }]
      : [];
  for (const [index, happening] of told.entries()) {
    scenes.push(...write(index));
    if (index < start.length) continue;
    const predicted = tellHappening(course, happening) ?? '';
    scenes.push({ predicted, deeds: deedsOf(course, happenings, index) });
  }
  return [...scenes, ...write(told.length), ...endingOf(course, refutation)];
}

/** Where nobody is known to lead at first, whoever is elected before anything is done leads from the start. */
function opening(
  course: Course,
  happenings: readonly Happening[],
): { readonly deeds: readonly Deed[]; readonly length: number } {
  const first = at(happenings, 0);
  const lead = (server: number): readonly Deed[] => [
    { kind: 'lead', host: at(course.roster.addresses, server) },
  ];
  if (first.before.leader >= 0) return { deeds: lead(first.before.leader), length: 0 };
  if (first.event.kind !== 'elect') return { deeds: [], length: 0 };
  const others = happenings.findIndex(({ event }, index) => index > 0 && event.kind !== 'join');
  return { deeds: lead(first.event.server), length: Math.max(1, others) };
}

function lossOf(
  course: Course,
  happenings: readonly Happening[],
): { readonly holders: ServerSet; readonly moment: number | null } {
  const { holders } = lostWriteOf(course, at(happenings, happenings.length - 1));
  return { holders, moment: writeMoment(happenings, holders) };
}

function writeDeeds({ roster }: Course, { before }: Happening, holders: ServerSet): readonly Deed[] {
  const others = addressesOf(roster, before.group & ~holders);
  return [{ kind: 'write', holders: addressesOf(roster, holders), others }];
}

function deedsOf(course: Course, happenings: readonly Happening[], index: number): readonly Deed[] {
  const { event, before } = at(happenings, index);
  const host = event.server < 0 ? '' : at(course.roster.addresses, event.server);
  const step = at(course.points, before.point).kind ?? 'start';
  const quiet = leavesLeaderless(happenings, index) ? silenceDeeds(course, happenings, index) : [];
  switch (event.kind) {
    case 'gate':
      return wakeAndWait(course, 'gate', at(course.points, before.point).serving);
    case 'join':
      return wakeAndWait(course, 'serve', 1 << event.server);
    case 'elect':
      return electDeeds(course, at(happenings, index));
    case 'crash':
      return [...quiet, { kind: 'crash', host }];
    case 'restart':
    case 'revive':
      return [{ kind: 'restart', host }];
    case 'cut':
      return hostsDeed(course, 'cut', event.servers);
    case 'dissolve':
      return [...quiet, { kind: 'stall', host }];
    case 'stop':
    case 'go-down':
      return [...quiet, { kind: 'down', step, host }];
    case 'fence':
      return [{ kind: 'fence', step, host }];
    case 'wipe-and-start':
    case 'come-up':
      return [{ kind: 'up', step, host }];
  }
}

/** Whether there is a leader before it and none behind it. */
function leavesLeaderless(happenings: readonly Happening[], index: number): boolean {
  const next = happenings[index + 1];
  return at(happenings, index).before.leader >= 0 && next !== undefined && next.before.leader < 0;
}

/** Whoever takes no part in the election that follows must be quiet before there is something to elect. */
function silenceDeeds(course: Course, happenings: readonly Happening[], index: number): readonly Deed[] {
  const election = happenings.slice(index + 1).find(({ event }) => event.kind === 'elect');
  if (election === undefined) return [];
  const { event, before } = at(happenings, index);
  const bystanders = before.up & ~crowdOf(election) & ~(1 << event.server);
  return hostsDeed(course, 'silence', bystanders);
}

function electDeeds(course: Course, happening: Happening): readonly Deed[] {
  const { event, before } = happening;
  const crowd = crowdOf(happening);
  const bystanders = before.up & ~crowd & ~before.group;
  return [
    ...hostsDeed(course, 'silence', bystanders),
    ...hostsDeed(course, 'wake', crowd),
    ...hostsDeed(course, 'serve', event.servers),
  ];
}

function crowdOf({ event }: Happening): ServerSet {
  return event.vetted | event.servers;
}

function wakeAndWait(course: Course, wait: 'serve' | 'gate', hosts: ServerSet): readonly Deed[] {
  return [...hostsDeed(course, 'wake', hosts), ...hostsDeed(course, wait, hosts)];
}

function hostsDeed(
  course: Course,
  kind: 'cut' | 'silence' | 'wake' | 'serve' | 'gate',
  hosts: ServerSet,
): readonly Deed[] {
  return hosts === 0 ? [] : [{ kind, hosts: addressesOf(course.roster, hosts) }];
}

function endingOf(course: Course, { broken, happenings, story }: Refutation): readonly Scene[] {
  const predicted = story.at(-1) ?? '';
  switch (broken) {
    case 'lost-write':
    case 'split-brain':
      return [
        { predicted: story.at(-2) ?? '', deeds: electDeeds(course, at(happenings, happenings.length - 1)) },
        { predicted, deeds: [{ kind: 'finish' }, { kind: 'audit' }] },
      ];
    case 'two-holders':
      return [{ predicted, deeds: [{ kind: 'twins' }] }];
    case 'stuck': {
      const last = at(happenings, happenings.length - 1).before.point;
      const point = course.points.slice(last).find(({ phase }) => phase === 'gate');
      return [
        { predicted, deeds: [{ kind: 'stuck', hosts: addressesOf(course.roster, point?.serving ?? 0) }] },
      ];
    }
    case 'log-split':
    case 'log-lost-write':
    case 'log-stuck':
      throw new InvariantError(`broken assumption: only an ensemble's story is replayed, not ${broken}`);
  }
}
