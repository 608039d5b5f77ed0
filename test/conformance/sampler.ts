// What does every server say of itself, all the time?

import { setTimeout as sleep } from 'node:timers/promises';
import { askFourLetterWord } from '../../src/probe/four-letter.js';
import { parseServerAnswer } from '../../src/probe/four-letter-answers.js';
import type { RealServers } from './real-servers.js';
import type { Letter } from './scenario.js';

const everyMs = 50;
const answerLimitMs = 500;

/** Asks every server, at least ten times a second, from construction to `stop`. Times are those of `performance.now`. */
export class Sampler {
  readonly #servers: RealServers;
  readonly #modes = new Map<Letter, 'leader' | 'follower'>();
  /** Run, and have not opened their port yet. */
  readonly #starting = new Set<Letter>();
  /** Since when a server that runs has not served. */
  readonly #idleSince = new Map<Letter, number>();
  readonly #running: Promise<unknown>;
  #stopped = false;
  #changedAt: number;
  #twoLeadersMs = 0;
  #twoLeadersSince: number | null = null;

  constructor(servers: RealServers, letters: readonly Letter[]) {
    this.#servers = servers;
    this.#changedAt = performance.now();
    this.#running = Promise.all(letters.map((letter) => this.#watch(letter)));
  }

  /** Whoever said `Mode: leader` or `Mode: follower` last time, in alphabetical order. */
  get serving(): readonly Letter[] {
    return [...this.#modes.keys()].sort();
  }

  get leaders(): readonly Letter[] {
    return this.serving.filter((letter) => this.#modes.get(letter) === 'leader');
  }

  /** Whether some process has not opened its port yet. */
  get starting(): boolean {
    return this.#starting.size > 0;
  }

  /** When anybody's mode changed last, a port was opened, or {@link touch} was called. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** For how long two servers said that they lead, in ms. */
  get twoLeadersMs(): number {
    const since = this.#twoLeadersSince;
    return Math.round(this.#twoLeadersMs + (since === null ? 0 : performance.now() - since));
  }

  serves(letter: Letter): boolean {
    return this.#modes.has(letter);
  }

  /** Since when this server has run without serving; null when it serves or does not run. */
  idleSince(letter: Letter): number | null {
    return this.#idleSince.get(letter) ?? null;
  }

  /** Something was done to the servers. */
  touch(): void {
    this.#changedAt = performance.now();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #watch(letter: Letter): Promise<void> {
    while (!this.#stopped) {
      this.#note(letter, this.#servers.awake(letter) ? await this.#modeOf(letter) : null);
      await sleep(everyMs);
    }
  }

  async #modeOf(letter: Letter): Promise<'leader' | 'follower' | null> {
    const answer = await askFourLetterWord(this.#servers.addressOf(letter), 2181, 'srvr', {
      timeoutMs: answerLimitMs,
    });
    const parsed = answer.kind === 'answered' ? parseServerAnswer(answer.text) : null;
    if (answer.kind === 'refused' && this.#servers.awake(letter)) this.#starting.add(letter);
    else if (this.#starting.delete(letter)) this.touch();
    // Killed or stopped meanwhile: what it said before is no longer so.
    if (parsed?.kind !== 'parsed' || !this.#servers.awake(letter)) return null;
    const { mode } = parsed.value;
    return mode === 'leader' || mode === 'follower' ? mode : null;
  }

  #note(letter: Letter, mode: 'leader' | 'follower' | null): void {
    const now = performance.now();
    if (mode !== null || !this.#servers.awake(letter)) this.#idleSince.delete(letter);
    else if (!this.#idleSince.has(letter)) this.#idleSince.set(letter, now);
    if (!this.#servers.awake(letter)) this.#starting.delete(letter);
    if (mode === (this.#modes.get(letter) ?? null)) return;
    this.#changedAt = now;
    if (mode === null) this.#modes.delete(letter);
    else this.#modes.set(letter, mode);
    const two = this.leaders.length > 1;
    if (two) this.#twoLeadersSince ??= now;
    else if (this.#twoLeadersSince !== null) {
      this.#twoLeadersMs += now - this.#twoLeadersSince;
      this.#twoLeadersSince = null;
    }
  }
}
