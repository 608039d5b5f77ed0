// Do real servers still do what was recorded of them, in the few scenarios that say most?

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeldSubnet, holdSubnet } from '../../src/lab/held-subnet.js';
import { distributions } from '../support/zookeeper-servers.js';
import { contradictionsOf, surprisesIn } from './judge.js';
import { runScenario } from './real-run.js';
import { readRecording, recordedVersions } from './recorded.js';
import { scenarios } from './scenarios.js';

let held: HeldSubnet;
let runs = 0;

beforeAll(async () => {
  const subnet = await holdSubnet();
  if (subnet === undefined) throw new Error('no loopback subnet is free');
  held = subnet;
});

afterAll(() => held.control.close());

const few = scenarios
  .filter(({ fast }) => fast === true)
  .map((scenario) => [scenario.name, scenario] as const);

describe.each((await distributions()).map((one) => [one.version, one] as const))(
  'ZooKeeper %s',
  (version, distribution) => {
    test.each(few)('%s', async (name, scenario) => {
      runs += 1;
      const outcome = await runScenario(scenario, distribution, { subnet: held.subnet, run: runs });
      const family = recordedVersions.find(({ exact }) => exact === version)?.family ?? '3.5.4';
      expect(contradictionsOf(outcome, scenario, family)).toEqual([]);
      expect(surprisesIn(outcome, scenario, (await readRecording(version))[name] ?? [])).toEqual([]);
    });
  },
);
