import { describe, expect, test } from 'vitest';
import { removeScript } from './decommission.js';
import { cockroachReading, etcdReading, leftoversOf } from './leftovers.js';

/** What `node status --all --format=csv` prints. */
function status(
  nodes: readonly (readonly [id: number, address: string, under: number, gone?: boolean])[],
): string {
  const header =
    'id,address,build,updated_at,started_at,replicas_leaders,replicas_leaseholders,ranges,ranges_unavailable,ranges_underreplicated,is_live,gossiped_replicas,is_decommissioning,is_draining';
  const rows = nodes.map(([id, address, under, gone = false]) =>
    [
      id,
      `${address}:26257`,
      'v2.0.7',
      '2026-01-01 00:00:00',
      '2026-01-01 00:00:00',
      7,
      7,
      20,
      0,
      under,
      !gone,
      20,
      gone,
      gone,
    ].join(),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

const departure = { left: ['10.0.0.1'], masters: ['10.0.0.2', '10.0.0.3', '10.0.0.4'], fresh: ['10.0.0.4'] };

describe('what CockroachDB still counts on', () => {
  test.each([
    [false, [1]],
    [true, []],
  ])('a node that left, until it is decommissioned: %s', (gone, expected) => {
    const nodes = status([
      [1, '10.0.0.1', 9, gone],
      [2, '10.0.0.2', 0],
      [3, '10.0.0.3', 2],
      [4, '10.0.0.4', 0],
    ]);
    expect(leftoversOf({ cockroach: cockroachReading(nodes), etcd: null }, departure)).toEqual({
      cockroachNodes: expected,
      etcdMembers: [],
      // What the one that left reported last counts no more.
      faults: ['CockroachDB: 2 ranges are under-replicated'],
    });
  });

  test('the earlier ids of a host that was rebuilt at its address', () => {
    const nodes = status([
      [1, '10.0.0.1', 0],
      [2, '10.0.0.2', 0],
      [5, '10.0.0.1', 0],
    ]);
    const rebuilt = { left: [], masters: ['10.0.0.1', '10.0.0.2'], fresh: ['10.0.0.1'] };
    const found = leftoversOf({ cockroach: cockroachReading(nodes), etcd: null }, rebuilt);
    expect(found).toMatchObject({ cockroachNodes: [1], faults: [] });
  });

  test('a master without a node, and an answer that is none, are faults', () => {
    const found = leftoversOf(
      { cockroach: cockroachReading(status([[2, '10.0.0.2', 0]])), etcd: null },
      departure,
    );
    expect(found.faults).toEqual(['CockroachDB: no node of 10.0.0.3, 10.0.0.4']);
    for (const text of ['', 'Error: cannot dial server', status([])])
      expect(cockroachReading(text)).toMatchObject({ kind: 'unknown' });
  });
});

test("etcd's members are told by their addresses", () => {
  const list = `8e9e05c52164694d, started, etcd-10.0.0.1, https://10.0.0.1:2380, https://10.0.0.1:2379
91bc3c398fb3c146, started, etcd-10.0.0.2, https://10.0.0.2:2380, https://10.0.0.2:2379\n`;
  const found = leftoversOf({ cockroach: null, etcd: etcdReading(list) }, departure);
  expect(found).toEqual({ cockroachNodes: [], etcdMembers: ['8e9e05c52164694d'], faults: [] });
  expect(etcdReading('Error: context deadline exceeded')).toMatchObject({ kind: 'unknown' });
  expect(removeScript({ ...found, cockroachNodes: [7] })).toContain('node decommission 7 --wait=live');
});
