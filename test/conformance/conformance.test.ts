// Do real servers of every version do what the model says? `npm run test:conformance`, more than an hour.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeldSubnet, holdSubnet } from '../../src/lab/held-subnet.js';
import { type Distribution, findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';
import { familyOf } from '../../src/model/family.js';
import { modelIsWired, modelOutcome } from './model-outcome.js';
import { compareOutcomes, type RealEnd, wasSplit, wroteInVain } from './outcome.js';
import { runScenario } from './real-run.js';
import { readRecording, recordedVersions, recordOutcome } from './recorded.js';
import { scenarios } from './scenarios.js';

/** Set to write `recorded/` anew. */
const recording = process.env['SUCCESSION_WRITE_RECORDINGS'] === '1';

let held: HeldSubnet;
let runs = 0;

beforeAll(async () => {
  const subnet = await holdSubnet();
  if (subnet === undefined) throw new Error('no loopback subnet is free');
  held = subnet;
});

afterAll(() => held.control.close());

const versions = recordedVersions.map(({ wanted, exact }) => [wanted, exact] as const);

describe.each(versions)('ZooKeeper %s', (wanted, exact) => {
  let distribution: Distribution;

  beforeAll(async () => {
    const result = await findDistribution(wanted, thisMachine());
    if (result.kind === 'missing') throw new Error(`${result.what}: ${result.remedy}`);
    ({ distribution } = result);
  });

  test.each(scenarios.map((one) => [one.name, one] as const))('%s', async (_, scenario) => {
    runs += 1;
    const outcome = await runScenario(scenario, distribution, { subnet: held.subnet, run: runs % 250 });
    if (recording) await recordOutcome(exact, scenario, outcome);
    const family = familyOf(distribution.version);
    if (family === undefined) throw new Error(`${distribution.version} has a family`);
    if (modelIsWired) {
      const all = compareOutcomes(outcome, modelOutcome(scenario, family));
      expect(all.filter(({ kind }) => kind === 'contradiction')).toEqual([]);
    }
    if (scenario.race === true) return;
    const before = (await readRecording(exact))[scenario.name] ?? [];
    expect(before.map(({ end }) => verdict(end))).toContainEqual(verdict(outcome.end));
  });
});

function verdict(end: RealEnd): { readonly split: boolean; readonly loss: boolean } {
  return { split: wasSplit(end), loss: wroteInVain(end) };
}
