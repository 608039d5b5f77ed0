import { describe, expect, test } from 'vitest';
import { removeScript } from './decommission.js';
import { cockroachReading, etcdReading, leftoversOf } from './leftovers.js';

/** As CockroachDB 2.0 and later have it, and with `snake` as 1.1 has it. */
function status(
  nodes: readonly (readonly [id: number, address: string, under: number])[],
  snake = false,
): string {
  return JSON.stringify({
    nodes: nodes.map(([id, address, under]) => {
      const metrics = { 'ranges.underreplicated': under, 'ranges.unavailable': 0, 'sys.uptime': 7 };
      return snake
        ? {
            desc: { node_id: id, address: { address_field: `${address}:26257` } },
            store_statuses: [{ metrics }],
          }
        : {
            desc: { nodeId: id, address: { addressField: `${address}:26257` } },
            storeStatuses: [{ metrics }],
          };
    }),
  });
}

const departure = { left: ['10.0.0.1'], masters: ['10.0.0.2', '10.0.0.3', '10.0.0.4'], fresh: ['10.0.0.4'] };
const nobodyLeft = JSON.stringify({ livenesses: [{ nodeId: 1 }, { nodeId: 2 }] });

describe('what CockroachDB still counts on', () => {
  test.each([false, true])(
    'a node that left, until it is decommissioned; names in snake case: %s',
    (snake) => {
      const nodes = status(
        [
          [1, '10.0.0.1', 9],
          [2, '10.0.0.2', 0],
          [3, '10.0.0.3', 2],
          [4, '10.0.0.4', 0],
        ],
        snake,
      );
      const found = leftoversOf({ cockroach: cockroachReading(nodes, nobodyLeft), etcd: null }, departure);
      expect(found).toEqual({
        cockroachNodes: [1],
        etcdMembers: [],
        // What the one that left reported last counts no more.
        faults: ['CockroachDB: 2 ranges are under-replicated'],
      });
      const liveness = JSON.stringify({
        livenesses: [snake ? { node_id: 1, decommissioning: true } : { nodeId: 1, decommissioning: true }],
      });
      const later = leftoversOf({ cockroach: cockroachReading(nodes, liveness), etcd: null }, departure);
      expect(later.cockroachNodes).toEqual([]);
    },
  );

  test('the earlier ids of a host that was rebuilt at its address', () => {
    const nodes = status([
      [1, '10.0.0.1', 0],
      [2, '10.0.0.2', 0],
      [5, '10.0.0.1', 0],
    ]);
    const rebuilt = { left: [], masters: ['10.0.0.1', '10.0.0.2'], fresh: ['10.0.0.1'] };
    const found = leftoversOf({ cockroach: cockroachReading(nodes, nobodyLeft), etcd: null }, rebuilt);
    expect(found).toMatchObject({ cockroachNodes: [1], faults: [] });
  });

  test('a master without a node, and an answer that is none, are faults', () => {
    const nodes = status([[2, '10.0.0.2', 0]]);
    const found = leftoversOf({ cockroach: cockroachReading(nodes, nobodyLeft), etcd: null }, departure);
    expect(found.faults).toEqual(['CockroachDB: no node of 10.0.0.3, 10.0.0.4']);
    expect(cockroachReading('', '')).toEqual({ kind: 'unknown', reason: '/_status/nodes: no answer' });
    expect(cockroachReading('<html>', nobodyLeft)).toMatchObject({ kind: 'unknown' });
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
