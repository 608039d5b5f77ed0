import { expect, test } from 'vitest';
import { complaintOf } from './unit-health.js';

const running = {
  Id: 'dcos-x.service',
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  ExecMainStatus: '0',
};

test.each([
  [{}, undefined],
  // The rule's blind spot: what was stopped is well.
  [{ ActiveState: 'inactive', SubState: 'dead' }, undefined],
  [{ ActiveState: 'activating', SubState: 'start-pre' }, undefined],
  [{ LoadState: 'not-found' }, /is not loaded/],
  [{ ActiveState: 'failed' }, /not one of the possible states/],
  [{ ExecMainStatus: '1' }, /ExecMainStatus return failed/],
  [
    { ActiveState: 'activating', SubState: 'auto-restart', ActiveEnterTimestampMonotonic: '0' },
    /never entered/,
  ],
  [
    {
      ActiveState: 'activating',
      SubState: 'auto-restart',
      ActiveEnterTimestampMonotonic: '5',
      InactiveEnterTimestampMonotonic: '9',
    },
    /flapping/,
  ],
])('%o', (changes, expected) => {
  const complaint = complaintOf(new Map(Object.entries({ ...running, ...changes })));
  if (expected === undefined) expect(complaint).toBeUndefined();
  else expect(complaint).toMatch(expected);
});
