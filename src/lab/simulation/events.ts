// What happens in a simulation, one dense line an event, and what each kind of line means.

import type { Address } from '../../model/ensemble.js';

/** Every kind of event with its meaning, as help and docs/reference/simulation.md print it. */
export const eventLegend = {
  act: 'the run orders an action on a host',
  done: 'the action has ended: done, failed or unknown',
  conf: 'zoo.cfg and myid were written',
  wipe: 'the disk was emptied',
  boot: 'whether the server comes back after a reboot has changed: on, off',
  up: 'a process started, with the id and the list that it read',
  port: 'it takes connections',
  down: 'a process ended',
  join: 'it has the leader’s data and follows; it says so a little later',
  lead: 'a leader was elected: epoch, who follows, when writes go through again',
  none: 'nobody leads: writes are not acknowledged',
  gap: 'a write was acknowledged after more than 500 ms without one',
  crash: 'INJECTED: a process dies, and comes back by itself',
  hang: 'INJECTED: a process stops answering; its ports stay open',
  wake: 'a process that hung answers again',
  drop: 'the others have given a hanging process up (syncLimit)',
  lost: 'somebody leads who lacks acknowledged writes',
} as const;

/** The kinds of events. */
export type EventKind = keyof typeof eventLegend;

/** The kinds that chance has injected, beside what the run does. */
export const injectedKinds: readonly EventKind[] = ['crash', 'hang'];

/** One event. `atMs` counts from the beginning of the simulation. */
export interface SimulationEvent {
  readonly atMs: number;
  readonly kind: EventKind;
  /** The host that it is about; null for the whole ensemble. */
  readonly host: Address | null;
  readonly what: string;
}

/** Tells of an event that happens now. */
export type Tell = (kind: EventKind, host: Address | null, what: string) => void;

/** `t=00012.340 s  up     10.0.0.2  id 2, new list`. */
export function eventLine({ atMs, kind, host, what }: SimulationEvent): string {
  const seconds = (atMs / 1000).toFixed(3).padStart(9, '0');
  return `t=${seconds} s  ${kind.padEnd(5)}  ${host ?? '-'}${what === '' ? '' : `  ${what}`}`;
}

/** The lines of injected faults among those of a whole simulation. */
export function injectedLines(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => injectedKinds.some((kind) => line.includes(` s  ${kind.padEnd(5)}  `)));
}

/** The legend as lines, each kind with its meaning. */
export function legendLines(): readonly string[] {
  return Object.entries(eventLegend).map(([kind, meaning]) => `${kind.padEnd(5)}  ${meaning}`);
}
