import { expect, test } from 'vitest';
import { dcosVersion } from '../../../platform/dcos/versions.js';
import { agentsFrom, dropUnheard, hear } from './agents.js';
import { masterMetrics } from './master-metrics.js';

function keysOf(version: string): readonly string[] {
  const facts = dcosVersion(version) ?? expect.fail(version);
  const log = { recovered: true, replicas: 5 };
  const figures = { elected: true, uptimeSeconds: 1, activeAgents: 0, unreachableAgents: 0, tasks: 0 };
  const metrics = masterMetrics(facts, { ...figures, registrar: log, overlay: log });
  return Object.keys(metrics).filter((key) => key.includes('/log/'));
}

test("the logs' metrics are those of the version", () => {
  expect(keysOf('1.9.10')).toEqual(['registrar/log/recovered', 'overlay/log/recovered']);
  expect(keysOf('1.13.9')).toEqual([
    'registrar/log/recovered',
    'registrar/log/ensemble_size',
    'overlay/log/recovered',
    'overlay/log/ensemble_size',
  ]);
  expect(keysOf('2.1.0')).toEqual([
    'registrar/log/recovered',
    'registrar/log/ensemble_size',
    'overlay/master/log/recovered',
    'overlay/master/log/ensemble_size',
  ]);
});

test('an agent of the registry returns under its id, and is dropped when it is silent for too long', () => {
  const agents = agentsFrom([
    'admit A 10.0.0.1',
    'still M',
    'admit B 10.0.0.2',
    'remove B',
    'elect M 10.0.0.9',
  ]);
  expect([...agents.recovered]).toEqual(['A']);
  const word = { id: 'A', address: '10.0.0.1', role: 'slave', tasks: 2 };
  hear(agents, word, 0, 100);
  hear(agents, word, 15_000, 115);
  expect(agents.active.get('A')).toMatchObject({ registeredAt: 100, reregisteredAt: 100, heardMs: 15_000 });
  expect(dropUnheard(agents, 315_000, 300_000)).toEqual([]);
  expect(dropUnheard(agents, 315_001, 300_000)).toEqual(['A']);
  expect(agents.active.size).toBe(0);
});
