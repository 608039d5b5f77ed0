// In which order and how many at a time are many hosts changed, and when is it better to stop?

/** How many at a time, how many alone before the others, and how many may fail before the rest is left alone. */
export interface Rollout {
  readonly concurrency: number;
  readonly canary: number;
  readonly failureBudget: number;
}

/** What has become of the hosts so far. */
export interface RolloutProgress<Host> {
  readonly done: number;
  readonly failed: number;
  /** In the order in which they were begun. */
  readonly atWork: readonly Host[];
  readonly total: number;
}

/** `failed` in the order in which they failed; `untouched` were left alone. */
export interface RolloutEnd<Host, Fault> {
  readonly done: readonly Host[];
  readonly failed: readonly { readonly host: Host; readonly fault: Fault }[];
  readonly untouched: readonly Host[];
}

/**
 * The canary first, as far as no host is done already: it must succeed. Then the others, at most so many at a time, until
 * more than the budget have failed. What is at work is always waited for.
 */
export async function rollOut<Host, Fault>(
  hosts: readonly Host[],
  { concurrency, canary, failureBudget }: Rollout,
  change: (host: Host) => Promise<Fault | null>,
  options: {
    /** Hosts that an earlier part of the round has changed. */
    readonly before: number;
    readonly stopped: () => boolean;
    readonly onProgress: (progress: RolloutProgress<Host>) => void;
  },
): Promise<RolloutEnd<Host, Fault>> {
  const done: Host[] = [];
  const failed: { host: Host; fault: Fault }[] = [];
  const waiting = [...hosts];
  const atWork = new Set<Host>();
  const tell = (): void =>
    options.onProgress({
      done: done.length,
      failed: failed.length,
      atWork: [...atWork],
      total: hosts.length,
    });
  const worker = async (budget: number, most: number): Promise<void> => {
    while (failed.length <= budget && !options.stopped() && hosts.length - waiting.length < most) {
      const host = waiting.shift();
      if (host === undefined) return;
      atWork.add(host);
      tell();
      const fault = await change(host);
      atWork.delete(host);
      if (fault === null) done.push(host);
      else failed.push({ host, fault });
      tell();
    }
  };
  const alone = Math.min(Math.max(canary - options.before, 0), hosts.length);
  if (alone > 0) await worker(0, alone);
  if (failed.length === 0)
    await Promise.all(Array.from({ length: concurrency }, () => worker(failureBudget, hosts.length)));
  return { done, failed, untouched: waiting };
}
