// What do the answers to srvr, mntr and conf mean?

import { type Ensemble, ensembleOf, type Member } from '../model/ensemble.js';

/** What a server says of itself once it serves. */
export type Mode = 'leader' | 'follower' | 'observer' | 'standalone';

/** An answer, read; `unreadable` says what did not fit. */
export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  /** No quorum, still syncing, or closed without a word. */
  | { readonly kind: 'not-serving' }
  /** `4lw.commands.whitelist` (3.4.10 and later) leaves the word out; the 3.5 default allows `srvr` alone. */
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** `srvr`. */
export interface ServerAnswer {
  readonly version: string;
  /** `0x…`. A fresh follower shows the one it joined with until the first write. */
  readonly zxid: string;
  /** null for a mode that is none of ours, such as `read-only`: such a server has no leader. */
  readonly mode: Mode | null;
}

/** `mntr`: the figures that a gate looks at, null where the version or the role has none. */
export interface MonitorAnswer {
  readonly syncedFollowers: number | null;
  /** Who is attached to the leader at all (`MonitorCommand` in Apache ZooKeeper), synced or not. */
  readonly followers: number | null;
  /** 3.6 and later. */
  readonly quorumSize: number | null;
  /** 3.6 and later, ms. */
  readonly leaderUptimeMs: number | null;
  /** 3.6 and later. */
  readonly digestMismatches: number | null;
  /** 3.6 and later: `leading - broadcast`, `following - broadcast`, … */
  readonly peerState: string | null;
}

/** `conf`. */
export interface ConfigurationAnswer {
  readonly serverId: number | null;
  /** The voters that the process really loaded; null on 3.4, which does not tell. */
  readonly ensemble: Ensemble | null;
  /** The version of that list, a zxid `0x…`; `0x0` where reconfiguration was never enabled. */
  readonly listVersion: string | null;
}

/** Reads the answer to `srvr`. */
export function parseServerAnswer(text: string): Parsed<ServerAnswer> {
  return readAnswer(text, () => {
    const version = /^Zookeeper version: (\d+\.\d+\.\d+[^,\s]*)/m.exec(text)?.[1];
    const zxid = /^Zxid: (0x[0-9a-f]{1,16})$/m.exec(text)?.[1];
    const mode = /^Mode: (\S+)$/m.exec(text)?.[1];
    if (version === undefined) return unreadable('no version', text);
    if (zxid === undefined) return unreadable('no zxid', text);
    if (mode === undefined) return unreadable('no mode', text);
    // `3.4.8--1` and `3.8.0-${mvngit.commit.id}`: what follows the first dash is the build.
    const release = version.split('-')[0] ?? version;
    return {
      kind: 'parsed',
      value: { version: release, zxid, mode: modes.find((known) => known === mode) ?? null },
    };
  });
}

const modes: readonly Mode[] = ['leader', 'follower', 'observer', 'standalone'];

/** Reads the answer to `mntr`: one figure a line, key and value parted by a tab. */
export function parseMonitorAnswer(text: string): Parsed<MonitorAnswer> {
  return readAnswer(text, () => {
    const figures = new Map<string, string>();
    for (const line of text.split('\n')) {
      const tab = line.indexOf('\t');
      if (tab > 0) figures.set(line.slice(0, tab), line.slice(tab + 1).trim());
    }
    if (!figures.has('zk_version')) return unreadable('no zk_version', text);
    return {
      kind: 'parsed',
      value: {
        syncedFollowers: figure(figures, 'zk_synced_followers'),
        followers: figure(figures, 'zk_followers'),
        quorumSize: figure(figures, 'zk_quorum_size'),
        leaderUptimeMs: figure(figures, 'zk_leader_uptime'),
        digestMismatches: figure(figures, 'zk_digest_mismatches_count'),
        peerState: figures.get('zk_peer_state') ?? null,
      },
    };
  });
}

/** Counts come as `2` or, in some releases, as `2.0`. */
function figure(figures: ReadonlyMap<string, string>, key: string): number | null {
  const text = figures.get(key);
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text)) : null;
}

/** Reads the answer to `conf`: `key=value`, and from 3.5 on the server lines after `membership:`. */
export function parseConfigurationAnswer(text: string): Parsed<ConfigurationAnswer> {
  return readAnswer(text, () => {
    const serverId = /^serverId=(\d+)$/m.exec(text)?.[1];
    if (!/^clientPort=/m.test(text)) return unreadable('no clientPort', text);
    const listVersion = /^version=([0-9a-f]{1,16})$/m.exec(text)?.[1];
    const voters: Member[] = [];
    for (const [, id, value] of text.matchAll(/^server\.(\d+)=(.+)$/gm)) {
      const member = memberOf(Number(id), value ?? '');
      if (member === 'unreadable') return unreadable(`server.${id} is '${value}'`, text);
      if (member !== 'observer') voters.push(member);
    }
    const distinct = [
      new Set(voters.map((voter) => voter.id)),
      new Set(voters.map((voter) => voter.address)),
    ];
    if (distinct.some((set) => set.size < voters.length)) return unreadable('a server twice', text);
    return {
      kind: 'parsed',
      value: {
        serverId: serverId === undefined ? null : Number(serverId),
        ensemble: voters.length === 0 ? null : ensembleOf(voters),
        listVersion: listVersion === undefined ? null : `0x${listVersion}`,
      },
    };
  });
}

/** `127.0.0.1:2888:3888:participant`, in 3.5 and later with `;client address`; addresses with colons stand in brackets. */
function memberOf(id: number, value: string): Member | 'observer' | 'unreadable' {
  const match = /^(?:\[([^\]]+)\]|([^:[\]|]+)):\d+:\d+(?::(participant|observer))?(?:;.*)?$/.exec(
    value.trim(),
  );
  const address = match?.[1] ?? match?.[2];
  if (!match || address === undefined || id < 1 || id > 255) return 'unreadable';
  return match[3] === 'observer' ? 'observer' : { id, address };
}

function readAnswer<T>(text: string, read: () => Parsed<T>): Parsed<T> {
  if (text === '' || text.startsWith('This ZooKeeper instance is not currently serving requests')) {
    return { kind: 'not-serving' };
  }
  if (/^\w+ is not executed because it is not in the whitelist\./.test(text)) return { kind: 'not-allowed' };
  return read();
}

function unreadable(what: string, text: string): { readonly kind: 'unreadable'; readonly reason: string } {
  return { kind: 'unreadable', reason: `${what} in '${text.slice(0, 80).trim()}'` };
}
