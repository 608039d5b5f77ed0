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

test('a simulation comes before a run of real servers that began in its second', async () => {
  const other = await mkdtemp(join(tmpdir(), 'succession-runs-'));
  const at = Date.UTC(2026, 5, 2);
  const [simulated, real] = [simulationName(7, 'abcdef0123456789'), newRunName(at)];
  for (const name of [real, simulated]) await mkdir(join(other, 'runs', name), { recursive: true });
  await utimes(join(other, 'runs', simulated), at / 1000, at / 1000);
  expect(await listRuns(other)).toEqual([simulated, real]);
  await rm(other, { recursive: true });
});

test('no runs where there is no folder', async () => {
  expect(await listRuns(join(home, 'nowhere'))).toEqual([]);
});
