// A stand-in for a quorum at work: who leads and follows, since when writes go through, and who has them?

import { type Address, describeEnsemble, type Ensemble, quorumOf } from '../../model/ensemble.js';
import type { ZooKeeperFamily } from '../../model/family.js';
import { carryOut, type Moment } from '../../plan/predict.js';
import { addressesOf, at, membersOf, type Roster, type ServerSet } from '../../proof/zookeeper/roster.js';
import type { Delays } from './delays.js';
import type { Tell } from './events.js';
import { couldLead, hasQuorum, type ListsInUse, momentOfServers, rosterOfLists } from './moment.js';
import type { Random } from './random.js';
import { describeList, serverAt, type Servers, type SimulatedServer } from './server.js';

/** What the service is made of. `now` in ms since the epoch. */
export interface ServiceMakeup {
  readonly family: ZooKeeperFamily;
  readonly servers: Servers;
  readonly delays: Delays;
  /** Who wins among servers that all have every acknowledged write; without it, who ranks first in the model. */
  readonly contest: Random | undefined;
  readonly now: () => number;
  readonly tell: Tell;
}

/** How often the log of another one than the highest id is ahead, by writes that nobody has acknowledged; assumed. */
const UPSET_SHARE = 0.25;

/** The service of an ensemble, as the model of elections and joins lets it come about. */
export class SimulatedService {
  leader: Address | null;
  /** Follow the leader, itself included. */
  serving: readonly Address[];
  epoch = 1;
  electedAt: number;
  /** Writes acknowledged so far. */
  acknowledged = 0;
  /** Set when somebody led without having every acknowledged write. */
  lostWrites: string | null = null;
  /** The two lists in use: the last one that was given to anybody, and the one before it. */
  #lists: ListsInUse;
  #lost = 0;
  #writableFrom = 0;
  readonly #makeup: ServiceMakeup;

  /** All who run follow `leader`, or the highest id, if they are a quorum. */
  constructor(makeup: ServiceMakeup, ensemble: Ensemble, leader: Address | null) {
    this.#makeup = makeup;
    this.#lists = { from: ensemble, to: ensemble };
    const running = [...makeup.servers.values()].filter((one) => one.process !== null);
    this.serving = running.map((one) => one.address);
    this.leader = this.serving.find((address) => address === leader) ?? this.serving.at(-1) ?? null;
    this.electedAt = makeup.now() - 60_000;
    if (this.serving.length >= quorumOf(ensemble.length)) return;
    this.serving = [];
    this.leader = null;
  }

  /** The lists in use from now on are this one and the one before it. */
  aim(ensemble: Ensemble): void {
    if (describeEnsemble(this.#lists.to) === describeEnsemble(ensemble)) return;
    this.#lists = { from: this.#lists.to, to: ensemble };
  }

  /** What a list is called: the new, the old or another one. */
  nameOf(list: Ensemble | null): string {
    const text = describeList(list);
    const [from, to] = [this.#lists.from, this.#lists.to].map(describeEnsemble);
    if (text === to) return from === to ? 'the list' : 'new list';
    if (text === from) return 'old list';
    return text === '' ? 'no list' : 'a foreign list';
  }

  /** Since when writes can go through, ms since the epoch; null while they can't. */
  writableSince(): number | null {
    if (this.leader === null || this.#makeup.now() < this.#writableFrom) return null;
    const hung = this.serving.filter((address) => this.#server(address).process?.hangs === true);
    if (hung.length === 0) return this.#writableFrom;
    const roster = this.#roster();
    const moment = this.#moment(roster);
    const out = hung.reduce((set, address) => set | (1 << roster.addresses.indexOf(address)), 0);
    const answering = { leader: moment.leader, serving: moment.serving & ~out };
    return !hung.includes(this.leader) && hasQuorum(roster, moment, answering) ? this.#writableFrom : null;
  }

  /** Writes that were held up go through from now on. */
  thaw(): void {
    this.#writableFrom = Math.max(this.#writableFrom, this.#makeup.now());
  }

  /** How many acknowledged writes a server lacks. */
  missing({ data, writes }: SimulatedServer): number {
    return this.#lost + (data === 'complete' ? 0 : this.acknowledged - writes);
  }

  /** Leadership changes hands, as after a short pause of the leader. False where not all who serve could follow. */
  moveLeader(address: Address): boolean {
    const roster = this.#roster();
    const moment = this.#moment(roster);
    if (!couldLead(roster, moment, roster.addresses.indexOf(address))) return false;
    this.leader = address;
    this.#elected(1);
    return true;
  }

  /** A process comes in or goes out: `change` says so on the server itself. `settleMs`: until a joiner says that it follows. */
  move(kind: 'stop' | 'start', moving: SimulatedServer, change: () => void, settleMs = 0): void {
    const roster = this.#roster();
    const step = { kind, server: roster.addresses.indexOf(moving.address) };
    // A host whose list is of neither side is heard by nobody.
    if (step.server < 0) return change();
    const led = this.leader;
    let before = this.#moment(roster);
    let effect = carryOut(roster, before, step, 'leader', new Map());
    if (led !== null && effect.after.leader !== before.leader && this.#gather(moving)) {
      before = this.#moment(roster);
      effect = carryOut(roster, before, step, 'leader', new Map());
    }
    change();
    this.#adopt(roster, before, effect.after, effect.elections, settleMs);
    if (led !== null && this.leader === null) this.#makeup.tell('none', null, '');
  }

  #server(address: Address): SimulatedServer {
    return serverAt(this.#makeup.servers, address);
  }

  #roster(): Roster {
    return rosterOfLists(this.#lists, this.#makeup.family);
  }

  #moment(roster: Roster): Moment {
    return momentOfServers(roster, this.#lists, this.#makeup.servers, this);
  }

  /** The leader is gone: whoever copied its data votes now, and whoever hangs does not. False when that is nobody. */
  #gather(moving: SimulatedServer): boolean {
    let changed = false;
    for (const server of this.#makeup.servers.values()) {
      const { process } = server;
      if (server === moving || process === null || process.phase === 'java') continue;
      const phase = process.hangs ? 'apart' : 'in';
      changed ||= process.phase !== phase;
      process.phase = phase;
    }
    return changed;
  }

  #adopt(roster: Roster, before: Moment, after: Moment, elections: number, settleMs: number): void {
    const had = this.serving;
    for (const address of had) this.#server(address).writes = this.acknowledged;
    const leader = elections > 0 ? this.#winner(roster, before, after) : after.leader;
    if (leader >= 0 && (before.current & (1 << leader)) === 0) this.#lose(at(roster.addresses, leader));
    this.leader = leader < 0 ? null : at(roster.addresses, leader);
    this.serving = leader < 0 ? [] : addressesOf(roster, after.serving);
    for (const [index, address] of roster.addresses.entries()) {
      const has = (set: ServerSet): boolean => (set & (1 << index)) !== 0;
      this.#server(address).data = has(after.current) ? 'complete' : has(after.filled) ? 'old' : 'none';
    }
    if (elections > 0) this.#elected(elections);
    else
      for (const address of this.serving)
        if (!had.includes(address)) this.#joined(this.#server(address), settleMs);
  }

  #joined({ address, process }: SimulatedServer, settleMs: number): void {
    if (process !== null) process.seenFrom = this.#makeup.now() + settleMs;
    this.#makeup.tell('join', address, `under ${this.leader ?? 'nobody'}, seen in ${settleMs} ms`);
  }

  #elected(rounds: number): void {
    const { delays, now, tell } = this.#makeup;
    this.epoch += rounds;
    this.electedAt = now();
    const tookMs = delays.electionMs();
    this.#writableFrom = this.electedAt + tookMs;
    for (const address of this.serving) {
      const { process } = this.#server(address);
      const laterMs = address === this.leader ? 0 : delays.followMs();
      if (process !== null) process.seenFrom = this.#writableFrom + laterMs;
    }
    const followers = this.serving.filter((address) => address !== this.leader).join(' ') || 'nobody';
    tell('lead', this.leader, `epoch ${this.epoch}, followed by ${followers}, writes in ${tookMs} ms`);
  }

  /** Of those who have every acknowledged write, the one whose log is ahead wins, where all could follow it. */
  #winner(roster: Roster, before: Moment, after: Moment): number {
    const { contest } = this.#makeup;
    if (contest === undefined || contest() >= UPSET_SHARE) return after.leader;
    const others = membersOf(after.serving & before.current).filter(
      (server) => server !== after.leader && couldLead(roster, after, server),
    );
    return others[Math.floor(contest() * others.length)] ?? after.leader;
  }

  #lose(leader: Address): void {
    this.#lost += this.acknowledged - this.#server(leader).writes;
    this.lostWrites ??= `${leader} leads without every write`;
    this.#makeup.tell('lost', leader, `${this.#lost} in all`);
  }
}
