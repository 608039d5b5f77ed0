// What time it is where the run is, and how times read.

import { useEffect, useState } from 'preact/hooks';
import { duration } from '../src/view/figures.js';

/** The server's time in ms since the epoch, anew each second. */
export function useNow(aheadMs: number): number {
  const [now, setNow] = useState(Date.now() + aheadMs);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() + aheadMs), 1000);
    return () => window.clearInterval(timer);
  }, [aheadMs]);
  return now;
}

/** `06:31:44`, in UTC as in the terminal and the journal. */
export function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** Whole seconds, so that nothing flickers: `12 s`, `3 min 05 s`, `2 h 04 min`. */
export function lasting(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 1000)) * 1000;
  if (whole < 60_000) return `${whole / 1000} s`;
  if (whole < 3_600_000) return duration(whole);
  const minutes = Math.round(whole / 60_000);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
