// A stand-in for ZooKeeper servers: what hosts, disks and processes do, by the planner's own model and a virtual clock.
//
// Real servers show whether the model is right; this shows what the engine makes of courses of events that real servers
// would need days for, and of any on a machine that has no Java. Whose data is complete the engine can't see.

import { type Address, type Ensemble, idOf } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import { invariant } from '../../model/invariant.js';
import { beginningMs, VirtualClock } from './clock.js';
import { type Delays, evenDelays } from './delays.js';
import type { EventKind, SimulationEvent } from './events.js';
import type { Random } from './random.js';
import {
  bareServer,
  describeList,
  oldMember,
  processOf,
  serverAt,
  type Servers,
  type SimulatedProcess,
  type SimulatedServer,
} from './server.js';
import { SimulatedService } from './service.js';

/** What a simulated cluster begins with. */
export interface Makeup {
  readonly version: string;
  /** All of them run but for `down`. */
  readonly ensemble: Ensemble;
  /** Clean hosts. */
  readonly newcomers: readonly Address[];
  /** Null: the highest id leads, as after a fresh start. */
  readonly leader: Address | null;
  readonly down?: readonly Address[];
  readonly delays?: Delays;
  /** Who wins among servers that all have every acknowledged write; without it, who ranks first in the model. */
  readonly contest?: Random;
  readonly onEvent?: (event: SimulationEvent) => void;
}

/** The servers of one cluster and the hosts around them. */
export class SimulatedServers {
  readonly servers: Servers;
  readonly version: string;
  readonly delays: Delays;
  /** Who leads and follows. */
  readonly service: SimulatedService;
  readonly #clock: VirtualClock = new VirtualClock();
  readonly #onEvent: ((event: SimulationEvent) => void) | undefined;

  constructor(makeup: Makeup) {
    const { version, ensemble, newcomers, leader, down = [], delays = evenDelays, contest } = makeup;
    this.version = version;
    this.delays = delays;
    this.#onEvent = makeup.onEvent;
    const members = ensemble.map(({ address, id }) => oldMember(address, id, ensemble, this.now));
    for (const member of members) {
      if (down.includes(member.address)) continue;
      member.process = { ...processOf(member, this.now - 110_000), phase: 'in', seenFrom: this.now - 60_000 };
    }
    const clean = newcomers.filter((address) => idOf(ensemble, address) === undefined).map(bareServer);
    this.servers = new Map([...members, ...clean].map((server) => [server.address, server]));
    const family = familyOf(version);
    invariant(family !== undefined, `a known version: ${version}`);
    const tell = this.tell.bind(this);
    const now = (): number => this.now;
    this.service = new SimulatedService(
      { family, servers: this.servers, delays, contest, now, tell },
      ensemble,
      leader,
    );
  }

  /** ms since the epoch, virtual. */
  get now(): number {
    return this.#clock.now;
  }

  get leader(): Address | null {
    return this.service.leader;
  }

  /** Follow the leader, itself included. */
  get serving(): readonly Address[] {
    return this.service.serving;
  }

  server(address: Address): SimulatedServer {
    return serverAt(this.servers, address);
  }

  /** Does `deed` once the clock has advanced by `delayMs`. */
  later(delayMs: number, deed: () => void): void {
    this.#clock.later(delayMs, deed);
  }

  advance(ms: number): void {
    this.#clock.advance(ms);
  }

  /** Tells of an event that happens now. */
  tell(kind: EventKind, host: Address | null, what: string): void {
    this.#onEvent?.({ atMs: this.now - beginningMs, kind, host, what });
  }

  /** Whether the server itself says that it leads or follows. */
  isSeenServing(address: Address): boolean {
    const { process } = this.server(address);
    if (process === null || process.hangs || !this.serving.includes(address)) return false;
    return this.now >= process.seenFrom;
  }

  /** The process ends, by a step or by itself. */
  halt(address: Address): void {
    const server = this.server(address);
    const { process } = server;
    server.halts += 1;
    if (process === null) return;
    this.tell('down', address, '');
    const end = (): void => void (server.process = null);
    if (process.phase === 'in') this.service.move('stop', server, end);
    else end();
  }

  /** The process starts on what the disk holds. */
  boot(address: Address): void {
    const server = this.server(address);
    if (server.process !== null) return;
    const { javaMs, syncMs, settleMs } = this.delays.start(server.data === 'none' ? 'empty' : 'filled');
    const process = processOf(server, this.now);
    server.process = process;
    server.hasFiles = true;
    this.tell('up', address, `id ${server.serverId ?? 'none'}, ${this.service.nameOf(server.list)}`);
    this.#unlessOver(javaMs, server, process, () => {
      if (javaMs > 0) this.tell('port', address, '');
      this.#meet(server, process, syncMs, settleMs);
    });
  }

  /** Empties the disk. */
  wipe(address: Address): void {
    const server = this.server(address);
    this.tell('wipe', address, '');
    Object.assign(server, { ...bareServer(address), list: server.list });
  }

  /** Writes `zoo.cfg` and `myid`. `ensemble` is where the stage leads. */
  configure(address: Address, ensemble: Ensemble): void {
    this.service.aim(ensemble);
    const server = this.server(address);
    const serverId = idOf(ensemble, address) ?? null;
    if (server.serverId === serverId && describeList(server.list) === describeList(ensemble)) return;
    Object.assign(server, { list: ensemble, serverId, configuredAt: this.now });
    this.tell('conf', address, `id ${serverId ?? 'none'} of ${describeList(ensemble)}`);
  }

  /** Whether the server comes back after a reboot or a crash. */
  setAtBoot(address: Address, atBoot: 'on' | 'off'): void {
    const server = this.server(address);
    if (server.enabled !== (atBoot === 'on')) this.tell('boot', address, atBoot);
    server.enabled = atBoot === 'on';
  }

  /** The process stands still until `wake`; the others give it up after `limitMs`. */
  hang(address: Address, limitMs: number): void {
    const server = this.server(address);
    const { process } = server;
    if (process === null || process.hangs) return;
    process.hangs = true;
    this.later(limitMs, () => {
      if (server.process !== process || !process.hangs || process.phase !== 'in') return;
      this.tell('drop', address, '');
      this.service.move('stop', server, () => void (process.phase = 'apart'));
    });
  }

  /** A process that hung goes on; one that was given up looks for a leader again. */
  wake(address: Address): void {
    const server = this.server(address);
    const { process } = server;
    if (process === null || !process.hangs) return;
    process.hangs = false;
    this.tell('wake', address, '');
    this.service.thaw();
    if (process.phase !== 'apart') return;
    const { syncMs, settleMs } = this.delays.start('filled');
    this.#meet(server, process, syncMs, settleMs);
  }

  /** Does `deed` after a while, unless the process is gone by then; one that hangs goes on when it wakes. */
  #unlessOver(ms: number, server: SimulatedServer, process: SimulatedProcess, deed: () => void): void {
    if (ms === 0) return deed();
    this.later(ms, () => {
      if (server.process !== process) return;
      if (process.hangs) process.phase = 'apart';
      else deed();
    });
  }

  /** It takes connections: where somebody leads it copies what that one has; else it votes. */
  #meet(server: SimulatedServer, process: SimulatedProcess, syncMs: number, settleMs: number): void {
    process.phase = 'apart';
    this.#unlessOver(this.leader === null ? 0 : syncMs, server, process, () => {
      // The leader went meanwhile, and the election had this one take part.
      if (process.phase === 'in') return;
      this.service.move('start', server, () => void (process.phase = 'in'), settleMs);
    });
  }
}
