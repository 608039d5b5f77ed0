import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { byCodeUnit, sortedEnsemble } from '../../src/model/ensemble.js';
import { ownLab } from '../../src/lab/keeper-client.js';
import {
  killServer,
  labStatus,
  pauseServer,
  resumeServer,
  startServer,
  stopLab,
  waitServing,
  wipeServer,
} from '../../src/lab/lab.js';
import type { Lab, LabHostStatus } from '../../src/lab/lab.js';
import { readKeeperCard } from '../../src/lab/lab-files.js';
import { never, processesOf, temporaryLab, untilNothingRuns } from './temporary-lab.js';

const three = sortedEnsemble(['10.10.0.149', '10.10.0.158', '100.10.0.66']);
const single = sortedEnsemble(['10.10.0.149']);

let labs: Lab[] = [];
afterEach(async () => {
  for (const lab of labs) {
    await stopLab(lab.directory, 'remove');
    await untilNothingRuns(lab.directory);
    rmSync(lab.directory, { recursive: true, force: true });
  }
  labs = [];
});

async function up(...args: Parameters<typeof temporaryLab>): ReturnType<typeof temporaryLab> {
  const lab = await temporaryLab(...args);
  labs.push(lab);
  return lab;
}

async function hostsOf(lab: Lab): Promise<readonly LabHostStatus[]> {
  const status = await labStatus(lab.directory, never);
  if (status.kind !== 'up') throw new Error(status.kind);
  return status.hosts;
}

async function keeperOf(lab: Lab): Promise<number> {
  const card = await readKeeperCard(lab.directory);
  if (card === null) throw new Error('no keeper');
  return card.pid;
}

describe('a lab of real servers', () => {
  test('serves with the ids of the plan, takes every injury, and leaves nothing behind', async () => {
    const lab = await up(three, { spareAddresses: ['10.10.0.184'] });
    const addresses = three.map((member) => member.address);
    expect(await waitServing(lab.cluster, addresses, 60_000, never)).toEqual([]);
    const hosts = await hostsOf(lab);
    expect(hosts.map(({ address, id, serverId, running }) => ({ address, id, serverId, running }))).toEqual([
      ...three.map(({ id, address }) => ({ address, id, serverId: id, running: true })),
      { address: '10.10.0.184', id: null, serverId: null, running: false },
    ]);
    const modes = hosts.map((host) => host.mode ?? 'none').sort(byCodeUnit);
    expect(modes).toEqual(['follower', 'follower', 'leader', 'none']);
    expect(new Set(hosts.map((host) => host.standIn)).size).toBe(4);

    const [victim = ''] = addresses;
    expect(await killServer(lab.directory, victim)).toEqual({ kind: 'done' });
    expect((await hostsOf(lab))[0]).toMatchObject({ running: false, mode: null, serverId: 1 });
    expect(await startServer(lab.directory, victim)).toEqual({ kind: 'done' });
    expect(await waitServing(lab.cluster, [victim], 60_000, never)).toEqual([]);

    expect(await pauseServer(lab.directory, victim)).toEqual({ kind: 'done' });
    expect((await hostsOf(lab))[0]).toMatchObject({ running: true, mode: null });
    expect(await resumeServer(lab.directory, victim)).toEqual({ kind: 'done' });
    expect(await waitServing(lab.cluster, [victim], 60_000, never)).toEqual([]);

    expect(await wipeServer(lab.directory, victim)).toEqual({ kind: 'done' });
    expect((await hostsOf(lab))[0]).toMatchObject({ running: false, serverId: null });
    expect(await killServer(lab.directory, '10.9.9.9')).toMatchObject({ kind: 'refused' });

    await stopLab(lab.directory, 'remove');
    expect(await processesOf(lab.directory)).toEqual([]);
    expect(existsSync(lab.directory)).toBe(false);
    await stopLab(lab.directory, 'remove');
    expect(await labStatus(lab.directory, never)).toEqual({ kind: 'none' });
  });

  test('two labs at once have addresses of their own', async () => {
    const [one, other] = await Promise.all([up(single), up(single)]);
    expect(one.hosts[0]?.standIn).not.toBe(other.hosts[0]?.standIn);
    for (const lab of [one, other]) {
      expect(await waitServing(lab.cluster, ['10.10.0.149'], 60_000, never)).toEqual([]);
    }
  });

  test('a folder holds one lab', async () => {
    const lab = await up(single);
    await expect(temporaryLab(single, { directory: lab.directory })).rejects.toThrow('holds a lab already');
    expect(await processesOf(lab.directory)).toHaveLength(2);
  });

  test('a lab that can not be brought up leaves nothing behind', async () => {
    const lab = await up(single);
    const directory = join(lab.directory, 'inner');
    const distribution = { version: '3.8.0', origin: 'home', classPath: '', java: '/no/java' } as const;
    await expect(temporaryLab(single, { directory, distribution })).rejects.toThrow('no server runs');
    await untilNothingRuns(directory);
    expect(existsSync(directory)).toBe(false);
  });
});

describe('the end of a lab', () => {
  test('every server dies with a keeper that is killed; the lab is stale, and down clears it up', async () => {
    const lab = await up(three);
    expect(await processesOf(lab.directory)).toHaveLength(4);
    process.kill(await keeperOf(lab), 'SIGKILL');
    await untilNothingRuns(lab.directory);
    expect(await labStatus(lab.directory, never)).toEqual({ kind: 'stale', directory: lab.directory });
    expect(await startServer(lab.directory, '10.10.0.149')).toMatchObject({ kind: 'refused' });
    await stopLab(lab.directory, 'remove');
    expect(existsSync(lab.directory)).toBe(false);
  });

  test('a keeper that is asked to end takes every server along, a paused one too', async () => {
    const lab = await up(three);
    await pauseServer(lab.directory, '10.10.0.158');
    process.kill(await keeperOf(lab), 'SIGTERM');
    await untilNothingRuns(lab.directory);
    await stopLab(lab.directory, 'keep');
    expect(existsSync(lab.directory)).toBe(true);
  });

  test('a lab whose owner is killed lingers for the next owner, and ends when none comes', async () => {
    const lab = await up(single, { lingerMs: 2000 });
    const client = new URL('../../dist/lab/keeper-client.js', import.meta.url).href;
    const source = `const { ownLab } = await import(${JSON.stringify(client)});
      await ownLab(process.env.LAB); console.log('owns'); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', source], {
      env: { ...process.env, LAB: lab.directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    lab.ownership?.release();
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const next = await ownLab(lab.directory);
    // Longer than it lingers: only its owner keeps it up.
    await new Promise((wake) => setTimeout(wake, 3000));
    expect(await processesOf(lab.directory)).toHaveLength(2);
    next?.release();
    await untilNothingRuns(lab.directory);
    expect(await labStatus(lab.directory, never)).toMatchObject({ kind: 'stale' });
  });
});
