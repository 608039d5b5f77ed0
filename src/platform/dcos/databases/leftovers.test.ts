import { describe, expect, test } from 'vitest';
import { removeScript } from './decommission.js';
import { etcdFindings, etcdView, type EtcdWants } from './etcd-reading.js';
import { cockroachReading, leftoversOf } from './leftovers.js';

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

const departure = {
  left: ['10.0.0.1'],
  masters: ['10.0.0.2', '10.0.0.3', '10.0.0.4'],
  fresh: ['10.0.0.4'],
  down: [],
  late: [],
};

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
      etcdLeavers: [],
      isEtcdOff: false,
      // What the one that left reported last counts no more.
      faults: [{ store: 'CockroachDB', seen: '2 ranges are under-replicated' }],
      notes: [],
    });
  });

  test('the earlier ids of a host that was rebuilt at its address', () => {
    const nodes = status([
      [1, '10.0.0.1', 0],
      [2, '10.0.0.2', 0],
      [5, '10.0.0.1', 0],
    ]);
    const rebuilt = { left: [], masters: ['10.0.0.1', '10.0.0.2'], fresh: ['10.0.0.1'], down: [], late: [] };
    const found = leftoversOf({ cockroach: cockroachReading(nodes), etcd: null }, rebuilt);
    expect(found).toMatchObject({ cockroachNodes: [1], faults: [] });
  });

  test('a master without a node, and an answer that is none, are faults', () => {
    const found = leftoversOf(
      { cockroach: cockroachReading(status([[2, '10.0.0.2', 0]])), etcd: null },
      departure,
    );
    expect(found.faults).toEqual([{ store: 'CockroachDB', seen: 'no node of 10.0.0.3, 10.0.0.4' }]);
    for (const text of ['', 'Error: cannot dial server', status([])])
      expect(cockroachReading(text)).toMatchObject({ kind: 'unknown' });
  });

  test('another master is down: what can not be whole is told, what is out of reach is a fault', () => {
    const down = { left: [], masters: ['10.0.0.1', '10.0.0.2'], fresh: [], down: ['10.0.0.1'], late: [] };
    const text = status([[2, '10.0.0.2', 2]]).replace('20,0,2,', '20,3,2,');
    expect(leftoversOf({ cockroach: cockroachReading(text), etcd: null }, down)).toMatchObject({
      faults: [{ seen: '3 ranges are unavailable' }],
      notes: ['CockroachDB: 2 ranges are under-replicated as long as 10.0.0.1 is down'],
    });
  });

  test('a node that is gone tells of nothing, and one that lives must', () => {
    const gone = status([[2, '10.0.0.2', 0]])
      .replace('10.0.0.2:26257', 'NULL')
      .replace('20,0,0,', 'NULL,NULL,NULL,');
    const [, row = ''] = status([[3, '10.0.0.3', 0]]).split('\n');
    const wants = { left: [], masters: ['10.0.0.3'], fresh: [], down: [], late: [] };
    const faults = (text: string): readonly string[] =>
      leftoversOf({ cockroach: cockroachReading(text), etcd: null }, wants).faults.map((one) => one.seen);
    expect(faults(`${gone}${row}\n`)).toEqual([]);
    expect(faults(`${gone}${row.replace('20,0,0,', '20,NULL,NULL,')}\n`)).toEqual([
      'the node of 10.0.0.3 does not tell of its ranges',
    ]);
  });
});

/** Ids have 64 bits. */
function memberId(number: number): string {
  return String(0x8e9e05c521646000n + BigInt(number));
}

/** What `dcos-etcdctl diagnostic` prints. */
function diagnostic(self: number, members: readonly (readonly [id: number, address: string])[]): string {
  const list = members
    .map(
      ([number, address]) =>
        `{"ID":${memberId(number)},"name":"etcd-${address}","peerURLs":["https://${address}:2380"],"clientURLs":[]}`,
    )
    .join();
  return `cmd \`endpoint health\`, exit status: \`0\`, stdout: \`http://10.0.0.${self}:2379 is healthy: successfully committed proposal: took = 2ms\`, stderr: \`None\`

cmd \`member list -w json\`, exit status: \`0\`, stdout: \`{"header":{"cluster_id":1,"member_id":${memberId(self)},"raft_term":2},"members":[${list}]}\`, stderr: \`None\`
`;
}

describe("etcd's members", () => {
  const three = [
    [1, '10.0.0.1'],
    [2, '10.0.0.2'],
    [3, '10.0.0.3'],
  ] as const;
  const wants: EtcdWants = { left: [], masters: three.map(([, address]) => address), down: [], late: [] };
  const views = (members: Parameters<typeof diagnostic>[1]) =>
    three.map(([self, address]) => etcdView(address, 0, diagnostic(self, members)));

  test.each<[string, Parameters<typeof diagnostic>[1], readonly string[]]>([
    ['are the masters', three, []],
    [
      'are all but one',
      three.slice(0, 2),
      ['no member at 10.0.0.3', '10.0.0.3 answers as a member of nowhere'],
    ],
    ['hold a stranger', [...three, [9, '10.9.9.9']], ['a member at 10.9.9.9 is no master']],
    ['hold an earlier one of a master', [...three, [9, '10.0.0.3']], ['2 members at 10.0.0.3']],
    [
      'are a stranger alone',
      [[9, '10.9.9.9']],
      [
        'no member at 10.0.0.1, 10.0.0.2, 10.0.0.3',
        'a member at 10.9.9.9 is no master',
        ...three.map(([, address]) => `${address} answers as a member of nowhere`),
      ],
    ],
  ])('%s', (_, members, expected) => {
    expect(etcdFindings(views(members), wants)).toEqual({ leavers: [], faults: expected });
  });

  test('two masters count on different members', () => {
    const [first, second] = views(three);
    const apart = etcdView('10.0.0.3', 0, diagnostic(3, [[3, '10.0.0.3']]));
    if (first === undefined || second === undefined) throw new Error('three views');
    expect(etcdFindings([first, second, apart], wants).faults).toEqual([
      '10.0.0.3 counts on other members than 10.0.0.1',
    ]);
  });

  test('who left must leave, and who is silent or not there is a fault unless a dead master explains it', () => {
    const ill = etcdView('10.0.0.3', 1, 'http://10.0.0.3:2379 is unhealthy\nError: unhealthy cluster\n');
    const [first, second] = views(three.slice(0, 2));
    if (first === undefined || second === undefined) throw new Error('two views');
    const gone = { ...wants, left: ['10.0.0.1'], masters: ['10.0.0.2', '10.0.0.3'] };
    expect(etcdFindings([second, ill], gone)).toEqual({
      leavers: ['10.0.0.1'],
      faults: [
        "on 10.0.0.3: its health can't be told (status 1): http://10.0.0.3:2379 is unhealthy\nError: unhealthy cluster",
        'no member at 10.0.0.3',
      ],
    });
    expect(etcdFindings([first, second, ill], { ...wants, late: ['10.0.0.3'] }).faults).toEqual([]);
    expect(etcdFindings([ill], wants).faults[0]).toBe('no master says who its members are');
    expect(etcdView('10.0.0.1', 0, 'usage: dcos-etcdctl')).toMatchObject({ kind: 'unknown' });
  });

  test('are taken out by the helper, which tells ZooKeeper too', () => {
    const nothing = { cockroachNodes: [], etcdLeavers: [], isEtcdOff: false, faults: [], notes: [] };
    const script = removeScript({ ...nothing, cockroachNodes: [7], etcdLeavers: ['10.0.0.1'] });
    expect(script).toContain('node decommission 7 --wait=live');
    expect(script).toContain('leave_etcd 10.0.0.1 ||');
  });
});
