// Does a counterexample come to pass on real servers? Its scenes are played, and what happens is held against them.

import type { Address } from '../../model/ensemble.js';
import type { Script } from '../../proof/zookeeper/script.js';
import { leadersOf, servingOf, type Services } from '../../run/sighting.js';
import type { Deed, PlayedScene, Scene } from './deed.js';
import { leadFirst } from './lead-first.js';
import { rolesLine, type StageLab } from './stage-lab.js';

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

/** What the deeds have come to so far. */
interface Course {
  readonly acknowledged: string[];
  lost: number;
  reproduced: boolean;
  outcome: string;
  /** Steps that are done, as indices. */
  readonly done: Set<number>;
}

const serveLimitMs = 40_000;
const stuckLimitMs = 20_000;
/** As the lab sets it. */
const syncLimit = 5;

/** Plays all scenes. `say` hears of each deed as it is done. */
export async function play(
  lab: StageLab,
  script: Script,
  scenes: readonly Scene[],
  say: (line: string) => void,
): Promise<Replay> {
  const course: Course = {
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

async function carryOut(lab: StageLab, script: Script, course: Course, deed: Deed): Promise<string | null> {
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
      return awake.length === 0 ? null : `${awake.join(', ')} halted`;
    }
    case 'wake': {
      const asleep = deed.hosts.filter((host) => lab.halted.has(host));
      await lab.wake(asleep);
      return asleep.length === 0 ? null : `${asleep.join(', ')} awake`;
    }
    case 'cut':
      return cutOff(lab, deed.hosts);
    case 'stall':
      return stall(lab, deed.host);
    case 'serve':
    case 'gate': {
      const all = await lab.until((services) => serve(services, deed.hosts), serveLimitMs);
      if (all && deed.kind === 'gate') return null;
      return `${all ? '' : `not all of ${deed.hosts.join(', ')} serve: `}${await roles(lab)}`;
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
function note(script: Script, course: Course, kind: string, host: Address, isDone: boolean): void {
  const step = script.steps.findIndex(
    (one, index) => one.kind === kind && one.host === host && !course.done.has(index),
  );
  if (isDone && step >= 0) course.done.add(step);
}

/** Halts them until the leader has given them up: what is written from then on is not even on its way to them. */
async function cutOff(lab: StageLab, hosts: readonly Address[]): Promise<string> {
  await lab.halt(hosts);
  const rest = (services: Services): boolean => {
    const leader = [...services.values()].find((one) => one.mode === 'leader');
    return leader !== undefined && leader.syncedFollowers === servingOf(services).length - 1;
  };
  const given = await lab.until(rest, (syncLimit + 6) * lab.tickMs + 3000);
  return `${hosts.join(', ')} halted${given ? ' until the leader had given them up' : ', though their leader still counts on them'}`;
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
  course: Course,
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

async function twins(lab: StageLab, course: Course): Promise<string> {
  const hosts = await lab.hosts();
  const running = hosts.flatMap((host) => (host.kind === 'observed' && host.running ? [host] : []));
  const twin = running.find((host, index) =>
    running.some((other, place) => place < index && other.serverId === host.serverId),
  );
  const both = running.filter((host) => twin !== undefined && host.serverId === twin.serverId);
  course.reproduced = both.length > 1;
  course.outcome = course.reproduced
    ? `as predicted: ${both.map((host) => host.address).join(' and ')} run with id ${twin?.serverId ?? '?'} at the same time`
    : 'not as predicted: no two live servers have one id';
  return course.outcome;
}

async function stuck(lab: StageLab, course: Course, hosts: readonly Address[]): Promise<string> {
  await lab.wake([...lab.halted]);
  const passes = await lab.until(
    (services) => serve(services, hosts) && servingOf(services).length === hosts.length,
    stuckLimitMs,
  );
  course.reproduced = !passes;
  course.outcome = passes
    ? `not as predicted: ${hosts.join(', ')} serve`
    : `as predicted: for ${stuckLimitMs / 1000} s the gate did not pass: ${await roles(lab)}`;
  return course.outcome;
}

/** As a person would who has seen nothing: the rest of the steps, each once the one before has settled or taken too long. */
async function finish(lab: StageLab, script: Script, course: Course): Promise<string> {
  await lab.wake([...lab.halted]);
  const rest = script.steps.filter((_, index) => !course.done.has(index));
  const gone = new Set(script.steps.filter(({ kind }) => kind === 'stop').map(({ host }) => host));
  const later = new Set(rest.filter(({ kind }) => kind === 'install').map(({ host }) => host));
  for (const host of await lab.hosts()) {
    const { address } = host;
    const isDown = host.kind === 'observed' && !host.running && host.hasData;
    if (isDown && !gone.has(address) && !later.has(address) && rest[0]?.host !== address)
      await lab.restart(address);
  }
  for (const { kind, host } of rest) {
    await lab.take(kind, host);
    if (kind !== 'stop' && kind !== 'fence') await lab.until((services) => serve(services, [host]), 15_000);
  }
  const members = lab.stage.ensemble.map((member) => member.address);
  await lab.until((services) => serve(services, members), 60_000);
  const steps = rest.map(({ kind, host }) => `${kind} ${host}`).join(', ');
  return `everybody awake${steps === '' ? '' : `; ${steps}`}: ${await roles(lab)}`;
}

async function audit(lab: StageLab, course: Course): Promise<string> {
  const members = lab.stage.ensemble.map((member) => member.address);
  const lines: string[] = [];
  for (const path of course.acknowledged) {
    const found = await Promise.all(members.map((host) => lab.has(host, path)));
    const lacking = members.filter((_, index) => found[index] === false);
    const asked = found.filter((answer) => answer !== null).length;
    if (lacking.length > 0) course.lost += 1;
    lines.push(`${path} is missing on ${lacking.length} of ${asked} members`);
  }
  course.reproduced = course.lost > 0;
  const figures = `${course.lost} of ${course.acknowledged.length} acknowledged writes lost`;
  course.outcome = `${course.reproduced ? 'as predicted' : 'not as predicted'}: ${figures}`;
  return lines.join('; ');
}

function serve(services: Services, hosts: readonly Address[]): boolean {
  const serving = servingOf(services);
  return hosts.every((address) => serving.includes(address));
}

async function roles(lab: StageLab): Promise<string> {
  return rolesLine(await lab.services());
}
