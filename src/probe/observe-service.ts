// What does one server itself say of its role, its transactions and its list?

import type { Ensemble } from '../model/ensemble.js';
import { askFourLetterWord, type FourLetterAnswer, type FourLetterWord } from './four-letter.js';
import {
  type Mode,
  type MonitorAnswer,
  type Parsed,
  parseConfigurationAnswer,
  parseMonitorAnswer,
  parseServerAnswer,
  type ServerAnswer,
} from './four-letter-answers.js';

/** One server's own answers. Every absent answer is null; silence is never taken for health. */
export interface ServiceReading {
  readonly address: string;
  /** When the answers were complete, ms since the epoch. */
  readonly at: number;
  /** `silent` is a time-out (a hung server included) or an unreachable host. */
  readonly port: 'open' | 'refused' | 'silent';
  /** Set only once the server has a leader and has finished its sync (rule R11). */
  readonly mode: Mode | null;
  /** `0x…`. */
  readonly zxid: string | null;
  /** The upper 32 bits of the zxid. */
  readonly epoch: number | null;
  readonly version: string | null;
  readonly serverId: number | null;
  /** The voters that the process loaded, with the addresses that it uses itself; null on 3.4. */
  readonly ensemble: Ensemble | null;
  /** The version of that list, a zxid `0x…`; `0x0` where reconfiguration was never enabled. */
  readonly listVersion: string | null;
  /** The leader's own figures. */
  readonly syncedFollowers: number | null;
  /** Attached, synced or not. */
  readonly followers: number | null;
  readonly quorumSize: number | null;
  readonly leaderUptimeMs: number | null;
  /** 3.6 and later. */
  readonly digestMismatches: number | null;
  /** What it said, in one line, for people. */
  readonly evidence: string;
}

/**
 * Asks `srvr`, `mntr` and `conf` side by side, within `timeoutMs` (2 s by default) in all. Read-only; never rejects.
 */
export async function observeService(
  address: string,
  clientPort: number,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<ServiceReading> {
  const limits = { ...options, timeoutMs: options.timeoutMs ?? 2000 };
  const ask = (word: FourLetterWord): Promise<FourLetterAnswer> =>
    askFourLetterWord(address, clientPort, word, limits);
  const [srvr, mntr, conf] = await Promise.all([ask('srvr'), ask('mntr'), ask('conf')]);
  const server = read(srvr, parseServerAnswer);
  const monitor = valueOf(read(mntr, parseMonitorAnswer));
  const configuration = valueOf(read(conf, parseConfigurationAnswer));
  const { mode = null, zxid = null, version = null } = valueOf(server) ?? {};
  return {
    address,
    at: Date.now(),
    port: srvr.kind === 'answered' ? 'open' : srvr.kind,
    mode,
    zxid,
    epoch: zxid === null ? null : epochOf(zxid),
    version,
    serverId: configuration?.serverId ?? null,
    ensemble: configuration?.ensemble ?? null,
    listVersion: configuration?.listVersion ?? null,
    syncedFollowers: monitor?.syncedFollowers ?? null,
    followers: monitor?.followers ?? null,
    quorumSize: monitor?.quorumSize ?? null,
    leaderUptimeMs: monitor?.leaderUptimeMs ?? null,
    digestMismatches: monitor?.digestMismatches ?? null,
    evidence: evidenceOf(srvr, server, monitor),
  };
}

/** The upper 32 bits of a zxid `0x…`. */
export function epochOf(zxid: string): number {
  return Number(BigInt(zxid) >> 32n);
}

function read<T>(answer: FourLetterAnswer, parse: (text: string) => Parsed<T>): Parsed<T> | null {
  return answer.kind === 'answered' ? parse(answer.text) : null;
}

function valueOf<T>(parsed: Parsed<T> | null): T | null {
  return parsed?.kind === 'parsed' ? parsed.value : null;
}

function evidenceOf(
  srvr: FourLetterAnswer,
  server: Parsed<ServerAnswer> | null,
  monitor: MonitorAnswer | null,
): string {
  if (srvr.kind === 'refused') return 'connection refused';
  if (srvr.kind === 'silent') return `silent: ${srvr.reason}`;
  if (srvr.text === '') return 'port open, closed without an answer';
  if (server === null || server.kind === 'not-serving') return 'port open, not serving';
  if (server.kind === 'not-allowed') return 'srvr is not allowed (4lw.commands.whitelist)';
  if (server.kind === 'unreadable') return `unreadable answer: ${server.reason}`;
  const { mode, zxid, version } = server.value;
  const synced = monitor?.syncedFollowers ?? null;
  const followers = synced === null ? '' : `, ${synced} synced followers`;
  const state = monitor?.peerState ?? null;
  return `${mode ?? 'no leader'}${followers}, zxid ${zxid}, version ${version}${state === null ? '' : `, ${state}`}`;
}
