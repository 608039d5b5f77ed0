// Do real servers of every version do what the model says? `npm run test:conformance`, more than an hour.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeldSubnet, holdSubnet } from '../../src/lab/held-subnet.js';
import { type Distribution, findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';
import { contradictionsOf, surprisesIn } from './judge.js';
import { isKnown } from './known-differences.js';
import { runScenario } from './real-run.js';
import { readRecording, recordedVersions, recordOutcome } from './recorded.js';
import { scenarios } from './scenarios.js';

/** `all` writes `recorded/` anew, `missing` only what is not there yet: one run a scenario, two of a race. */
const recording = process.env['SUCCESSION_WRITE_RECORDINGS'];

let held: HeldSubnet;
let runs = 0;

beforeAll(async () => {
  const subnet = await holdSubnet();
  if (subnet === undefined) throw new Error('no loopback subnet is free');
  held = subnet;
});

afterAll(() => held.control.close());

const versions = recordedVersions.map((version) => [version.wanted, version] as const);

describe.each(versions)('ZooKeeper %s', async (_, { wanted, exact, family }) => {
  const recordedBefore = await readRecording(exact);
  let distribution: Distribution;

  beforeAll(async () => {
    const result = await findDistribution(wanted, thisMachine());
    if (result.kind === 'missing') throw new Error(`${result.what}: ${result.remedy}`);
    ({ distribution } = result);
  });

  const wantedScenarios = scenarios
    .filter(
      ({ name, race }) =>
        recording !== 'missing' || (recordedBefore[name]?.length ?? 0) < (race === true ? 2 : 1),
    )
    .map((one) => [one.name, one] as const);

  test.each(wantedScenarios)('%s', async (name, scenario) => {
    runs += 1;
    const outcome = await runScenario(scenario, distribution, { subnet: held.subnet, run: runs % 250 });
    if (recording !== undefined) await recordOutcome(exact, scenario, outcome);
    const recorded = (await readRecording(exact))[name] ?? [];
    const contradictions = contradictionsOf(outcome, scenario, family);
    expect(contradictions.filter((text) => !isKnown(exact, name, text))).toEqual([]);
    expect(surprisesIn(outcome, scenario, recorded)).toEqual([]);
  });
});
