// A stand-in for ZooKeeper servers: what hosts, disks and processes do, by the planner's prediction and a virtual clock.
//
// Real servers show whether the prediction is right; this shows what the engine makes of thousands of courses of events
// that real servers would need days for. What it keeps, and the engine can't see, is whose data is complete.

import { type Address, describeEnsemble, type Ensemble, idOf } from '../../src/model/ensemble.js';
import { familyOf } from '../../src/model/family.js';
import { carryOut, type Moment, votersOf } from '../../src/plan/predict.js';
import { finds, keepsLeading, noService, seesQuorum } from '../../src/proof/zookeeper/election.js';
import { addressesOf, type Roster, rosterOf, type ServerSet } from '../../src/proof/zookeeper/roster.js';
import { moveCommitted, moveCommittedLeader } from './committed-list.js';

/** A server's process, with the list that it read at its start. Times in ms. */
export interface ModelProcess {
  readonly startedAt: number;
  readonly list: Ensemble;
  readonly serverId: number | null;
  /** Digest mismatches counted since the start. */
  mismatches: number;
}

/** A host: its disk, its process, and whether the server comes back after a reboot. */
export interface ModelServer {
  readonly address: Address;
  list: Ensemble | null;
  serverId: number | null;
  stamp: string | null;
  configuredAt: number | null;
  /** How good the data on the disk is; the engine can't see it. */
  data: 'complete' | 'old' | 'none';
  /** Whether a ZooKeeper has written files since the disk was last empty. */
  hasFiles: boolean;
  /** Whether the data differs from what was written; only an empty disk mends it. */
  diverged: boolean;
  enabled: boolean;
  process: ModelProcess | null;
}

/** Time from an election's end, and from a process's start, until the server says what it is. */
const settlingMs = 700;

/** Measured with virtual time only, so it may be anything that a clock can show. */
const epochOfClock = Date.UTC(2026, 0, 1);

/** The servers of one cluster and the hosts around them. */
export class ModelServers {
  readonly servers: ReadonlyMap<Address, ModelServer>;
  readonly version: string;
  /** ms since the epoch; advances only here. */
  now: number = epochOfClock;
  leader: Address | null = null;
  /** Follow the leader, itself included. */
  serving: readonly Address[] = [];
  epoch = 1;
  electedAt: number = epochOfClock - 60_000;
  /** The list that a running ensemble has committed and changes by itself; null: lists are static. */
  committed: Ensemble | null = null;
  /** Set when somebody led without having every acknowledged write. */
  lostWrites: string | null = null;
  #lists: { readonly from: Ensemble; readonly to: Ensemble };
  #later: { readonly at: number; readonly deed: () => void }[] = [];
  readonly #onAdvance: (() => void)[] = [];

  /** All of `ensemble` run; `leader` leads, or the highest id. `newcomers` are clean hosts. */
  constructor(
    version: string,
    ensemble: Ensemble,
    newcomers: readonly Address[],
    leader: Address | null,
    down: readonly Address[] = [],
  ) {
    this.version = version;
    this.#lists = { from: ensemble, to: ensemble };
    const addresses = [...new Set([...ensemble.map((member) => member.address), ...newcomers])];
    this.servers = new Map(addresses.map((address) => [address, this.#bare(address)]));
    for (const { address, id } of ensemble) {
      const server = this.server(address);
      Object.assign(server, { list: ensemble, serverId: id, configuredAt: this.now - 120_000 });
      Object.assign(server, { data: 'complete', hasFiles: true, enabled: true });
      if (!down.includes(address)) server.process = this.#processOf(server, this.now - 110_000);
    }
    const running = ensemble.map((member) => member.address).filter((address) => !down.includes(address));
    this.serving = running;
    this.leader = leader ?? running.at(-1) ?? null;
  }

  server(address: Address): ModelServer {
    const server = this.servers.get(address);
    if (server === undefined) throw new Error(`no host ${address}`);
    return server;
  }

  /** Does `deed` once the clock has advanced by `delayMs`. */
  later(delayMs: number, deed: () => void): void {
    this.#later = [...this.#later, { at: this.now + delayMs, deed }].sort((a, b) => a.at - b.at);
  }

  /** Calls `watcher` after each advance of the clock. */
  watchClock(watcher: () => void): void {
    this.#onAdvance.push(watcher);
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (let next = this.#later[0]; next !== undefined && next.at <= end; next = this.#later[0]) {
      this.#later = this.#later.slice(1);
      this.now = Math.max(this.now, next.at);
      next.deed();
    }
    this.now = end;
    for (const watcher of this.#onAdvance) watcher();
  }

  /** Whether the server itself says that it leads or follows. */
  isSeenServing(address: Address): boolean {
    const { process } = this.server(address);
    if (process === null || !this.serving.includes(address)) return false;
    return this.now >= Math.max(this.electedAt, process.startedAt) + settlingMs;
  }

  /** Since when writes can go through; null while they can't. */
  writableSince(): number | null {
    const since = this.electedAt + settlingMs;
    return this.leader === null || this.now < since ? null : since;
  }

  /** The process ends, by a step or by itself. */
  halt(address: Address): void {
    if (this.server(address).process === null) return;
    this.#move('stop', address);
  }

  /** The process starts on what the disk holds. */
  boot(address: Address): void {
    if (this.server(address).process !== null) return;
    this.#move('start', address);
  }

  /** Empties the disk. */
  wipe(address: Address): void {
    Object.assign(this.server(address), { ...this.#bare(address), list: this.server(address).list });
  }

  /** Writes `zoo.cfg` and `myid`. `ensemble` is where the stage leads. */
  configure(address: Address, ensemble: Ensemble): void {
    this.aim(ensemble);
    const server = this.server(address);
    const serverId = idOf(ensemble, address) ?? null;
    if (server.serverId === serverId && describe(server.list) === describe(ensemble)) return;
    Object.assign(server, { list: ensemble, serverId, configuredAt: this.now });
  }

  /** Writes the files of a server that is to join: they tell no other server anything. */
  writeFiles(address: Address, ensemble: Ensemble): void {
    const serverId = idOf(ensemble, address) ?? null;
    Object.assign(this.server(address), { list: ensemble, serverId, configuredAt: this.now });
  }

  /** The lists in use from now on are this one and the one before it. */
  aim(ensemble: Ensemble): void {
    if (describe(this.#lists.to) === describe(ensemble)) return;
    this.#lists = { from: this.#lists.to, to: ensemble };
  }

  /** Leadership changes hands, as after a short pause of the leader. False where not all who serve could follow. */
  moveLeader(address: Address): boolean {
    if (this.committed !== null) return moveCommittedLeader(this, address, this.committed);
    const roster = this.#roster();
    const moment = this.#moment(roster);
    const voters = votersOf(roster, moment);
    const leader = roster.addresses.indexOf(address);
    const followable = this.serving.every((one) => {
      const server = roster.addresses.indexOf(one);
      return (
        server === leader ||
        (finds(roster, voters, server, leader) && seesQuorum(roster, voters, server, moment.serving))
      );
    });
    if (!followable || !keepsLeading(roster, voters, { ...moment, leader })) return false;
    this.leader = address;
    this.epoch += 1;
    this.electedAt = this.now;
    return true;
  }

  #bare(address: Address): ModelServer {
    const disk = { list: null, serverId: null, stamp: null, configuredAt: null } as const;
    const state = { hasFiles: false, diverged: false, enabled: false, process: null } as const;
    return { address, ...disk, data: 'none', ...state };
  }

  #processOf(server: ModelServer, startedAt: number): ModelProcess {
    return { startedAt, list: server.list ?? [], serverId: server.serverId, mismatches: 0 };
  }

  #roster(): Roster {
    const family = familyOf(this.version);
    if (family === undefined) throw new Error(`unknown version ${this.version}`);
    return rosterOf({ ...this.#lists, fresh: [], family });
  }

  #moment(roster: Roster): Moment {
    const having = (has: (server: ModelServer) => boolean): ServerSet =>
      roster.addresses.reduce((set, address, at) => (has(this.server(address)) ? set | (1 << at) : set), 0);
    const to = having((server) => holds(server) === describe(this.#lists.to));
    const serving = having((server) => this.serving.includes(server.address));
    const leader = this.leader === null ? -1 : roster.addresses.indexOf(this.leader);
    return {
      ...(leader < 0 ? noService : { leader, serving }),
      running: having((server) => server.process !== null),
      from: having((server) => holds(server) === describe(this.#lists.from)) & ~to,
      to,
      fenced: 0,
      installed: roster.all,
      current: having((server) => server.data === 'complete'),
      filled: having((server) => server.data !== 'none'),
    };
  }

  #move(kind: 'stop' | 'start', address: Address): void {
    if (this.committed !== null) return moveCommitted(this, kind, address, this.committed);
    const roster = this.#roster();
    const before = this.#moment(roster);
    const host = this.server(address);
    host.process = kind === 'stop' ? null : this.#processOf(host, this.now);
    host.hasFiles = true;
    const server = roster.addresses.indexOf(address);
    // A host whose list is of neither side is heard by nobody.
    if (server < 0) return;
    const { after, elections } = carryOut(roster, before, { kind, server }, 'leader', new Map());
    if (after.leader >= 0 && (before.current & (1 << after.leader)) === 0)
      this.lostWrites ??= `${roster.addresses[after.leader]} leads without every write`;
    this.leader = after.leader < 0 ? null : (roster.addresses[after.leader] ?? null);
    this.serving = after.leader < 0 ? [] : addressesOf(roster, after.serving);
    this.epoch += elections;
    if (elections > 0) this.electedAt = this.now;
    for (const [at, one] of roster.addresses.entries()) {
      const bit = 1 << at;
      const data = (after.current & bit) !== 0 ? 'complete' : (after.filled & bit) !== 0 ? 'old' : 'none';
      this.server(one).data = data;
    }
  }
}

function describe(ensemble: Ensemble | null): string {
  return ensemble === null ? '' : describeEnsemble(ensemble);
}

function holds(server: ModelServer): string {
  return describe(server.process?.list ?? server.list);
}
