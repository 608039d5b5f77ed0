import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRuns, newRunName, simulationName } from './run-folder.js';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-runs-'));
});

afterAll(() => rm(home, { recursive: true }));

test('runs are listed oldest first, simulations among them by when they ran', async () => {
  const [first, second] = [newRunName(Date.UTC(2026, 5, 1)), newRunName(Date.UTC(2026, 5, 3))];
  const between = simulationName(7, 'abcdef0123456789');
  for (const name of [second, between, first]) await mkdir(join(home, 'runs', name), { recursive: true });
  await utimes(join(home, 'runs', between), Date.UTC(2026, 5, 2) / 1000, Date.UTC(2026, 5, 2) / 1000);
  expect(await listRuns(home)).toEqual([first, between, second]);
  expect(between).toBe('sim-7-abcdef01');
});

test('no runs where there is no folder', async () => {
  expect(await listRuns(join(home, 'nowhere'))).toEqual([]);
});
