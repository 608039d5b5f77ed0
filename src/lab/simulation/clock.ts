// A stand-in for time, which passes only when somebody waits for it: what happens next, and when?

/** Where every simulation begins, in ms since the epoch: a fixed moment, so that a seed repeats each time stamp. */
export const beginningMs: number = Date.UTC(2026, 0, 1);

/** A clock that jumps from event to event. */
export class VirtualClock {
  /** ms since the epoch. */
  now: number = beginningMs;
  /** In order of time; of two at one moment the older one comes first. */
  readonly #due: { readonly at: number; readonly deed: () => void }[] = [];

  /** Does `deed` once `delayMs` have passed. */
  later(delayMs: number, deed: () => void): void {
    const at = this.now + delayMs;
    const place = this.#due.findIndex((other) => other.at > at);
    this.#due.splice(place < 0 ? this.#due.length : place, 0, { at, deed });
  }

  /** Lets `ms` pass, with everything that is due meanwhile. A deed that throws ends it then and there. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let next = this.#due[0]; next !== undefined && next.at <= end; next = this.#due[0]) {
      this.#due.shift();
      this.now = Math.max(this.now, next.at);
      next.deed();
    }
    this.now = Math.max(this.now, end);
  }
}
