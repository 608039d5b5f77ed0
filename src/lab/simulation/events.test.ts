import { expect, test } from 'vitest';
import { eventLegend, eventLine, injectedLines, legendLines } from './events.js';

test('an event is one line: time, kind, host, what', () => {
  expect(eventLine({ atMs: 12_340, kind: 'up', host: '10.0.0.2', what: 'id 2, new list' })).toBe(
    't=00012.340 s  up     10.0.0.2  id 2, new list',
  );
  expect(eventLine({ atMs: 0, kind: 'none', host: null, what: '' })).toBe('t=00000.000 s  none   -');
});

test('every kind is in the legend, a line each', () => {
  expect(legendLines()).toHaveLength(Object.keys(eventLegend).length);
});

test('injected faults are told from all else, whatever hosts are called', () => {
  const lines = [
    eventLine({ atMs: 1, kind: 'crash', host: 'a', what: 'back in 3000 ms' }),
    eventLine({ atMs: 2, kind: 'down', host: 'crash', what: '' }),
    eventLine({ atMs: 3, kind: 'hang', host: 'b', what: '' }),
  ];
  expect(injectedLines(lines)).toEqual([lines[0], lines[2]]);
});
