// How the work around the stages is done: looked at, journalled, performed, looked at again.

import type { Duty, DutyContext, DutyReading, Facts } from './duty.js';
import type { EngineHost } from './engine-host.js';
import { type Failure, thenResume } from './failure.js';
import type { Outcome } from './platform.js';
import type { RunState } from './run-state.js';

/** How a round of duties ended. */
export type DutiesEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

/** How often a duty whose outcome is unknown is performed before a person must look. */
const MOST_TRIES = 3;

/** Does the duties that the journal does not call done, one after the other. */
export async function doDuties(
  host: EngineHost,
  duties: readonly Duty[],
  watchEnsemble: DutyContext['watchEnsemble'],
): Promise<DutiesEnd> {
  for (const duty of duties) {
    if (isDone(host.log.state(), duty)) continue;
    if (host.signal.aborted || host.pauseRequested()) return { kind: 'interrupted' };
    const end = await doDuty(host, duty, watchEnsemble);
    if (end.kind !== 'done') return end;
  }
  return { kind: 'done' };
}

/** What the duties that are done found out; later ones overrule earlier ones. */
export function factsOf({ duties }: Pick<RunState, 'duties'>): Facts {
  return Object.fromEntries(duties.flatMap((duty) => Object.entries(duty.done?.facts ?? {})));
}

/** What the journal keeps of an outcome; nothing else tells why one is unknown. */
export function evidenceOf(outcome: Outcome): readonly string[] {
  return outcome.kind === 'unknown' ? [outcome.reason, ...outcome.evidence] : outcome.evidence;
}

function isDone({ duties }: RunState, { id }: Duty): boolean {
  return duties.some((known) => known.id === id && known.done !== null);
}

async function doDuty(
  host: EngineHost,
  duty: Duty,
  watchEnsemble: DutyContext['watchEnsemble'],
): Promise<DutiesEnd> {
  const { id, kind, sentence } = duty;
  const { run } = host.log.state();
  const context: DutyContext = {
    id: `${run}-${id}`,
    facts: factsOf(host.log.state()),
    signal: host.signal,
    now: host.now,
    sleep: host.sleep,
    say: (progress) => host.onDuty?.(progress),
    watchEnsemble,
  };
  const startedAt = host.now();
  await host.log.append({ kind: 'duty-intent', id, duty: kind, sentence });
  for (let tries = 0; ; tries += 1) {
    const reading = await duty.look(context);
    if (host.signal.aborted) return { kind: 'interrupted' };
    if (reading.kind === 'done') return finish(host, duty, startedAt, reading, null);
    if (reading.kind === 'refused') {
      if (!duty.waivable || host.waived?.includes(kind) !== true)
        return { kind: 'failed', failure: reading.failure };
      const evidence = [reading.failure.message, ...reading.failure.seen];
      return finish(host, duty, startedAt, { kind: 'done', evidence }, host.by);
    }
    if (tries >= MOST_TRIES) return { kind: 'failed', failure: endless(duty, reading) };
    const outcome = await duty.perform(context);
    await host.log.append({ kind: 'duty-acted', id, result: outcome.kind, evidence: evidenceOf(outcome) });
    if (host.signal.aborted) return { kind: 'interrupted' };
    // An unknown outcome is not taken for anything: the next look tells.
    if (outcome.kind === 'failed') {
      return {
        kind: 'failed',
        failure: {
          code: kind,
          blame: 'cluster',
          message: `${sentence}: ${outcome.reason}`,
          seen: outcome.evidence,
          expected: 'it succeeds',
          next: thenResume(outcome.remedy),
        },
      };
    }
  }
}

async function finish(
  host: EngineHost,
  { id }: Duty,
  startedAt: number,
  { evidence, facts }: DutyReading & { readonly kind: 'done' },
  waivedBy: string | null,
): Promise<DutiesEnd> {
  const tookMs = host.now() - startedAt;
  await host.log.append({ kind: 'duty-done', id, tookMs, evidence, facts: facts ?? {}, waivedBy });
  return { kind: 'done' };
}

function endless({ kind, sentence }: Duty, reading: DutyReading & { readonly kind: 'to-do' }): Failure {
  return {
    code: kind,
    blame: 'cluster',
    message: `${sentence}: done ${MOST_TRIES} times, and still to do`,
    seen: reading.evidence,
    expected: 'what was done is seen to be done',
    next: ['find out why it does not last, then resume'],
  };
}
