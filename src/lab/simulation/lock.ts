// A stand-in for the lock of a cluster: as the node that it stands for, it answers only while there is a quorum.

import type { ClusterLock, LockHolder } from '../../run/cluster-lock.js';
import type { SimulatedServers } from './servers.js';

/** The lock; `held` shows, and sets, who has it. */
export function simulatedLock(servers: SimulatedServers, held: { by: LockHolder | null }): ClusterLock {
  const silent = (): { readonly kind: 'unknown'; readonly reason: string } | null =>
    servers.service.writableSince() === null ? { kind: 'unknown', reason: 'nobody answers' } : null;
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
      const unknown = silent();
      if (unknown !== null) return unknown;
      if (held.by?.run !== run) return { kind: 'not-ours' };
      held.by = null;
      return { kind: 'released' };
    },
    holder: async () => silent() ?? (held.by === null ? { kind: 'free' } : { kind: 'held', by: held.by }),
  };
}
