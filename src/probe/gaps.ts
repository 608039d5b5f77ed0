// For how long was no write acknowledged?

/** A time without an acknowledged write of any client, ms since the epoch. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The figures of a window of time. */
export interface GapFigures {
  readonly longestGapMs: number;
  /** Sum of the gaps longer than {@link noticeableGapMs}, in ms. */
  readonly unavailableMs: number;
  /** Those gaps, in order of time, at most {@link mostGapsListed} of them. */
  readonly gaps: readonly Gap[];
}

/** Shorter gaps are what any client sees on a healthy ensemble. */
export const noticeableGapMs = 500;
/** Bounds the memory of a run that goes wrong for hours. */
export const mostGapsListed = 1000;

/**
 * Folds moments in order of time into gaps. Time counts only while a canary lives: from `begin` to the last `reach`.
 * A gap is judged by its whole length; of a gap across the window's edge, the part inside is counted.
 */
export class GapMeter {
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #gaps: Gap[] = [];
  #longestMs = 0;
  #unavailableMs = 0;
  #gapFromMs: number | undefined;
  #reachedMs = 0;

  /** The window: both ends may be infinite. */
  constructor(fromMs: number, toMs: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** A canary comes to life. What came before is over, also where its end was not recorded. */
  begin(atMs: number): void {
    this.end();
    this.#gapFromMs = atMs;
    this.#reachedMs = atMs;
  }

  /** The canary was alive at this moment. */
  reach(atMs: number): void {
    this.#reachedMs = Math.max(this.#reachedMs, atMs);
  }

  /** A write was acknowledged. */
  acknowledge(atMs: number): void {
    this.reach(atMs);
    this.#close();
    this.#gapFromMs = this.#reachedMs;
  }

  /** The canary ends: what comes until the next `begin` is not measured. */
  end(): void {
    this.#close();
    this.#gapFromMs = undefined;
  }

  /** The figures so far, the gap under way included up to the last moment reached. */
  read(): GapFigures {
    const open = this.#current();
    const counted = open ? this.#inside(open) : 0;
    const noticeable = open !== undefined && counted > 0 && isNoticeable(open);
    return {
      longestGapMs: Math.max(this.#longestMs, counted),
      unavailableMs: this.#unavailableMs + (noticeable ? counted : 0),
      gaps: noticeable ? [...this.#gaps, open].slice(0, mostGapsListed) : [...this.#gaps],
    };
  }

  #current(): Gap | undefined {
    return this.#gapFromMs === undefined ? undefined : { fromMs: this.#gapFromMs, toMs: this.#reachedMs };
  }

  #close(): void {
    const gap = this.#current();
    if (gap === undefined) return;
    const counted = this.#inside(gap);
    this.#longestMs = Math.max(this.#longestMs, counted);
    if (counted === 0 || !isNoticeable(gap)) return;
    this.#unavailableMs += counted;
    if (this.#gaps.length < mostGapsListed) this.#gaps.push(gap);
  }

  #inside(gap: Gap): number {
    return Math.max(0, Math.min(gap.toMs, this.#toMs) - Math.max(gap.fromMs, this.#fromMs));
  }
}

function isNoticeable(gap: Gap): boolean {
  return gap.toMs - gap.fromMs > noticeableGapMs;
}
