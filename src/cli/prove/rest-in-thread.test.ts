import { expect, test } from 'vitest';
import { planFor } from '../../../test/support/model-plans.js';
import { worldAtStart } from '../../plan/schedule-start.js';
import { proveRest, type RestToProve } from '../../run/prove-rest.js';
import { inThread } from './rest-in-thread.js';

test('a thread proves the rest of a stage as it is proved here', async () => {
  const [stage] = planFor('one of three replaced', '3.4.8').stages;
  if (stage === undefined) throw new Error('the example has a stage');
  const { from, ensemble: to, fresh, fullStop } = stage;
  const world = worldAtStart({ from, to, fresh, fullStop, family: '3.4.6', leader: null });
  const rest: RestToProve = { stage, world, faults: 1, replicated: ['zookeeper', 'mesos-log'] };
  const proved = await inThread(rest);
  expect(proved).toEqual(proveRest(rest));
  expect(proved.kind).toBe('proved');
});
