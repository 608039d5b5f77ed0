// In which order do servers join, come into the list and leave it, where the ensemble changes its list while it runs?

import { type Address, addressOf, idOf, quorumOf } from '../model/ensemble.js';
import type { StepKind } from './plan.js';
import {
  changedList,
  predictReconfigure,
  predictReconfigureStep,
  type ReconfigureWorld,
} from './predict-reconfigure.js';
import { reseedReason } from './schedule-reason.js';
import type { KeyedSchedule, PlannedStep } from './schedule.js';
import type { ServerState } from './world.js';

/** A step that may come next, and why it comes now. */
interface Choice {
  readonly kind: StepKind;
  readonly host: Address;
  readonly reason: string;
}

/**
 * The steps that complete a stage by reconfiguration from any of its worlds; [] when it is complete, null when a step
 * would leave no quorum. One change at a time:
 * - a server that runs with the wrong data stops first, and one that is out of the list is stopped and fenced before
 *   anything else is touched;
 * - a newcomer joins once whoever had its id is out, stopped and fenced, and is taken in only when it follows;
 * - of the changes of the list that could come next, the one with the most margin does: taking in before taking out,
 *   and the leader last.
 */
export function scheduleReconfigure(world: ReconfigureWorld): readonly PlannedStep[] | null {
  return keyedReconfigure(world, new Set())?.steps ?? null;
}

/** The same, without the changes of the list that are barred; each step with the name under which it can be. */
export function keyedReconfigure(world: ReconfigureWorld, barred: ReadonlySet<string>): KeyedSchedule | null {
  const [steps, keys]: [PlannedStep[], string[]] = [[], []];
  for (let now = world; ;) {
    const choice = nextChoice(now, barred);
    if (choice === null) return isComplete(now) ? { steps, keys } : null;
    const { serving, leader, margin, elections, after } = predictReconfigureStep(
      now,
      choice.kind,
      choice.host,
    );
    if (margin < 0) return null;
    keys.push(choiceKey(now, choice));
    steps.push({ ...choice, margin, serving, leader, elections });
    now = after;
  }
}

function isComplete({ configuration, to, servers }: ReconfigureWorld): boolean {
  const members = servers.filter((server) => idOf(to, server.address) !== undefined);
  return configuration.length === to.length && members.every((server) => server.running);
}

function choiceKey({ configuration, servers }: ReconfigureWorld, { kind, host }: Choice): string {
  const standing = servers.map(({ running, fenced }) => (running ? 'r' : fenced ? 'f' : 's')).join('');
  return `${configuration.map(({ address }) => address).join(' ')} ${standing}: ${kind} ${host}`;
}

function nextChoice(world: ReconfigureWorld, barred: ReadonlySet<string>): Choice | null {
  if (predictReconfigure(world).leader === null) return null;
  return (
    first(world, (server) => stopOrFence(world, server)) ??
    first(world, (server) => (mustJoin(world, server) ? joinOf(world, server) : null)) ??
    bestChange(world, barred)
  );
}

function first(world: ReconfigureWorld, choose: (server: ServerState) => Choice | null): Choice | null {
  for (const server of world.servers) {
    const choice = choose(server);
    if (choice !== null) return choice;
  }
  return null;
}

function stopOrFence(world: ReconfigureWorld, server: ServerState): Choice | null {
  const { address: host, running, fenced, installed } = server;
  if (isIn(world, host) || idOf(world.to, host) !== undefined) {
    const reason =
      world.reseeds?.includes(host) === true ? reseedReason : 'it is to start from an empty disk';
    return running && !installed ? { kind: 'stop', host, reason } : null;
  }
  if (running) return { kind: 'stop', host, reason: 'it is out of the list: nobody needs it any more' };
  if (fenced) return null;
  const successor = addressOf(world.to, idOf(world.from, host) ?? 0);
  const reason =
    successor === undefined
      ? 'it must not come back by itself with the old list'
      : `it must not come back by itself: ${successor} takes its id ${idOf(world.from, host)}`;
  return { kind: 'fence', host, reason };
}

/** One at a time: the next one joins when the one before it follows. */
function mustJoin(world: ReconfigureWorld, { address, running }: ServerState): boolean {
  const id = idOf(world.to, address);
  if (running || id === undefined) return false;
  const predecessor = addressOf(world.from, id);
  if (predecessor === undefined || predecessor === address) return true;
  const before = world.servers.find((server) => server.address === predecessor);
  return !isIn(world, predecessor) && before?.running !== true && before?.fenced !== false;
}

function joinOf(world: ReconfigureWorld, { address: host, installed }: ServerState): Choice {
  const reason = isIn(world, host)
    ? 'it is in the list and down: it comes back with the list of today'
    : installed
      ? 'it comes back with the data that it had, and follows before it has a vote'
      : 'it copies the data first, and has no vote until it follows';
  return { kind: 'join', host, reason };
}

/** The change of the list that leaves the most margin; null when none may come now. */
function bestChange(world: ReconfigureWorld, barred: ReadonlySet<string>): Choice | null {
  const candidates = world.servers.flatMap(({ address, running }) => {
    const id = idOf(world.to, address);
    if (isIn(world, address)) return id === undefined ? [removalOf(world, address)] : [];
    const isFree = id !== undefined && addressOf(world.configuration, id) === undefined;
    return running && isFree ? [additionOf(world, address)] : [];
  });
  const ranked = candidates
    .filter((choice) => choice.kind !== 'remove' || world.configuration.length > 2)
    .filter((choice) => !barred.has(choiceKey(world, choice)))
    .map((choice) => ({ choice, rank: rankOf(world, choice) }))
    .sort((a, b) => compare(b.rank, a.rank));
  return ranked[0]?.choice ?? null;
}

/** Compared from the left: more is better. */
function rankOf(world: ReconfigureWorld, { kind, host }: Choice): readonly number[] {
  const { margin, elections, after } = predictReconfigureStep(world, kind, host);
  return [margin, -elections, predictReconfigure(after).margin, kind === 'add' ? 1 : 0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function additionOf(world: ReconfigureWorld, host: Address): Choice {
  const size = changedList(world, 'add', host).length;
  return {
    kind: 'add',
    host,
    reason: `it follows: from here on it has a vote, and ${quorumOf(size)} of ${size} decide`,
  };
}

function removalOf(world: ReconfigureWorld, host: Address): Choice {
  const size = world.configuration.length - 1;
  const running = world.servers.find((server) => server.address === host)?.running === true;
  const why =
    world.leader === host
      ? 'it leads, and hands over to a follower'
      : running
        ? 'nobody restarts'
        : 'it is down';
  return {
    kind: 'remove',
    host,
    reason: `it leaves the list, and ${quorumOf(size)} of ${size} decide; ${why}`,
  };
}

function isIn({ configuration }: ReconfigureWorld, address: Address): boolean {
  return idOf(configuration, address) !== undefined;
}
