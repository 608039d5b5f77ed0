import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { type Address, sortedEnsemble } from '../model/ensemble.js';
import type { Change } from '../model/change.js';
import { makePlan } from './make-plan.js';
import { serviceFindings, type ServiceGate } from './service-findings.js';

function stepsWithoutMesos(
  current: readonly Address[],
  change: Change,
  gate: ServiceGate,
  gone: readonly Address[] = [],
): readonly string[] {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: '3.4.14',
    cluster: null,
    createdBy: 'test',
    current: sortedEnsemble(current),
    change,
    leader: null,
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
    down: gone,
    gone,
  });
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
  const [finding] = serviceFindings(result.plan.stages, gate);
  return (finding?.message ?? '').match(/\d+\.\d+/g) ?? [];
}

const five = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'];
const swap = (old: Address, next: Address): Change => edits({ replace: [{ old, new: next }] });

describe('services that wait for ZooKeeper', () => {
  test('where every server must serve, a middle slot leaves Mesos without a quorum until the newcomer joins', () => {
    const steps = stepsWithoutMesos(five, swap('172.31.29.145', '172.31.29.150'), 'all');
    expect(steps).toMatchInlineSnapshot(`
      [
        "1.3",
        "1.4",
      ]
    `);
  });

  test('where a majority is enough there is no such gap', () => {
    expect(stepsWithoutMesos(five, swap('172.31.29.145', '172.31.29.150'), 'majority')).toEqual([]);
    expect(stepsWithoutMesos(five, swap('172.31.29.145', '172.31.29.150'), 'own')).toEqual([]);
  });

  test('the highest slot has none either: its newcomer joins before anybody is restarted', () => {
    expect(stepsWithoutMesos(five, swap('172.31.31.63', '172.31.31.70'), 'all')).toEqual([]);
  });

  test('behind a second dead member services wait from the first stage into the next', () => {
    const gone = ['172.31.29.82', '172.31.31.63'];
    const change = edits({
      replace: [
        { old: '172.31.31.63', new: '172.31.31.70' },
        { old: '172.31.29.82', new: '172.31.29.90' },
      ],
    });
    expect(stepsWithoutMesos(five, change, 'all', gone)).toMatchInlineSnapshot(`
      [
        "1.2",
        "1.3",
        "1.4",
        "2.1",
        "2.2",
      ]
    `);
  });

  test('from three to five services wait for the last newcomer', () => {
    const three = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
    const change = edits({ add: ['172.31.31.150', '172.31.31.160'] });
    expect(stepsWithoutMesos(three, change, 'all')).toMatchInlineSnapshot(`
      [
        "1.2",
        "1.3",
        "1.4",
      ]
    `);
  });
});
