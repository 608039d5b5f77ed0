// The port to the lock that keeps two operators, wherever they sit, from changing one cluster at once.

/** Who holds a lock: the run, the operator as `user@host`, and since when (ISO 8601). */
export interface LockHolder {
  readonly run: string;
  readonly owner: string;
  readonly since: string;
}

/** What came of asking for the lock. `unknown`: the cluster did not answer, so nobody knows. */
export type LockResult =
  | { readonly kind: 'acquired' | 'held-by-us' }
  | { readonly kind: 'held'; readonly by: LockHolder }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What is seen of the lock. */
export type LockView =
  | { readonly kind: 'held'; readonly by: LockHolder }
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A lock that lives in the cluster itself and survives the death of its holder. */
export interface ClusterLock {
  /** Takes the lock for `holder.run`, or says who has it. */
  acquire(holder: LockHolder, signal: AbortSignal): Promise<LockResult>;
  /** Gives the lock up when `run` holds it; harmless otherwise. */
  release(
    run: string,
    signal: AbortSignal,
  ): Promise<
    { readonly kind: 'released' | 'not-ours' } | { readonly kind: 'unknown'; readonly reason: string }
  >;
  /** Who holds it now. Read-only. */
  holder(signal: AbortSignal): Promise<LockView>;
}
