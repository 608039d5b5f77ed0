import { describe, expect, test } from 'vitest';
import { parseConfigurationAnswer, parseMonitorAnswer, parseServerAnswer } from './four-letter-answers.js';

// Captured from real servers; long answers are shortened to the lines around those that we read.
const server348 = `Zookeeper version: 3.4.8--1, built on 02/06/2016 03:18 GMT
Latency min/avg/max: 0/0/0
Received: 1
Sent: 0
Connections: 1
Outstanding: 0
Zxid: 0x100000004
Mode: follower
Node count: 4
`;
const server38 = `Zookeeper version: 3.8.0-\${mvngit.commit.id}, built on 2024-12-29 17:54 UTC
Latency min/avg/max: 0/0.0/0
Received: 1
Sent: 0
Connections: 1
Outstanding: 0
Zxid: 0x100000000
Mode: leader
Node count: 5
Proposal sizes last/min/max: -1/-1/-1
`;
const monitor348 = `zk_version\t3.4.8--1, built on 02/06/2016 03:18 GMT
zk_avg_latency\t0
zk_server_state\tleader
zk_znode_count\t4
zk_max_file_descriptor_count\t20000
zk_followers\t2
zk_synced_followers\t2
zk_pending_syncs\t0
`;
const monitor38Leader = `zk_version\t3.8.0-\${mvngit.commit.id}, built on 2024-12-29 17:54 UTC
zk_server_state\tleader
zk_peer_state\tleading - broadcast
zk_synced_followers\t2
zk_synced_non_voting_followers\t0
zk_synced_observers\t0
zk_leader_uptime\t32667
zk_uptime\t32821
zk_learners\t2
zk_quorum_size\t3
zk_digest_mismatches_count\t0
zk_avg_1_learner_handler_qp_size\t0.0588
`;
const monitor38Follower = `zk_version\t3.8.0-\${mvngit.commit.id}, built on 2024-12-29 17:54 UTC
zk_server_state\tfollower
zk_peer_state\tfollowing - broadcast
zk_quorum_size\t3
zk_digest_mismatches_count\t0
`;
const configuration348 = `clientPort=2181
dataDir=/var/lib/zookeeper/version-2
dataLogDir=/var/lib/zookeeper/version-2
tickTime=300
serverId=1
initLimit=10
electionPort=3888
quorumPort=2888
peerType=0
`;
const configuration38 = `clientPort=2181
secureClientPort=-1
dataDir=/var/lib/zookeeper/version-2
serverId=1
initLimit=10
electionAlg=3
peerType=0
membership: 
server.1=127.201.0.1:2888:3888:participant
server.2=127.201.0.2:2888:3888:participant
server.3=127.201.0.3:2888:3888:participant
version=0`;

function readLines(...lines: readonly string[]): unknown {
  return parseConfigurationAnswer(['clientPort=2181', ...lines].join('\n'));
}

describe('parseServerAnswer', () => {
  test.each([
    ['3.4.8', server348, { version: '3.4.8', zxid: '0x100000004', mode: 'follower' }],
    ['3.8.0', server38, { version: '3.8.0', zxid: '0x100000000', mode: 'leader' }],
    [
      'read-only mode',
      server38.replace('leader', 'read-only'),
      { version: '3.8.0', zxid: '0x100000000', mode: null },
    ],
  ])('reads the answer of %s', (_, text, value) => {
    expect(parseServerAnswer(text)).toEqual({ kind: 'parsed', value });
  });

  test.each([
    ['no zxid', server38.replace(/^Zxid.*$/m, '')],
    ['no mode', server348.slice(0, server348.indexOf('Mode'))],
    ['no version', 'HTTP/1.1 400 Bad Request\r\n'],
  ])('says what it can not read: %s', (reason, text) => {
    expect(parseServerAnswer(text)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe('every word', () => {
  const parsers = [parseServerAnswer, parseMonitorAnswer, parseConfigurationAnswer];

  test.each([
    ['not-serving', 'This ZooKeeper instance is not currently serving requests\n'],
    ['not-serving', ''],
    ['not-allowed', 'mntr is not executed because it is not in the whitelist.\n'],
    ['unreadable', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ])('is %s where the server says %j', (kind, text) => {
    expect(parsers.map((parse) => parse(text).kind)).toEqual([kind, kind, kind]);
  });
});

describe('parseMonitorAnswer', () => {
  const none = {
    syncedFollowers: null,
    followers: null,
    quorumSize: null,
    leaderUptimeMs: null,
    digestMismatches: null,
    peerState: null,
  };

  const two = { syncedFollowers: 2, followers: 2 };

  test.each([
    ['a leader of 3.4.8', monitor348, { ...none, ...two }],
    [
      'a leader of 3.8',
      monitor38Leader,
      {
        ...none,
        syncedFollowers: 2,
        quorumSize: 3,
        leaderUptimeMs: 32_667,
        digestMismatches: 0,
        peerState: 'leading - broadcast',
      },
    ],
    [
      'a follower of 3.8',
      monitor38Follower,
      { ...none, quorumSize: 3, digestMismatches: 0, peerState: 'following - broadcast' },
    ],
    ['figures with a fraction', monitor348.replace('followers\t2', 'followers\t2.0'), { ...none, ...two }],
    ['a figure that is none', 'zk_version\t3.6\nzk_quorum_size\tnull\n', none],
  ])('reads %s', (_, text, value) => {
    expect(parseMonitorAnswer(text)).toEqual({ kind: 'parsed', value });
  });
});

describe('parseConfigurationAnswer', () => {
  test('finds no list in 3.4.8', () => {
    expect(parseConfigurationAnswer(configuration348)).toEqual({
      kind: 'parsed',
      value: { serverId: 1, ensemble: null, listVersion: null },
    });
  });

  test('reads the list of 3.8', () => {
    const ensemble = [1, 2, 3].map((id) => ({ id, address: `127.201.0.${id}` }));
    expect(parseConfigurationAnswer(configuration38)).toEqual({
      kind: 'parsed',
      value: { serverId: 1, ensemble, listVersion: '0x0' },
    });
  });

  test('leaves observers out, and client addresses, brackets and weights aside', () => {
    const lines = [
      'server.9=[fd00::9]:2888:3888:participant;[::]:2181',
      'server.2=zk2.example:2888:3888:participant;0.0.0.0:2181',
      'server.3=zk3.example:2888:3888:observer',
      'weight.2=1',
    ];
    const ensemble = [
      { id: 2, address: 'zk2.example' },
      { id: 9, address: 'fd00::9' },
    ];
    expect(readLines(...lines, 'version=10000002a')).toEqual({
      kind: 'parsed',
      value: { serverId: null, ensemble, listVersion: '0x10000002a' },
    });
  });

  test.each([
    [['server.1=10.0.0.1']],
    [['server.256=10.0.0.1:2888:3888']],
    [['server.1=10.0.0.1:2888:3888', 'server.2=10.0.0.1:2888:3888']],
    [['server.1=10.0.0.1:2888:3888', 'server.1=10.0.0.2:2888:3888']],
  ])('reads no list from %j', (lines) => {
    expect(readLines(...lines)).toMatchObject({ kind: 'unreadable' });
  });
});
