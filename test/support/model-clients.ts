// A stand-in for the canary and the lock of a cluster: they see what clients of the stand-in servers would see.

import type { Address } from '../../src/model/ensemble.js';
import type { Canary, LostWrites } from '../../src/run/canary.js';
import type { ClusterLock, LockHolder } from '../../src/run/cluster-lock.js';
import type { Trouble } from './model-platform.js';
import type { ModelServers } from './model-servers.js';

/** A write every moment in which somebody serves at one of the addresses that it was given. */
export function canaryOf(servers: ModelServers, trouble: Trouble): Canary {
  let addresses: readonly Address[] | null = null;
  let reading = { lastAt: null as number | null, gapsMs: 0, longestGapMs: 0, acknowledged: 0 };
  servers.watchClock(() => {
    const since = servers.writableSince();
    if (addresses === null || since === null || !addresses.some((one) => servers.isSeenServing(one))) return;
    const gapMs = reading.lastAt === null ? 0 : Math.max(0, since - reading.lastAt);
    reading = {
      lastAt: servers.now,
      gapsMs: reading.gapsMs + (gapMs > 500 ? gapMs : 0),
      longestGapMs: Math.max(reading.longestGapMs, gapMs),
      acknowledged: reading.acknowledged + 1,
    };
  });
  return {
    start: async (given) => {
      addresses = given;
      reading = { lastAt: null, gapsMs: 0, longestGapMs: 0, acknowledged: 0 };
    },
    moveTo: (given) => {
      addresses = given;
    },
    read: () => {
      const openMs = reading.lastAt === null ? 0 : servers.now - reading.lastAt;
      return {
        acknowledged: reading.acknowledged,
        unknown: 0,
        readsMissing: 0,
        sinceLastWriteMs: reading.lastAt === null ? null : openMs,
        longestGapMs: Math.max(reading.longestGapMs, openMs),
        unavailableMs: reading.gapsMs + (openMs > 500 ? openMs : 0),
        ...trouble.canary,
      };
    },
    audit: async (given) => {
      trouble.beforeEnd('audit');
      const silent = given.find((address) => !servers.isSeenServing(address));
      if (silent !== undefined) return { kind: 'unknown', reason: `${silent} does not serve` };
      const members = given.map((address): LostWrites => {
        const lost = servers.lostWrites !== null || servers.server(address).data !== 'complete' ? 1 : 0;
        return { address, checked: 100, lost, examples: lost > 0 ? ['w42'] : [] };
      });
      return { kind: 'audited', members };
    },
    clear: async () => {
      trouble.beforeEnd('clear');
    },
    stop: async () => {
      addresses = null;
    },
  };
}

/** Answers only while there is a quorum, as the node that it stands for. */
export function lockOf(
  servers: ModelServers,
  trouble: Trouble,
  held: { by: LockHolder | null },
): ClusterLock {
  const silent = (): { readonly kind: 'unknown'; readonly reason: string } | null =>
    trouble.lock === 'unknown' || servers.writableSince() === null
      ? { kind: 'unknown', reason: 'nobody answers' }
      : null;
  return {
    acquire: async (holder) => {
      const unknown = silent();
      if (unknown !== null) return unknown;
      if (held.by !== null && held.by.run !== holder.run) return { kind: 'held', by: held.by };
      const kind = held.by === null ? 'acquired' : 'held-by-us';
      held.by ??= holder;
      return { kind };
    },
    release: async (run) => {
      trouble.beforeEnd('release');
      const unknown = silent();
      if (unknown !== null) return unknown;
      if (held.by?.run !== run) return { kind: 'not-ours' };
      held.by = null;
      trouble.beforeEnd('released');
      return { kind: 'released' };
    },
    holder: async () => silent() ?? (held.by === null ? { kind: 'free' } : { kind: 'held', by: held.by }),
  };
}
