// Do a server's data differ from the leader's, or did it count mismatches only while it read its own log?
//
// `zk_digest_mismatches_count` counts since the process began, after every transaction that is applied
// (`DataTree.compareDigest` at release-3.8.0), so that a server whose data differ counts one more with each write. A number
// that stands still is something else: a follower whose sync fails in the middle (a NullPointerException in
// Learner.syncWithLeader, ZOOKEEPER-4394, mended in 3.9.3) syncs again in the same process, and has the same transactions in
// its log twice. Each time that it reads its log (`FileTxnSnapLog.fastForwardFromEdits`) it applies them again to a tree
// that is ahead of them, counts each, and ends with the right tree. We saw that 13 times in 76 rounds of restarts under
// load on 3.8.0, with 6 to 1451 counted; the eleven that we compared had all nodes as the leader had them, to the last
// field, and every acknowledged write.

import type { Address } from '../model/ensemble.js';
import type { Services } from './sighting.js';

/** What became of one server's count while its gate was waited for. */
export interface DigestTrack {
  readonly count: number;
  readonly zxid: bigint;
  /** How often the zxid was seen to rise since the count last did. */
  readonly rises: number;
  /** How often the count was seen to rise since it was last known to stand still. */
  readonly growths: number;
  readonly verdict: 'unknown' | 'agrees' | 'differs';
}

/** The servers that serve and have counted mismatches. */
export type DigestTracks = ReadonlyMap<Address, DigestTrack>;

/**
 * Rises of the zxid, seen in samples before the present one, after which a count that stood still tells that the data
 * agree. One is not enough: count and zxid of a sample are not of quite the same moment.
 */
const enoughRises = 2;

/** Rises of the count after which the data differ: a second sync in the same process can make it rise once or twice. */
const enoughGrowths = 3;

/** What is known after one more sample. A server that does not serve, or began to count anew, is known no more. */
export function trackDigests(tracks: DigestTracks, services: Services): DigestTracks {
  const next = new Map<Address, DigestTrack>();
  for (const service of services.values()) {
    const count = service.digestMismatches ?? 0;
    if (count === 0 || service.mode === null || service.zxid === null) continue;
    const before = tracks.get(service.address);
    next.set(service.address, follow(before, count, BigInt(service.zxid)));
  }
  return next;
}

function follow(before: DigestTrack | undefined, count: number, zxid: bigint): DigestTrack {
  if (before === undefined || count < before.count)
    return { count, zxid, rises: 0, growths: 0, verdict: 'unknown' };
  if (count > before.count) {
    const growths = before.growths + 1;
    return { count, zxid, rises: 0, growths, verdict: growths >= enoughGrowths ? 'differs' : 'unknown' };
  }
  // A new leader's epoch is no transaction that was applied.
  const rose = zxid > before.zxid && zxid >> 32n === before.zxid >> 32n;
  const rises = before.rises + (rose ? 1 : 0);
  if (before.rises >= enoughRises) return { count, zxid, rises, growths: 0, verdict: 'agrees' };
  return { ...before, zxid, rises };
}
