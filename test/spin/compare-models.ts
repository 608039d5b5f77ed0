// Do Spin and our explorer say the same of a script? Two at a time, since gcc takes most of the time.

import { explore, type Exploration } from '../../src/proof/explorer/explore.js';
import { ensembleModel } from '../../src/proof/zookeeper/model.js';
import { promelaOf } from './promela.js';
import { randomScripts, type Sample } from './random-scripts.js';
import { runSpin, type SpinRule, type SpinVerdict } from './run-spin.js';

/** What both say of one script. */
export interface Comparison {
  readonly sample: Sample;
  readonly spin: SpinVerdict;
  /** Ours, each state on its own. */
  readonly plain: Exploration;
  /** Ours, with states that differ in interchangeable servers only taken for one. */
  readonly merged: Exploration;
}

/** Random scripts of which ours calls so many safe and so many unsafe: left to chance, two in three are safe. */
export function balancedSamples(seed: number, safe: number, unsafe: number): readonly Sample[] {
  const chosen: Sample[] = [];
  const room = { safe, unsafe, 'cut-short': 0 };
  for (const sample of randomScripts(seed)) {
    const { verdict } = explored(sample, true);
    if (room[verdict] > 0) chosen.push(sample);
    room[verdict] -= 1;
    if (chosen.length === safe + unsafe) break;
  }
  return chosen;
}

/** Compares the models on each of the samples, in their order. */
export async function compareModels(samples: readonly Sample[]): Promise<readonly Comparison[]> {
  const waiting = [...samples.entries()];
  const compared: [number, Comparison][] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      compared.push([next[0], await compare(next[1])]);
  };
  await Promise.all([work(), work()]);
  return compared.sort(([a], [b]) => a - b).map(([, comparison]) => comparison);
}

async function compare(sample: Sample): Promise<Comparison> {
  const spin = await runSpin(promelaOf(sample.script, sample.faults));
  return { sample, spin, plain: explored(sample, false), merged: explored(sample, true) };
}

function explored({ script, faults }: Sample, merge: boolean): Exploration {
  return explore(ensembleModel(script, { faults, merge, canFinish: () => true }));
}

/** In which ways they differ; [] when they agree. */
export function disagreements({ spin, plain, merged }: Comparison): readonly string[] {
  const found: string[] = [];
  for (const [name, ours] of [['plain', plain] as const, ['merged', merged] as const]) {
    if (ours.verdict !== spin.verdict) found.push(`${name} is ${ours.verdict}, Spin says ${spin.verdict}`);
    const broken = ours.violation?.broken;
    // Which of several broken rules is met first depends on the order of the search.
    if (broken !== undefined && !spin.broken.includes(broken as SpinRule))
      found.push(`${name} has ${broken}, Spin has ${spin.broken.join(', ') || 'nothing'}`);
  }
  // Spin counts the state before its first statement. Where a rule breaks, ours stops and Spin goes on.
  if (plain.verdict === 'safe' && spin.verdict === 'safe' && plain.states + 1 !== spin.states)
    found.push(`${plain.states} states, Spin has ${spin.states} with its own first one`);
  return found;
}
