// Is a replica that differs after its restart started again from an empty disk, and only when that is surely right?

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { exampleTrial, host } from '../../test/support/model-plans.js';
import {
  afterAction,
  done,
  expectEnd,
  type Trial,
  type Trials,
  trialsFolder,
} from '../../test/support/model-run.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

/** The data of `address` differs from now on; its process counts it with each write. */
function diverge(trial: Trial, address: string): void {
  trial.cluster.servers.server(address).diverged = true;
}

/** `address` has counted mismatches, while it read its own log, and counts no more. */
function stumble(trial: Trial, address: string): void {
  const { process } = trial.cluster.servers.server(address);
  if (process) process.mismatches = 87;
}

/** The follower 1 of three differs once it was upgraded: stop 2, fence 2, install 25, upgrade 1, and then upgrade 3. */
async function divergingTrial(addresses: readonly string[] = [host(1)], befall = diverge): Promise<Trial> {
  const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
  let pending = true;
  trial.cluster.trouble.onDeed = () => {
    if (!pending || done(trial).at(-1) !== 'upgrade 10.0.0.1') return;
    if (trial.cluster.servers.server(host(1)).process?.list.at(1)?.address !== host(25)) return;
    pending = false;
    for (const address of addresses) befall(trial, address);
  };
  return trial;
}

const whole = ['stop 10.0.0.1', 'install 10.0.0.1', 'upgrade 10.0.0.3'];

describe('one follower that differs after its restart', () => {
  test('is stopped before anything else, and starts again from an empty disk', async () => {
    const trial = await divergingTrial();
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expectEnd(trial);
    expect(done(trial).slice(4)).toEqual(whole);
    const state = await trial.state();
    expect(state.reseeds).toMatchObject([{ stage: 1, host: host(1) }]);
    expect(state.deviations.map((one) => one.message).join()).toMatch(
      /10\.0\.0\.1 is re-seeded .* on 10\.0\.0\.1, more with each write/,
    );
  });

  test('is so too when the run dies after any record, or within any action', async () => {
    const straight = await divergingTrial();
    await straight.start();
    const points = [
      ...straight.records.map((_, index) => ({ record: index + 1, deed: 0 })),
      ...Array.from({ length: straight.cluster.deeds.count }, (_, index) => ({ record: 0, deed: index + 1 })),
    ];
    for (const point of points) {
      const trial = await divergingTrial();
      const { trouble, deeds } = trial.cluster;
      const { onDeed } = trouble;
      let pending = true;
      trouble.onDeed = (count) => {
        onDeed(count);
        if (!pending || deeds.count !== point.deed) return;
        pending = false;
        throw new Crash();
      };
      trial.onRecord = ({ seq }) => {
        if (seq + 1 === point.record) throw new Crash();
      };
      let end = await trial.start();
      if (end.kind === 'crashed') end = await trial.resume();
      expect(['finished', 'already-over'], JSON.stringify([point, end])).toContain(end.kind);
      expectEnd(trial);
    }
  });

  test('is not re-seeded twice: the second time the run stops', async () => {
    const trial = await divergingTrial();
    trial.cluster.trouble.afterAction = ({ kind, address }) => {
      if (kind === 'install' && address === host(1)) diverge(trial, host(1));
    };
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'diverged' } });
    expect(done(trial).slice(4)).toEqual(whole.slice(0, 2));
  });
});

describe('no data are thrown away', () => {
  test('when the host could not join again, so that the rest of the stage would not be safe', async () => {
    const trial = await exampleTrial(trials, 'three to five', '3.8.0');
    afterAction(trial, 'upgrade 10.0.0.1', () => diverge(trial, host(1)));
    for (const work of [trial.start, trial.resume]) {
      const end = await work();
      expect(end).toMatchObject({ kind: 'stopped', failure: { code: 'diverged' } });
      expect(end.kind === 'stopped' ? end.failure.message : '').toContain('no order of the rest is proved');
      // With the first one upgraded nobody could tell yet: it could not join before the second one was.
      expect(done(trial)).toEqual(['upgrade 10.0.0.1', 'upgrade 10.0.0.2']);
    }
    expect((await trial.state()).reseeds).toEqual([]);
  });

  test.each([[[host(1)]], [[host(3)]], [[host(1), host(25)]]])(
    'when %s counted mismatches only while it read its own log',
    async (addresses) => {
      const trial = await divergingTrial(addresses, stumble);
      expect(await trial.start()).toEqual({ kind: 'finished' });
      expectEnd(trial);
      expect(done(trial).slice(4)).toEqual(['upgrade 10.0.0.3']);
      expect((await trial.state()).reseeds).toEqual([]);
    },
  );

  test.each([
    ['two servers differ', [host(1), host(25)]],
    ['the leader differs', [host(3)]],
    ['the leader and the restarted follower differ', [host(1), host(3)]],
  ])('when %s', async (_, addresses) => {
    const trial = await divergingTrial(addresses);
    for (const work of [trial.start, trial.resume]) {
      expect(await work()).toMatchObject({ kind: 'stopped', failure: { code: 'diverged' } });
      expect(done(trial).at(-1)).toBe('upgrade 10.0.0.1');
    }
  });

  test('when a second server differs while the first still waits for its empty disk', async () => {
    const trial = await divergingTrial();
    trial.onRecord = ({ kind }) => {
      if (kind === 'reseed') diverge(trial, host(25));
    };
    for (const work of [trial.start, trial.resume]) {
      expect(await work()).toMatchObject({ kind: 'stopped', failure: { code: 'diverged' } });
      expect(done(trial).at(-1)).toBe('upgrade 10.0.0.1');
    }
  });
});
