import { expect, test } from 'vitest';
import { plan, records, stateAfter } from '../../test/support/sample-run.js';
import type { DutyState, RunState } from '../run/run-state.js';
import { remainingMs } from './time-left.js';
import { timetable } from './timetable.js';

const startedAt = stateAfter(1).startedAt;
const minuteMs = 60_000;

function duty(kind: DutyState['kind'], atMs: number, tookMs: number | null): DutyState {
  const ended = { at: atMs + (tookMs ?? 0), evidence: [], facts: {}, waivedBy: null };
  const done = tookMs === null ? null : { ...ended, tookMs };
  const id = kind === 'agents' ? '1.agents' : kind;
  return { id, kind, sentence: '', startedAt: atMs, result: null, done };
}

/** With the look at everything that comes before the first stage on DC/OS. */
function lookedAt(state: RunState, ...more: readonly DutyState[]): RunState {
  return { ...state, duties: [duty('preflight', startedAt, 1000), ...state.duties, ...more] };
}

test('at its start a run takes as long as its plan says', () => {
  expect(remainingMs(stateAfter(1), startedAt)).toBe(timetable(plan, null).totalMs);
});

test('a quick step says nothing of the slow ones ahead', () => {
  // Stopped in 700 ms, fenced not yet: an installation, an upgrade twice, and the hour's watch are still to come.
  const left = remainingMs(lookedAt(stateAfter(5)), startedAt + 5000);
  expect(left).toBeGreaterThan(60 * minuteMs + 10 * minuteMs);
  expect(left).toBeLessThan(timetable(plan, null).totalMs);
});

test('what is under way counts by what is left of it, and what was passed by not at all', () => {
  const installing = lookedAt(stateAfter(6));
  const later = remainingMs(installing, startedAt + 3 * minuteMs);
  expect(remainingMs(installing, startedAt + minuteMs) - later).toBe(2 * minuteMs);
  // Agents are done; no certificates were looked at, and the names and the watch come next.
  expect(remainingMs(stateAfter(15), startedAt + minuteMs)).toBe(61 * minuteMs);
});

test('the watch at the end comes in pieces, and what takes longer than ever is no time below nothing', () => {
  const near = lookedAt(stateAfter(12));
  const left = (...duties: readonly DutyState[]): number =>
    remainingMs({ ...near, duties: [...near.duties, ...duties] }, startedAt + 200 * minuteMs) / minuteMs;
  expect(left(duty('agents', startedAt, null))).toBe(61);
  const soaks = [duty('soak', startedAt, 30 * minuteMs), duty('soak', startedAt + 190 * minuteMs, null)];
  const around = { beforeRun: [], stages: [], afterRun: [{ kind: 'soak', sentence: '', ms: 60 * minuteMs }] };
  const told = { ...near, plan: { ...plan, around }, duties: [...near.duties, ...soaks] };
  expect(remainingMs(told, startedAt + 200 * minuteMs)).toBe(20 * minuteMs);
});

test('a rehearsal has no work around its stages; what is finished takes nothing', () => {
  const rehearsal = { ...stateAfter(1), purpose: 'rehearsal' } as const;
  expect(remainingMs(rehearsal, startedAt)).toBeLessThan(minuteMs);
  expect(remainingMs(stateAfter(records.length), startedAt)).toBe(0);
});

test('a quiet time counts by when it is over', () => {
  const settleMs = 15 * minuteMs;
  const quiet = { kind: 'settle', sentence: 'stay quiet', ms: settleMs } as const;
  const around = { beforeRun: [], stages: [{ before: [], after: [quiet] }], afterRun: [] };
  const state = { ...stateAfter(1), plan: { ...plan, around } };
  const steps = remainingMs(state, startedAt) - settleMs;
  expect(steps).toBe(timetable({ ...plan, around }, null).totalMs - settleMs);
  const wanted = { id: 'settle-1.1', question: '', about: [], wantedAt: startedAt, given: null } as const;
  const resting = { ...state, approvals: [{ ...wanted, until: startedAt + settleMs }] };
  expect(remainingMs(resting, startedAt + minuteMs)).toBe(steps + settleMs - minuteMs);
});
