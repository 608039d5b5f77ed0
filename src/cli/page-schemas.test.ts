import { describe, expect, test } from 'vitest';
import { measured, records } from '../../test/support/sample-run.js';
import { pageApp } from '../view/page/page-app.js';
import { availabilitySchema, runSchema } from './page-schemas.js';

const app = pageApp({
  source: {
    run: 'r1',
    look: () => ({ generation: 0, records, live: null, damage: null }),
    changed: () => new Promise(() => undefined),
    availability: () => ({
      sliceMs: 250,
      slices: [],
      gaps: measured.samples?.gaps ?? [],
      longestGapMs: 834,
      unavailableMs: 834,
    }),
    decide: () => Promise.resolve({ kind: 'left' }),
  },
  guard: { token: 'secret-token', hosts: () => ['127.0.0.1:8080'] },
  files: new Map(),
  readOnly: false,
  version: 'test',
  now: () => 0,
  cameFrom: () => '127.0.0.1',
});

async function answer(path: string): Promise<unknown> {
  const headers = { host: '127.0.0.1:8080', authorization: 'Bearer secret-token' };
  return (await app.request(path, { headers })).json();
}

describe('what the page’s server answers fits its schema', () => {
  test('the run, and what came after a record', async () => {
    expect(runSchema.parse(await answer('/api/run')).records).toHaveLength(records.length);
    expect(runSchema.parse(await answer('/api/run?after=3')).state).toBeUndefined();
  });

  test('the availability', async () => {
    expect(availabilitySchema.parse(await answer('/api/availability')).gaps).toHaveLength(
      measured.samples?.gaps.length ?? 0,
    );
  });
});
