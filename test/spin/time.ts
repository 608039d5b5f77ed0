// How long does Spin take to a verdict on real stages? `npx tsx test/spin/time.ts [most seconds a stage]`

import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensembleOf, type Ensemble } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';
import { schedule } from '../../src/plan/schedule.js';
import { worldAtStart } from '../../src/plan/schedule-start.js';
import { explore } from '../../src/proof/explorer/explore.js';
import { ensembleModel } from '../../src/proof/zookeeper/model.js';
import type { Script } from '../../src/proof/zookeeper/script.js';
import { promelaOf } from './promela.js';
import { largeModels, runSpin, type SpinVerdict } from './run-spin.js';

/** Spin's verdict on a script, from its model to the end of the search, or to the limit. */
export function timeSpin(script: Script, faults: number, limitMs: number): Promise<SpinVerdict> {
  return runSpin(promelaOf(script, faults), { ...largeModels, limitMs });
}

/** A stage to be timed. */
export interface TimedStage {
  readonly title: string;
  readonly script: Script;
  readonly faults: number;
}

/** One replacement of five and of nine, three to five, five to three. */
export function timedStages(family: ZooKeeperFamily): readonly TimedStage[] {
  const replaced = (size: number): Script => {
    const from = ensemble(size);
    const to = from.map((member) => (member.id === 2 ? { ...member, address: 'new' } : member));
    return planned(from, to, ['new'], family);
  };
  const grown = planned(ensemble(3), ensemble(5), ['s4', 's5'], family);
  const shrunk = planned(ensemble(5), ensemble(3), [], family);
  return [
    { title: 'one of 5 replaced, 1 fault', script: replaced(5), faults: 1 },
    { title: 'one of 5 replaced, 2 faults', script: replaced(5), faults: 2 },
    { title: '3 to 5, 1 fault', script: grown, faults: 1 },
    { title: '3 to 5, 2 faults', script: grown, faults: 2 },
    { title: '5 to 3, 1 fault', script: shrunk, faults: 1 },
    { title: '5 to 3, 2 faults', script: shrunk, faults: 2 },
    { title: 'one of 9 replaced, 2 faults', script: replaced(9), faults: 2 },
  ];
}

function ensemble(size: number): Ensemble {
  return ensembleOf(
    Array.from({ length: size }, (_, index) => ({ id: index + 1, address: `s${index + 1}` })),
  );
}

function planned(from: Ensemble, to: Ensemble, fresh: readonly string[], family: ZooKeeperFamily): Script {
  const leader = `s${Math.min(from.length, to.length)}`;
  const world = worldAtStart({ from, to, fresh, fullStop: false, family, leader });
  const steps = schedule(world);
  if (steps === null) throw new Error(`no order for ${from.length} to ${to.length} on ${family}`);
  return { ...world, leader, serving: from.map((member) => member.address), steps };
}

async function main(mostSeconds: number): Promise<void> {
  for (const { title, script, faults } of timedStages('3.4.6')) {
    const begun = performance.now();
    const ours = explore(ensembleModel(script, { faults, merge: true, canFinish: () => true }));
    const oursMs = Math.round(performance.now() - begun);
    const spin = await timeSpin(script, faults, mostSeconds * 1000);
    stdout.write(
      `${title}: ours ${ours.verdict}, ${ours.states} states, ${oursMs} ms; Spin ${spin.verdict}, ${spin.states} states, ` +
        `${spin.compileMs} + ${spin.searchMs} ms, ${Math.round(spin.megabytes)} MB\n`,
    );
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) await main(Number(argv[2] ?? '600'));
