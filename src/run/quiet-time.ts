// The quiet time after a changed master: nothing is done, everything is watched, and people may cut it short.

import type { ZooKeeperFamily } from '../model/family.js';
import type { Stage } from '../plan/plan.js';
import type { EngineHost, RunEnd } from './engine-host.js';
import type { GateMoment } from './platform.js';
import { type WatchEnd, watchEnsemble } from './watch-ensemble.js';

/** `over`: it took a while, so the world may have changed since it was looked at. */
export type QuietEnd = { readonly kind: 'none' | 'over' } | { readonly kind: 'held'; readonly end: RunEnd };

/**
 * Waits `settleMs` after the last step of `stage`, from when its gate passed: what is left of it after a resume. Only where
 * every member has all its services: any other state is not one to stay in.
 */
export async function quietTime(
  host: EngineHost,
  stage: Stage,
  family: ZooKeeperFamily,
  moment: GateMoment,
): Promise<QuietEnd> {
  const { settleMs } = host.settings;
  const state = host.log.state();
  const last = state.stages.find((begun) => begun.number === stage.number)?.steps.at(-1);
  if (settleMs === undefined || settleMs === 0 || last === undefined || state.undoes !== null)
    return { kind: 'none' };
  const id = `settle-${last.step.id}`;
  const known = state.approvals.find((one) => one.id === id);
  if (known?.given != null) return { kind: 'none' };
  if (known === undefined && host.platform.isComplete?.(moment) === false) return { kind: 'none' };
  const until = known?.until ?? host.now() + settleMs;
  const { kind, host: at } = last.step;
  const request = {
    id,
    question: `go on now, before the quiet time after ${kind} ${at} is over?`,
    about: ['every condition is watched meanwhile', 'yes goes on now, no pauses the run'],
    until,
  };
  if (known === undefined) await host.log.append({ kind: 'approval-wanted', ...request });
  host.desk?.open(request);
  try {
    return await watchUntil(host, stage, family, id, until);
  } finally {
    host.desk?.close(id);
  }
}

async function watchUntil(
  host: EngineHost,
  stage: Stage,
  family: ZooKeeperFamily,
  id: string,
  until: number,
): Promise<QuietEnd> {
  const cut = new AbortController();
  const look = async (): Promise<boolean> => host.pauseRequested() || (await host.desk?.look(id)) != null;
  const watching: EngineHost = {
    ...host,
    signal: AbortSignal.any([host.signal, cut.signal]),
    sleep: async (ms, signal) => {
      await host.sleep(ms, signal);
      if (await look()) cut.abort();
    },
  };
  const leftMs = until - host.now();
  const end: WatchEnd | null = leftMs > 0 ? await watchEnsemble(watching, stage, family, leftMs) : null;
  if (host.signal.aborted) return held('stopped at once by the operator');
  const decision = (await host.desk?.look(id)) ?? null;
  if (decision !== null) {
    const { approved, by, via, from } = decision;
    if (!approved) return held(`${by} paused the run in a quiet time`);
    await host.log.append({ kind: 'approval-given', id, by, via, from });
    return { kind: 'over' };
  }
  if (host.pauseRequested()) return held('paused by the operator in a quiet time');
  if (end?.kind === 'failed') {
    const { failure } = end;
    // A replica that differs may be mended: the gate that comes next decides that.
    return failure.code === 'diverged'
      ? { kind: 'over' }
      : { kind: 'held', end: { kind: 'stopped', failure } };
  }
  await host.log.append({ kind: 'approval-given', id, by: 'the timer', via: 'timer', from: '' });
  return { kind: 'over' };
}

function held(reason: string): QuietEnd {
  return { kind: 'held', end: { kind: 'paused', reason } };
}
