// Are plans of earlier versions still read?

import { expect, test } from 'vitest';
import { planFor } from '../../test/support/model-plans.js';
import { planSchema } from './plan-schema.js';

test('a stage that does not say how it changes the list does so by restarts', () => {
  const plan = planFor('one of three replaced', '3.8.0');
  const text = JSON.stringify(plan, (key, value: unknown) => (key === 'method' ? undefined : value));
  expect(text).not.toContain('method');
  expect(planSchema.parse(JSON.parse(text))).toEqual(plan);
});
