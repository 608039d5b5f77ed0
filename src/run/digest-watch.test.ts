import { describe, expect, test } from 'vitest';
import { type DigestTracks, trackDigests } from './digest-watch.js';
import type { ServiceObservation } from './platform.js';

type Sample = readonly [count: number | null, writes: number, mode?: 'follower' | null];

const address = '10.0.0.1';

function service([digestMismatches, writes, mode = 'follower']: Sample): ServiceObservation {
  const absent = { version: null, serverId: null, ensemble: null, syncedFollowers: null, quorumSize: null };
  const zxid = `0x3${writes.toString(16).padStart(8, '0')}`;
  const seen = {
    address,
    at: 0,
    port: 'open',
    mode,
    zxid,
    epoch: 3,
    evidence: '',
    digestMismatches,
  } as const;
  return { ...absent, ...seen, leaderUptimeMs: null };
}

/** What is known of the server after each sample; `-` where nothing is. */
function course(...samples: readonly Sample[]): readonly string[] {
  let tracks: DigestTracks = new Map();
  return samples.map((sample) => {
    tracks = trackDigests(tracks, new Map([[address, service(sample)]]));
    return tracks.get(address)?.verdict ?? '-';
  });
}

describe('what a count of digest mismatches tells', () => {
  test('nothing where none was counted, where nobody counts, and of a server that does not serve', () => {
    expect(course([0, 1], [null, 2], [7, 3, null])).toEqual(['-', '-', '-']);
  });

  test('that the data agree, once it stood still while writes were applied: seen twice, and looked at once more', () => {
    expect(course([65, 1], [65, 2], [65, 3], [65, 4], [65, 5])).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'agrees',
      'agrees',
    ]);
  });

  test('nothing while no write is applied', () => {
    expect(new Set(course([65, 1], [65, 1], [65, 1], [65, 1], [65, 1]))).toEqual(new Set(['unknown']));
  });

  test('that the data differ, once it has risen three times', () => {
    expect(course([1, 1], [3, 3], [3, 3], [8, 8], [9, 9], [9, 9])).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'unknown',
      'differs',
      'differs',
    ]);
  });

  test('that the data agree after a second sync in the same process, which is counted at once', () => {
    const settled: readonly Sample[] = [
      [65, 1],
      [65, 2],
      [65, 3],
      [65, 4],
    ];
    expect(course(...settled, [90, 40], [90, 41], [90, 42], [90, 43]).at(-1)).toBe('agrees');
    expect(course(...settled, [0, 5], [12, 50]).at(-1)).toBe('unknown');
  });
});
