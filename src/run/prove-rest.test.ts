import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { ServerState, StageWorld } from '../plan/world.js';
import { proveRest } from './prove-rest.js';

const [first, second, third] = ['172.31.27.182', '172.31.27.57', '172.31.30.129'] as const;
const newcomers = ['172.31.30.220', '172.31.31.133'];
const from = sortedEnsemble([first, second, third]);
const to = sortedEnsemble([first, second, third, ...newcomers]);

const stage: Stage = {
  number: 2,
  kind: 'grow',
  method: 'restart',
  from,
  ensemble: to,
  renumbered: [],
  fresh: newcomers,
  fullStop: false,
  reason: '',
  steps: [],
};

function member(address: string, changes: Partial<ServerState> = {}): ServerState {
  return { address, holds: 'to', running: true, fenced: false, installed: true, ...changes };
}

/** The second stage of the runbook's expansion by a cascade, after two upgrades: the data of the first host differ. */
function halfGrown(changes: Partial<ServerState>, also: Partial<StageWorld>): StageWorld {
  const absent = { holds: 'nothing', running: false, installed: false } as const;
  return {
    from,
    to,
    fullStop: false,
    family: '3.5.4',
    servers: [
      member(first, { installed: false, ...changes }),
      member(second),
      member(third, { holds: 'from' }),
      ...newcomers.map((address) => member(address, absent)),
    ],
    fresh: newcomers,
    leader: second,
    ...also,
  };
}

function prove(world: StageWorld): ReturnType<typeof proveRest> {
  return proveRest({ stage, world, faults: 1, replicated: ['zookeeper', 'mesos-log'] });
}

describe('the rest of a stage with a host that starts again from an empty disk', () => {
  const reseeds = [first];

  test('begins with the stop of that host', () => {
    const rest = prove(halfGrown({}, { reseeds }));
    const steps = rest.kind === 'proved' ? rest.steps.map(({ kind, host }) => `${kind} ${host}`) : [];
    expect(steps.slice(0, 2)).toEqual([`stop ${first}`, `install ${first}`]);
  });

  test('is none where that host could not join again: nothing else may be done instead', () => {
    expect(prove(halfGrown({}, { reseeds, leader: third }))).toEqual({ kind: 'none' });
  });

  test('is proved once it has stopped: Mesos keeps the log that it has there', () => {
    expect(prove(halfGrown({ running: false }, { reseeds }))).toMatchObject({ kind: 'proved' });
  });

  test('is refuted where its whole machine starts empty: too few replicas of the log are left', () => {
    const rebuilt = prove(halfGrown({ running: false }, { fresh: [...newcomers, first] }));
    expect(rebuilt).toMatchObject({ kind: 'refuted', failure: { code: 'refuted' } });
  });
});
