// The runbook's procedure to the letter, as a person follows it: install the new one, stop the old one, upgrade the
// others one at a time with the leader last, waiting after each until it serves and the zxids are close.

import type { Address } from '../src/model/ensemble.js';
import type { Plan, Stage } from '../src/plan/plan.js';
import type { Action, Platform } from '../src/run/platform.js';
import { leadersOf, sightServices } from '../src/run/sighting.js';

/** How long a person waits for something that does not come before going on, in ms. */
const PATIENCE_MS = 60_000;

/** A person looks about once a second. */
const LOOK_MS = 1000;

/** Carries every stage out by hand, so to speak. Returns how often the wait ran out. */
export async function followRunbook(platform: Platform, plan: Plan, signal: AbortSignal): Promise<number> {
  let vain = 0;
  for (const stage of plan.stages) vain += await followStage(platform, stage, signal);
  return vain;
}

async function followStage(platform: Platform, stage: Stage, signal: AbortSignal): Promise<number> {
  const { ensemble } = stage;
  const newcomers = stage.fresh;
  const leavers = stage.from.filter((member) => !ensemble.some((one) => one.address === member.address));
  const survivors = ensemble
    .map((member) => member.address)
    .filter((address) => !newcomers.includes(address));
  for (const address of newcomers) {
    await perform(
      platform,
      { kind: 'install', address, ensemble, stamp: `runbook/${stage.number}`, leftovers: 'wipe' },
      signal,
    );
  }
  for (const { address } of leavers) await perform(platform, { kind: 'stop', address }, signal);
  const [leader] = leadersOf(await sightServices(platform, survivors, signal));
  let vain = 0;
  for (const address of [...survivors].sort((a, b) => Number(a === leader) - Number(b === leader))) {
    await perform(platform, { kind: 'upgrade', address, ensemble }, signal);
    if (!(await settles(platform, address, survivors, signal))) vain += 1;
  }
  for (const address of newcomers) if (!(await settles(platform, address, survivors, signal))) vain += 1;
  return vain;
}

async function perform(platform: Platform, action: Action, signal: AbortSignal): Promise<void> {
  const outcome = await platform.perform(action, { id: 'bench', facts: {}, signal });
  if (outcome.kind !== 'done') throw new Error(`${action.kind} ${action.address}: ${outcome.reason}`);
}

/** 'Wait for zookeeper to settle and re-replicate (zxid should match)': under load, within a hundred writes. */
async function settles(
  platform: Platform,
  address: Address,
  members: readonly Address[],
  signal: AbortSignal,
): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const services = await sightServices(platform, [...new Set([...members, address])], signal);
    const own = services.get(address)?.zxid ?? null;
    const zxids = [...services.values()].flatMap((service) =>
      service.zxid === null ? [] : [BigInt(service.zxid)],
    );
    const close =
      own !== null &&
      zxids.every((zxid) => (zxid > BigInt(own) ? zxid - BigInt(own) : BigInt(own) - zxid) < 100n);
    if (close) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}
