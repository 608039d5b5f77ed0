import { expect, test } from 'vitest';
import { plan, records, stateAfter } from '../../test/support/sample-run.js';
import { remainingMs } from './time-left.js';
import { timetable } from './timetable.js';

const startedAt = stateAfter(1).startedAt;
const minuteMs = 60_000;

test('at its start a run takes as long as its plan says', () => {
  expect(remainingMs(stateAfter(1), startedAt)).toBe(timetable(plan, null).totalMs);
});

test('a quick step says nothing of the slow ones ahead', () => {
  // Stopped in 700 ms, fenced not yet: an installation, an upgrade twice, and the hour's watch are still to come.
  const left = remainingMs(stateAfter(5), startedAt + 5000);
  expect(left).toBeGreaterThan(60 * minuteMs + 10 * minuteMs);
  expect(left).toBeLessThan(timetable(plan, null).totalMs);
});

test('what is under way counts by what is left of it, and what was passed by not at all', () => {
  const installing = stateAfter(6);
  const later = remainingMs(installing, startedAt + 3 * minuteMs);
  expect(remainingMs(installing, startedAt + minuteMs) - later).toBe(2 * minuteMs);
  // Agents are done; no certificates were looked at, and the names and the watch come next.
  expect(remainingMs(stateAfter(15), startedAt + minuteMs)).toBe(61 * minuteMs);
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
