// Do counterexamples replay event by event, and read as their transcripts?

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomScripts } from '../../test/support/random-scripts.js';
import { modelOf } from '../../test/support/reachable-rules.js';
import { replanOf, writtenScript, type Written } from '../../test/support/written-script.js';
import { explore } from './explorer/explore.js';
import { stateWords } from './explorer/state-store.js';
import { proveScript, type Refutation } from './prove-script.js';
import { isByElection, type Happening } from './zookeeper/course-of-events.js';
import type { EnsembleModel } from './zookeeper/model.js';
import type { Script } from './zookeeper/script.js';
import { pack } from './zookeeper/state.js';

interface Told extends Written {
  readonly faults: number;
  /** Servers that a gate is made to wait for, whether or not they can serve. */
  readonly awaited?: Readonly<Record<string, readonly string[]>>;
}

const three = '27.182 27.57 31.133';

const counterexamples: Readonly<Record<string, Told>> = {
  'runbook-expansion': {
    from: three,
    to: '1:27.182 2:27.57 4:30.129 5:30.220 6:31.133',
    leader: '31.133',
    family: '3.5.4',
    steps: 'install 30.129 30.220, upgrade 27.182 27.57 31.133',
    faults: 0,
  },
  zombie: {
    from: three,
    to: '22.10 27.57 31.133',
    leader: '31.133',
    family: '3.5.4',
    steps: 'stop 27.182, install 22.10, upgrade 27.57 31.133',
    faults: 1,
  },
  'two-empty-disks': {
    from: three,
    to: three,
    leader: '31.133',
    family: '3.5.4',
    rebuilt: '27.182 27.57',
    steps: 'stop 27.182 27.57 31.133, install 27.182 27.57, start 31.133',
    faults: 0,
  },
  'strangers-acknowledge': {
    from: three,
    to: `${three} 32.10 32.20`,
    leader: '31.133',
    family: '3.4.13',
    steps: 'install 32.10 32.20',
    faults: 1,
  },
  'leader-last': {
    from: three,
    to: `${three} 32.10 32.20`,
    leader: '31.133',
    family: '3.5.4',
    steps: 'install 32.10, upgrade 27.182 27.57, install 32.20, upgrade 31.133',
    faults: 0,
  },
  'stuck-gate': {
    from: '16.60 18.152 29.145 29.82 31.63',
    to: '16.60 22.240 29.145 29.82 31.63',
    leader: '31.63',
    family: '3.4.6',
    steps: 'stop 18.152, fence 18.152, install 22.240, upgrade 16.60',
    awaited: { '22.240': ['16.60', '22.240', '29.145', '29.82', '31.63'] },
    faults: 0,
  },
};

/** `npx vitest run src/proof --update` writes the transcripts anew; read the difference before keeping it. */
describe.each(Object.entries(counterexamples))('the counterexample %s', (name, told) => {
  test('reads as its transcript', async () => {
    const script = scriptOf(told);
    const replan = told.awaited === undefined ? replanOf(told) : (): boolean => false;
    const { refutation } = proveScript(script, { faults: told.faults }, replan);
    const text = [refutation?.broken ?? 'none', ...(refutation?.story ?? [])].join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot(`../../test/golden/story/${name}.txt`);
  });
});

function scriptOf(told: Told): Script {
  const script = writtenScript(told);
  const steps = script.steps.map((step) => ({ ...step, serving: told.awaited?.[step.host] ?? step.serving }));
  return { ...script, steps };
}

test.each([0, 1, 2])('every refutation of a random script replays, with %i faults', (faults) => {
  const property = fc.property(randomScripts({ members: 3, servers: 5, steps: 5 }), (written) => {
    const script = writtenScript(written);
    const { refutation } = proveScript(script, { faults }, () => false);
    if (refutation !== null)
      replay(
        modelOf(script, faults, false, () => false),
        refutation,
      );
  });
  fc.assert(property, { numRuns: 60 });
});

/** Walks the happenings through a model that merges nothing: each is possible right after the one before. */
function replay(model: EnsembleModel, { broken, happenings, story }: Refutation): void {
  const path = isByElection(broken) ? happenings.slice(0, -1) : happenings;
  let state = new Int32Array(model.initial[0] ?? []);
  for (const happening of path) {
    expect(packed(happening.before)).toEqual(state);
    state = after(model, state, happening);
  }
  expect(model.expand(state, new Int32Array(stateWords), () => undefined)).toBe(broken);
  expect(story.every((sentence) => /^\S.*\.$/.test(sentence))).toBe(true);
}

/** What a happening leads to. Two events of one name may lead apart only where the state after tells them apart. */
function after(model: EnsembleModel, state: Int32Array, { event }: Happening): Int32Array<ArrayBuffer> {
  const next = new Int32Array(stateWords);
  const found: Int32Array<ArrayBuffer>[] = [];
  model.expand(state, next, () => {
    if (JSON.stringify(model.event) === JSON.stringify(event)) found.push(next.slice());
  });
  expect(found).toHaveLength(1);
  return found[0] ?? next;
}

function packed(state: Parameters<typeof pack>[0]): Int32Array {
  const words = new Int32Array(stateWords);
  pack(state, words);
  return words;
}

test('the way to a violation is a shortest one, each state following from the one before', () => {
  const told = counterexamples['two-empty-disks'];
  if (told === undefined) throw new Error('there is such a counterexample');
  const model = modelOf(scriptOf(told), 0, false, () => true);
  const { violation } = explore(model);
  const path = violation?.path ?? [];
  expect(path.length).toBeGreaterThan(1);
  for (const [index, state] of path.slice(0, -1).entries()) {
    const next = new Int32Array(stateWords);
    const following: string[] = [];
    model.expand(state, next, () => following.push(next.join()));
    expect(following).toContain(path[index + 1]?.join());
  }
});
