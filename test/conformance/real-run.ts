// What becomes of a scenario on real servers?

import { setTimeout as sleep } from 'node:timers/promises';
import type { Distribution } from '../../src/lab/zookeeper-distribution.js';
import { addressOf, quorumOf } from '../../src/model/ensemble.js';
import { invariant } from '../../src/model/invariant.js';
import { inspectReplicas } from './final-state.js';
import type { RealMoment, RealOutcome } from './outcome.js';
import { type RealServers, realServers } from './real-servers.js';
import { Sampler } from './sampler.js';
import { describeEvent, type Event, type Letter, lettersOf, listOf, type Scenario } from './scenario.js';
import { settle, type Stage } from './settle.js';
import { collisionsAmong, supersededAmong, Writers } from './writers.js';

const startLimitMs = 30_000;
/** A service that acknowledges nothing for this long is taken to acknowledge nothing at all. */
const writeSilenceMs = 4000;
const firstWrites = 10;

/** Carries a scenario out, each letter at `127.<subnet>.<run>.<n>`, and leaves nothing behind. */
export async function runScenario(
  scenario: Scenario,
  distribution: Distribution,
  place: { readonly subnet: number; readonly run: number },
): Promise<RealOutcome> {
  const startedAt = performance.now();
  const letters = lettersOf(scenario);
  const at = (letter: Letter): string => `127.${place.subnet}.${place.run}.${letters.indexOf(letter) + 1}`;
  const servers = await realServers(distribution, at);
  const sampler = new Sampler(servers, letters);
  const serves = (letter: Letter): boolean => sampler.serves(letter);
  try {
    await startEnsemble(scenario, servers, sampler);
    const writers = new Writers({ addressOf: at, serves }, letters);
    try {
      const stage: Stage = { letters, servers, sampler, writers };
      await waitUntil(`writes on ${scenario.name}`, () =>
        scenario.from.every(({ address }) => countVia(writers, address) >= firstWrites),
      );
      const moments = await carryOut(scenario, stage);
      await writers.stop();
      const { acknowledged } = writers;
      const replicas = await inspectReplicas(at, sampler.serving, letters, acknowledged);
      const end = {
        acknowledged: acknowledged.length,
        collisions: collisionsAmong(acknowledged),
        superseded: supersededAmong(acknowledged),
        twoLeadersMs: sampler.twoLeadersMs,
        ...replicas,
      };
      return { moments, end, tookMs: Math.round(performance.now() - startedAt) };
    } finally {
      await writers.stop();
    }
  } finally {
    await sampler.stop();
    await servers.dispose();
  }
}

/**
 * Brings the first ensemble up so that the wanted member leads: with just a quorum at first, in which it has the highest
 * id; where too few ids are lower, its disk has seen an epoch, and the others' have not.
 */
async function startEnsemble(scenario: Scenario, servers: RealServers, sampler: Sampler): Promise<void> {
  const { from } = scenario;
  const leader = addressOf(from, scenario.leader);
  invariant(leader !== undefined, `${scenario.leader} is in the first list`);
  const quorum = quorumOf(from.length);
  const below = from.filter((member) => member.id < scenario.leader);
  for (const { address } of from) await servers.configure(address, from);
  const natural = below.length + 1 >= quorum;
  if (!natural) await servers.favour(leader);
  const others = natural ? below : from.filter((member) => member.address !== leader);
  const first = [leader, ...others.slice(0, quorum - 1).map((member) => member.address)];
  const rest = from.map((member) => member.address).filter((address) => !first.includes(address));
  for (const letter of first) await servers.start(letter);
  await waitUntil(`${leader} leads`, () => first.every((letter) => sampler.serves(letter)));
  for (const letter of rest) await servers.start(letter);
  await waitUntil('all serve', () => from.every(({ address }) => sampler.serves(address)));
  invariant(sampler.leaders.join() === leader, `${leader} leads at first, not ${sampler.leaders.join()}`);
}

async function carryOut(scenario: Scenario, stage: Stage): Promise<readonly RealMoment[]> {
  const moments: RealMoment[] = [];
  let group: Event[] = [];
  for (const [index, event] of scenario.events.entries()) {
    if (event.kind !== 'settle') {
      group.push(event);
      await perform(event, scenario, stage);
      continue;
    }
    const touched = group.flatMap((one) => ('server' in one ? [one.server] : []));
    moments.push(
      await settle(stage, {
        after: group.map(describeEvent).join(' + '),
        touched,
        previous: moments.at(-1),
        last: index === scenario.events.length - 1,
      }),
    );
    group = [];
  }
  return moments;
}

async function perform(event: Event, scenario: Scenario, stage: Stage): Promise<void> {
  const { servers, sampler } = stage;
  switch (event.kind) {
    case 'stop':
      await servers.end(event.server, 'SIGTERM');
      break;
    case 'crash':
      await servers.end(event.server, 'SIGKILL');
      break;
    case 'install':
      await servers.wipe(event.server);
      await servers.configure(event.server, listOf(scenario, event.list));
      await servers.start(event.server);
      break;
    case 'upgrade':
      await servers.end(event.server, 'SIGTERM');
      await servers.configure(event.server, listOf(scenario, event.list));
      await servers.start(event.server);
      break;
    case 'start':
      await servers.start(event.server);
      break;
    case 'restart':
      await servers.end(event.server, 'SIGTERM');
      await servers.start(event.server);
      break;
    case 'wipe':
      await servers.wipe(event.server);
      break;
    case 'hang':
      servers.hang(event.server);
      break;
    case 'wake':
      servers.wake(event.server);
      break;
    case 'write':
      await waitForWrites(stage.writers, event.count);
      break;
    case 'reconfigure':
      throw new Error('reconfigure is not carried out yet');
    case 'settle':
      break;
  }
  sampler.touch();
}

/** Resolves with so many further acknowledged writes, or when none comes any more. */
async function waitForWrites(writers: Writers, count: number): Promise<void> {
  const wanted = writers.acknowledged.length + count;
  let seen = writers.acknowledged.length;
  for (let since = performance.now(); seen < wanted && performance.now() - since < writeSilenceMs;) {
    await sleep(25);
    if (writers.acknowledged.length === seen) continue;
    seen = writers.acknowledged.length;
    since = performance.now();
  }
}

function countVia(writers: Writers, letter: Letter): number {
  return writers.acknowledged.filter((write) => write.via === letter).length;
}

async function waitUntil(what: string, holds: () => boolean): Promise<void> {
  const until = performance.now() + startLimitMs;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`not within ${startLimitMs} ms: ${what}`);
    await sleep(25);
  }
}
