// Does a counterexample come to pass on real servers? Its scenes are played, and what happens is held against them.

import type { Address } from '../../model/ensemble.js';
import { inWords } from '../../plan/wording.js';
import type { Script } from '../../proof/zookeeper/script.js';
import { leadersOf, servingOf, type Services } from '../../run/sighting.js';
import type { Deed, PlayedScene, Scene } from './deed.js';
import { audit, finish, stuck, twins, type PlayState } from './play-ending.js';
import { leadFirst } from './lead-first.js';
import { roles, rolesLine, serve, type StageLab } from './stage-lab.js';

/** What came of a replay. `reproduced`: what the proof says goes wrong went wrong. */
export interface Replay {
  readonly scenes: readonly PlayedScene[];
  readonly acknowledged: number;
  /** Acknowledged writes that members lack in the end. */
  readonly lost: number;
  readonly reproduced: boolean;
  /** In a sentence, held against the prediction. */
  readonly outcome: string;
}

const serveLimitMs = 40_000;
/** As the lab sets it. */
const syncLimit = 5;

/** Plays all scenes. `say` hears of each deed as it is done. */
export async function play(
  lab: StageLab,
  script: Script,
  scenes: readonly Scene[],
  say: (line: string) => void,
): Promise<Replay> {
  const course: PlayState = {
    acknowledged: [],
    lost: 0,
    reproduced: false,
    outcome: 'not as predicted: the story did not come to its end',
    done: new Set(),
  };
  const played: PlayedScene[] = [];
  for (const { predicted, deeds } of scenes) {
    const happened: string[] = [];
    for (const deed of deeds) {
      lab.checkStopped();
      const line = await carryOut(lab, script, course, deed);
      if (line === null) continue;
      happened.push(line);
      say(line);
    }
    if (predicted !== '' || happened.length > 0) played.push({ predicted, happened });
  }
  const { acknowledged, lost, reproduced, outcome } = course;
  return { scenes: played, acknowledged: acknowledged.length, lost, reproduced, outcome };
}

async function carryOut(
  lab: StageLab,
  script: Script,
  course: PlayState,
  deed: Deed,
): Promise<string | null> {
  switch (deed.kind) {
    case 'lead':
      return `${(await leadFirst(lab, deed.host)) ? '' : `${deed.host} could not be made to lead: `}${await roles(lab)}`;
    case 'down':
      note(script, course, deed.step, deed.host, deed.step === 'stop');
      await lab.stop(deed.host);
      return `${deed.host} stopped`;
    case 'up':
    case 'fence':
      note(script, course, deed.step, deed.host, true);
      await lab.take(deed.step, deed.host);
      return `${deed.step} of ${deed.host} done`;
    case 'crash':
      await lab.crash(deed.host);
      return `${deed.host} killed`;
    case 'restart':
      await lab.restart(deed.host);
      return `${deed.host} started`;
    case 'silence': {
      const awake = deed.hosts.filter((host) => !lab.halted.has(host));
      await lab.halt(awake);
      return awake.length === 0 ? null : `${inWords(awake)} halted`;
    }
    case 'wake': {
      const asleep = deed.hosts.filter((host) => lab.halted.has(host));
      await lab.wake(asleep);
      return asleep.length === 0 ? null : `${inWords(asleep)} awake`;
    }
    case 'cut':
      return cutOff(lab, deed.hosts);
    case 'stall':
      return stall(lab, deed.host);
    case 'serve':
    case 'gate': {
      const all = await lab.until((services) => serve(services, deed.hosts), serveLimitMs);
      if (all && deed.kind === 'gate') return null;
      return `${all ? '' : `not all of ${inWords(deed.hosts)} serve: `}${await roles(lab)}`;
    }
    case 'write':
      return writeFor(lab, course, deed.holders, deed.others);
    case 'twins':
      return twins(lab, course);
    case 'stuck':
      return stuck(lab, course, deed.hosts);
    case 'finish':
      return finish(lab, script, course);
    case 'audit':
      return audit(lab, course);
  }
}

/** Remembers the first step of this kind on this host as done. */
function note(script: Script, course: PlayState, kind: string, host: Address, isDone: boolean): void {
  const step = script.steps.findIndex(
    (one, index) => one.kind === kind && one.host === host && !course.done.has(index),
  );
  if (isDone && step >= 0) course.done.add(step);
}

/** Halts them until the leader has given them up: what is written from then on is not even on its way to them. */
async function cutOff(lab: StageLab, hosts: readonly Address[]): Promise<string> {
  await lab.halt(hosts);
  const given = await lab.until(leaderCountsOnTheRest, (syncLimit + 6) * lab.tickMs + 3000);
  return `${inWords(hosts)} halted${given ? ' until the leader had given them up' : ', though their leader still counts on them'}`;
}

function leaderCountsOnTheRest(services: Services): boolean {
  const leader = [...services.values()].find((one) => one.mode === 'leader');
  return leader !== undefined && leader.syncedFollowers === servingOf(services).length - 1;
}

async function stall(lab: StageLab, host: Address): Promise<string> {
  await lab.halt([host]);
  const alone = await lab.until(
    (services) => [...services.values()].every((one) => one.mode === null),
    (syncLimit + 6) * lab.tickMs + 3000,
  );
  return `${host} halted${alone ? ' until the others had given it up' : `: ${await roles(lab)}`}`;
}

async function writeFor(
  lab: StageLab,
  course: PlayState,
  holders: readonly Address[],
  others: readonly Address[],
): Promise<string> {
  const services = await lab.services();
  const leader = leadersOf(services).find((address) => holders.includes(address)) ?? holders[0] ?? '';
  const epoch = services.get(leader)?.epoch;
  // Whoever joined sooner than the story has it must not get the write either.
  const followers = [...services.values()].filter(
    ({ address, mode, epoch: own }) => mode === 'follower' && own === epoch && !holders.includes(address),
  );
  const others_ = new Set([...others, ...followers.map((one) => one.address)]);
  const apart = [...others_].filter((address) => !lab.halted.has(address));
  const kept = apart.length === 0 ? '' : `${await cutOff(lab, apart)}; `;
  const path = `/succession-replay-${course.acknowledged.length + 1}`;
  if (!(await lab.write(leader, path))) return `${kept}the write through ${leader} was not acknowledged`;
  course.acknowledged.push(path);
  return `${kept}${path} acknowledged by ${leader}, while ${rolesLine(await lab.services())}`;
}
