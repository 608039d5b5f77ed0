// Stand-ins for crashes and hangs: which strike a simulated ensemble, when, and what do they do?

import { beginningMs } from './clock.js';
import { type Random, wholeBetween } from './random.js';
import type { SimulatedServers } from './servers.js';

/** A fault that will strike. Times in ms from the beginning of the simulation. */
export interface PlannedFault {
  readonly kind: 'crash' | 'hang';
  readonly atMs: number;
  /** Which of the servers that run then, as a share of them in [0, 1). */
  readonly share: number;
  /** Until the process is back, or answers again. */
  readonly lastsMs: number;
}

/** Before this the run looks at the ensemble for the first time, in ms. */
const QUIET_MS = 3000;

/** `syncLimit` of DC/OS and of our labs: the ticks after which a silent follower or leader is given up. */
const SYNC_LIMIT_TICKS = 5;

/**
 * Faults at random moments within `spanMs`. Half of them are crashes, with a start of the server 1 to 20 s later, as
 * systemd or Exhibitor would; half are hangs of 1 to 30 s (SIGSTOP, a long garbage collection, a full disk).
 */
export function planFaults(count: number, spanMs: number, random: Random): readonly PlannedFault[] {
  return Array.from({ length: count }, (): PlannedFault => {
    const kind = random() < 0.5 ? 'crash' : 'hang';
    return {
      kind,
      atMs: QUIET_MS + wholeBetween(random, 0, Math.max(0, spanMs - QUIET_MS)),
      share: random(),
      lastsMs: wholeBetween(random, 1000, kind === 'crash' ? 20_000 : 30_000),
    };
  });
}

/** Lets the faults strike when their time comes. A fault that finds nobody running does nothing. */
export function inject(servers: SimulatedServers, faults: readonly PlannedFault[], tickMs: number): void {
  for (const fault of faults)
    servers.later(beginningMs + fault.atMs - servers.now, () => strike(servers, fault, tickMs));
}

function strike(servers: SimulatedServers, { kind, share, lastsMs }: PlannedFault, tickMs: number): void {
  const running = [...servers.servers.values()].filter((one) => one.process !== null && !one.process.hangs);
  const victim = running[Math.floor(share * running.length)];
  if (victim === undefined) return;
  const { address, process } = victim;
  if (kind === 'hang') {
    servers.tell('hang', address, `for ${lastsMs} ms`);
    servers.hang(address, SYNC_LIMIT_TICKS * tickMs);
    servers.later(lastsMs, () => {
      if (victim.process === process) servers.wake(address);
    });
    return;
  }
  servers.tell('crash', address, victim.enabled ? `back in ${lastsMs} ms` : 'for good');
  servers.halt(address);
  // A stop by the run in between is kept to, as systemd does: whoever was told to stop does not come back.
  const { halts } = victim;
  servers.later(lastsMs, () => {
    if (victim.enabled && victim.halts === halts) servers.boot(address);
  });
}
