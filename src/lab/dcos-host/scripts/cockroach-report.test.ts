import { expect, test } from 'vitest';
import { drawTable, livenessDocument, nodesDocument, rangeState, statusRows } from './cockroach-report.js';
import type { Member } from './zookeeper-members.js';

function member(id: number, changes: Partial<Member> = {}): Member {
  return { id, address: `10.0.0.${id}`, joinedAtMs: 0, state: 'live', membership: 'member', ...changes };
}

const at = { nowMs: 100_000, fillMs: 60_000 };
const three = [member(1), member(2), member(3)];

test('ranges lack a copy while a member is dead, and while its successor is filled', () => {
  expect(rangeState(three, 3, at)).toEqual({ ranges: 20, underreplicated: 0, unavailable: 0 });
  const dead = [member(1), member(2), member(3, { state: 'dead' })];
  expect(rangeState(dead, 3, at)).toMatchObject({ underreplicated: 20, unavailable: 0 });
  const joining = member(4, { joinedAtMs: 90_000 });
  expect(rangeState([...dead, joining], 3, at).underreplicated).toBe(20);
  expect(rangeState([...dead, { ...joining, joinedAtMs: 1 }], 3, at).underreplicated).toBe(0);
  expect(rangeState([member(1), member(2, { state: 'dead' })], 3, at).unavailable).toBe(20);
});

test('who has left is shown only when asked for', () => {
  const members = [...three, member(4, { membership: 'left', state: 'dead' })];
  const state = rangeState(members, 3, at);
  const plain = statusRows(members, state, { ranges: true, decommission: false }, 'v2.0.7');
  expect(plain).toHaveLength(4);
  expect(plain[1]?.slice(-2)).toEqual(['0', '0']);
  const all = statusRows(members, state, { ranges: false, decommission: true }, 'v2.0.7');
  expect(all.at(-1)).toEqual(expect.arrayContaining(['4', '10.0.0.4:26257', 'false', '0', 'true']));
});

test('a table is drawn as a terminal gets it', () => {
  const rows = [
    ['id', 'address'],
    ['1', '10.0.0.1:26257'],
  ];
  expect(drawTable(rows, 'pretty')).toBe(
    '+----+----------------+\n| id |        address |\n+----+----------------+\n|  1 | 10.0.0.1:26257 |\n+----+----------------+\n(1 row)\n',
  );
  expect(drawTable(rows, 'tsv')).toBe('id\taddress\n1\t10.0.0.1:26257\n');
});

test('the port tells what a driver reads: each range once, and who was told to leave', () => {
  const members = [member(1, { state: 'dead', membership: 'left' }), member(2), member(3)];
  const state = rangeState(members, 3, at);
  expect(
    JSON.stringify(nodesDocument(members, state, 'camel')).match(/"ranges.underreplicated":20/g),
  ).toHaveLength(1);
  expect(nodesDocument(members, state, 'snake')).toMatchObject({
    nodes: [{ desc: { node_id: 1, address: { address_field: '10.0.0.1:26257' } } }, {}, {}],
  });
  expect(livenessDocument(members, 'camel')).toMatchObject({
    livenesses: [{ nodeId: 1, decommissioning: true }, { nodeId: 2, decommissioning: false }, {}],
  });
});
