import { expect, test } from 'vitest';
import type { MasterReading } from './judge-ensemble.js';
import { judgeMesos } from './judge-mesos.js';

type Mesos = MasterReading['mesos'];

const living = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
const dead = '10.0.0.5';
const silent: Mesos = { kind: 'refused', reason: 'ECONNREFUSED' };

function up({ elected = false, recovered = true, ensembleSize = 4 } = {}): Mesos {
  const log = { recovered, ensembleSize };
  return {
    kind: 'answered',
    value: { elected, registrar: log, overlay: { ...log, recovered: true }, activeAgents: null },
  };
}

function judge(mesos: readonly Mesos[], shutBy: readonly string[] = [dead]) {
  const readings = mesos.map((one, index) => ({ address: living[index] ?? '', mesos: one }));
  const { faults, notes } = judgeMesos({ members: 5, strict: false, shutBy }, readings, null);
  return { faults: faults.map(({ host, seen }) => `${host}: ${seen}`), notes };
}

test('all survivors were started again, and none of their services can be: replacing the dead one is the cure', () => {
  const { faults, notes } = judge([silent, silent, silent, silent]);
  expect(faults).toEqual([]);
  expect(notes[0]).toBe(
    `services that were started again since ${dead} died wait for it: they can't run before it is replaced`,
  );
  expect(notes).toContain('10.0.0.2: its Mesos does not tell: ECONNREFUSED, until then');
  expect(notes).toContain('the masters: of the Mesos masters none is elected, until then');
  // Where a gate wants fewer than all, it is as wrong as ever.
  expect(judge([silent, silent, silent, silent], []).faults).toHaveLength(5);
});

test('one was started again: who runs must be in order, and is a quorum', () => {
  const three = up({ ensembleSize: 3 });
  expect(judge([silent, up({ elected: true, ensembleSize: 3 }), three, three]).faults).toEqual([]);
  expect(judge([silent, three, three, three]).faults).toEqual([
    'the masters: of the Mesos masters none is elected',
  ]);
  const two = up({ elected: true, ensembleSize: 3 });
  expect(judge([silent, two, two, three]).faults).toEqual([
    'the masters: of the Mesos masters 10.0.0.2 and 10.0.0.3 is elected',
  ]);
  expect(judge([silent, two, up({ recovered: false, ensembleSize: 3 }), three]).faults).toEqual([
    "10.0.0.3: Mesos' registrar log has not recovered there",
  ]);
  expect(judge([silent, two, three, up({ ensembleSize: 6 })]).faults).toEqual([
    "10.0.0.4: it sees 6 replicas of Mesos' log, not 4",
  ]);
});

test('too few run for a log: those that try again and again are explained', () => {
  const trying = up({ recovered: false, ensembleSize: 2 });
  expect(judge([silent, silent, trying, trying]).faults).toEqual([]);
});

test('who refuses to tell runs, and a dead master explains nothing as long as all others answer', () => {
  const forbidden: Mesos = { kind: 'forbidden', reason: 'status 403' };
  const rest = [up({ elected: true }), up(), up()];
  expect(judge([forbidden, ...rest]).faults).toEqual(['10.0.0.1: its Mesos does not tell: status 403']);
  expect(judge([up({ recovered: false }), ...rest])).toEqual({
    faults: ["10.0.0.1: Mesos' registrar log has not recovered there"],
    notes: ["Mesos' logs have recovered on all of them, and one master is elected"],
  });
});
