// What stands for each of the rules R1 to R14, which were measured before there was a model?

// Three of them are about what the model leaves out, and live elsewhere: R12 (compare replicas after a loss of quorum) is
// the gate's condition `digests` in src/run/gate.ts; R13 (the notification back-off) is the time that a gate waits, in
// src/run/settings.ts; R14 (`reconfig`) is not used.

import { describe, expect, test } from 'vitest';
import { families } from '../../test/support/measured-schedules.js';
import { everyState, modelOf, reachableRules } from '../../test/support/reachable-rules.js';
import { replanOf, writtenEffects, writtenScript, type Written } from '../../test/support/written-script.js';
import type { ZooKeeperFamily } from '../model/family.js';
import { proveScript } from './prove-script.js';
import type { BrokenRule } from './zookeeper/model.js';
import type { Script } from './zookeeper/script.js';
import { emptyState, unpack } from './zookeeper/state.js';
import { at } from './zookeeper/roster.js';

const grown = { from: 'a b c', to: 'a b c d e', leader: 'c' };
const replaced = { from: 'a b c d e', to: 'a n c d e', leader: 'e' };

function proved(written: Written, faults: number): string {
  const { verdict, refutation } = proveScript(writtenScript(written), { faults }, replanOf(written));
  return refutation?.broken ?? verdict;
}

function rulesOf(written: Written, faults: number): readonly BrokenRule[] {
  return reachableRules(modelOf(writtenScript(written), faults, true, () => true));
}

/** A gate that waits for the newcomer right after its install. */
function impatient(family: ZooKeeperFamily): Script {
  const script = writtenScript({ ...replaced, family, steps: 'stop b, fence b, install n, upgrade a' });
  return {
    ...script,
    steps: script.steps.map((step) =>
      step.kind === 'install' ? { ...step, serving: ['a', 'n', 'c', 'd', 'e'] } : step,
    ),
  };
}

/** By family, the elections of a replacement. */
function electionsOf(upgrades: string): readonly number[] {
  return families.map((family) =>
    writtenEffects({
      ...replaced,
      family,
      steps: `stop b, fence b, install n, upgrade ${upgrades}`,
    }).reduce((sum, { effect }) => sum + effect.elections, 0),
  );
}

describe.each(families)('R1 on %s: two quorums must meet in a server that runs', (family) => {
  test('both new ones beside the old list fall without a fault', () => {
    expect(proved({ ...grown, family, steps: 'install d e, upgrade a b c' }, 0)).toBe('lost-write');
  });

  test('both new ones beside the old list, and nothing upgraded, fall to one fault on 3.4', () => {
    expect(rulesOf({ ...grown, family, steps: 'install d e' }, 1)).toEqual(
      family === '3.5.4' ? [] : ['lost-write', 'split-brain'],
    );
  });

  test('the last newcomer only once nobody is left on the old list, and the first once a majority knows it', () => {
    const steps = 'upgrade a b, install d, upgrade c, install e';
    expect(proved({ ...grown, family, steps }, 2)).toBe('safe');
  });
});

test('R1: on 3.8 the first newcomer may come at once, on 3.4 it may not', () => {
  const steps = 'install d, upgrade a b c, install e';
  expect(families.map((family) => proved({ ...grown, family, steps }, 1))).toEqual([
    'lost-write',
    'lost-write',
    'safe',
  ]);
});

describe.each(families)('R2 on %s: the runbook of the seed is refused', (family) => {
  const seed = { from: '1:a 2:b 3:c', leader: 'c', family, steps: 'install m n, upgrade a b c' };

  test('for a newcomer that takes the id of a server that runs', () => {
    expect(proved({ ...seed, to: '1:a 2:b 3:m 4:n 5:c' }, 0)).toBe('two-holders');
  });

  test('for two leaders at the same time, where no id is taken twice', () => {
    expect(proved({ ...seed, to: '1:a 2:b 4:m 5:n 6:c' }, 0)).toBe('split-brain');
  });
});

describe.each(families)('R3 on %s: stable ids, both new first, followers first', (family) => {
  const written = { ...grown, family, steps: 'install d e, upgrade a' };

  test('keep every write while nothing fails and one follower is upgraded', () => {
    expect(rulesOf(written, 0)).toEqual([]);
  });

  test('split once the old leader crashes or hangs', () => {
    expect(rulesOf(written, 1)).toContain('split-brain');
  });
});

describe.each(families)('R4 on %s: ids move one after the other, into ids that are free', (family) => {
  const moved = { from: '1:a 2:b 3:c 4:d 5:e', to: '1:a 2:b 3:n 4:c 5:d', leader: 'a', family };

  test('with a leader whose id stays', () => {
    const steps = 'stop e, fence e, upgrade d c, install n, upgrade b a';
    expect(proved({ ...moved, steps }, 2)).toBe('safe');
  });

  test('and never into an id that another one still has', () => {
    const steps = 'stop e, fence e, upgrade c d b a, install n';
    expect(proved({ ...moved, steps }, 0)).toBe('two-holders');
  });

  test('a leader that is renumbered last is followed by nobody who was upgraded before', () => {
    const written = { ...moved, leader: 'd', steps: 'stop e, fence e, upgrade a b' };
    expect(at(writtenScript(written).steps, 2).serving).toEqual(['b', 'c', 'd']);
    expect(writtenEffects(written).map(({ effect }) => effect.margin)).toEqual([1, 1, 0, -1]);
  });
});

test.each(families)('R5 on %s: all stop, all start, and the new ones last', (family) => {
  const stage = { from: '1:a 2:b 3:c', to: '1:a 2:b 3:m 4:n 5:c', leader: 'c', family };
  const steps = 'stop a b c, upgrade c b a, install m n';
  expect(proved({ ...stage, steps }, 2)).toBe('safe');
});

describe.each(families)('R6 on %s: whoever leaves is fenced before its successor starts', (family) => {
  const stage = { ...replaced, family };

  test('with the fence', () => {
    const steps = 'stop b, fence b, install n, upgrade a c d e';
    expect(proved({ ...stage, steps }, 2)).toBe('safe');
  });

  test('without it one reboot makes two of them', () => {
    expect(proved({ ...stage, steps: 'stop b, install n, upgrade a c d e' }, 1)).toBe('two-holders');
  });

  test('with a fence that comes too late', () => {
    expect(proved({ ...stage, steps: 'stop b, install n, fence b, upgrade a c d e' }, 1)).toBe('two-holders');
  });
});

describe.each(families)('R7 on %s: one empty disk at a time', (family) => {
  const stage = { from: 'a b c', to: 'a b c', leader: 'c', family };

  test('and the next one once it follows', () => {
    expect(proved({ ...stage, rebuilt: 'a b', steps: 'stop a, install a, stop b, install b' }, 1)).toBe(
      'safe',
    );
  });

  test('two of three elect each other while the full one restarts', () => {
    expect(proved({ ...stage, rebuilt: 'a b', steps: 'stop a b c, install a b, start c' }, 0)).toBe(
      'lost-write',
    );
  });
});

describe('R8: when a newcomer joins, with the leader upgraded last', () => {
  // The join matrix: [id of the newcomer, leader, after which upgrade on 3.4 it joins; '' is at once].
  test.each([
    [1, 'b', 'b'],
    [1, 'c', 'c'],
    [1, 'e', 'e'],
    [2, 'a', 'd'],
    [2, 'c', 'c'],
    [2, 'e', 'e'],
    [3, 'a', 'd'],
    [3, 'b', 'd'],
    [3, 'e', 'e'],
    [4, 'a', ''],
    [4, 'c', ''],
    [4, 'e', 'e'],
    [5, 'a', ''],
    [5, 'd', ''],
  ] as const)('id %i, led by %s, joins on 3.4 after %s', (id, leader, after) => {
    const old = at(['a', 'b', 'c', 'd', 'e'], id - 1);
    const others = ['a', 'b', 'c', 'd', 'e'].filter((one) => one !== old && one !== leader);
    const to = 'a b c d e'.replace(old, 'n');
    const steps = `stop ${old}, fence ${old}, install n, upgrade ${others.join(' ')} ${leader}`;
    const joined = (family: ZooKeeperFamily): string | undefined => {
      const script = writtenScript({ from: 'a b c d e', to, leader, family, steps });
      return script.steps.find(({ serving }) => serving.includes('n'))?.host;
    };
    expect(families.map(joined)).toEqual([after || 'n', after || 'n', 'n']);
  });

  test('a gate that waits for it earlier never ends', () => {
    const verdicts = families.map((family) => {
      const { verdict, refutation } = proveScript(impatient(family), { faults: 0 }, () => false);
      return refutation?.broken ?? verdict;
    });
    expect(verdicts).toEqual(['stuck', 'stuck', 'safe']);
  });
});

test('R9: of three on 3.4, a follower that restarts beside a low newcomer stops the service', () => {
  const written = { from: 'a b c', to: 'n b c', leader: 'c', steps: 'stop a, fence a, install n, upgrade b' };
  const lowest = families.map((family) =>
    Math.min(...writtenEffects({ ...written, family }).map(({ effect }) => effect.margin)),
  );
  expect(lowest).toEqual([-1, -1, 0]);
});

test('R10: followers first and the leader last is one election instead of two', () => {
  expect(electionsOf('a c d e')).toEqual([1, 1, 1]);
  expect(electionsOf('e d c a')).toEqual([2, 2, 2]);
});

test('R11: a gate holds where exactly those serve that are predicted, and exactly those run that should', () => {
  const written = { ...replaced, family: '3.4.6', steps: 'stop b, fence b, install n, upgrade a' } as const;
  const model = modelOf(writtenScript(written), 1, false, () => true);
  const [before, after] = [emptyState(), emptyState()];
  let gates = 0;
  everyState(model, (state) => {
    const next = new Int32Array(state.length);
    unpack(state, before);
    const { phase, serving, due } = at(model.course.points, before.point);
    let passes = false;
    model.expand(state, next, () => {
      unpack(next, after);
      if (model.event.kind !== 'gate') return;
      passes = true;
      expect(after.holders).toBe(before.leader < 0 ? before.holders : before.group);
    });
    expect(passes).toBe(phase === 'gate' && before.group === serving && before.up === due && isBegun(before));
    if (passes) gates += 1;
  });
  expect(gates).toBeGreaterThan(5);

  function isBegun({ point }: { readonly point: number }): boolean {
    return at(model.course.points, point).kind !== null || point === model.course.points.length - 2;
  }
});
