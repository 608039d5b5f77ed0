// How a replay ends: what the rest of the steps comes to, and whether that is what the proof predicts?

import type { Address } from '../../model/ensemble.js';
import { inWords } from '../../plan/wording.js';
import type { Script } from '../../proof/zookeeper/script.js';
import { servingOf } from '../../run/sighting.js';
import { roles, serve, type StageLab } from './stage-lab.js';

/** What the deeds have come to so far. */
export interface PlayState {
  readonly acknowledged: string[];
  lost: number;
  reproduced: boolean;
  outcome: string;
  /** Steps that are done, as indices. */
  readonly done: Set<number>;
}

const stuckLimitMs = 20_000;

/** Do two live servers run with one id? */
export async function twins(lab: StageLab, course: PlayState): Promise<string> {
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

/** Does the gate never pass? */
export async function stuck(lab: StageLab, course: PlayState, hosts: readonly Address[]): Promise<string> {
  await lab.wake([...lab.halted]);
  const passes = await lab.until(
    (services) => serve(services, hosts) && servingOf(services).length === hosts.length,
    stuckLimitMs,
  );
  course.reproduced = !passes;
  course.outcome = passes
    ? `not as predicted: ${inWords(hosts)} serve`
    : `as predicted: for ${stuckLimitMs / 1000} s the gate did not pass: ${await roles(lab)}`;
  return course.outcome;
}

/** As a person would who has seen nothing: the rest of the steps, each once the one before has settled or taken too long. */
export async function finish(lab: StageLab, script: Script, course: PlayState): Promise<string> {
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

/** Looks every acknowledged write up on every member. */
export async function audit(lab: StageLab, course: PlayState): Promise<string> {
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
