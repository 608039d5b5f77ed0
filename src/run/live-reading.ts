// What a run's process lets others see between two journal records: a side file whose loss harms nothing.

import { z } from 'zod';
import type { Address, Ensemble } from '../model/ensemble.js';
import type { CanaryReading } from './canary.js';
import type { Condition } from './condition.js';
import type { ServiceObservation } from './platform.js';

/** A condition of the gate at hand. `since`: when it came to be in this state, ms since the epoch. */
export interface LiveCondition extends Pick<Condition, 'name' | 'state' | 'seen'> {
  readonly since: number;
}

/** The gate that the run waits at. Times in ms. */
export interface LiveGate {
  readonly conditions: readonly LiveCondition[];
  readonly waitedMs: number;
  readonly limitMs: number;
  readonly heldMs: number;
  readonly holdMs: number;
}

/** A server as the last gate saw it. */
export interface LiveService extends Pick<
  ServiceObservation,
  'mode' | 'epoch' | 'zxid' | 'serverId' | 'syncedFollowers'
> {
  readonly address: Address;
  /** The list that its process loaded; null where it does not tell. */
  readonly ensemble: Ensemble | null;
}

/** The document `succession.live/1`: `live.json` in the run's folder while its process lives. */
export interface LiveReading {
  readonly schema: 'succession.live/1';
  /** ms since the epoch. */
  readonly at: number;
  readonly pid: number;
  /** Null while no gate is waited for. */
  readonly gate: LiveGate | null;
  readonly services: readonly LiveService[];
  /** When they were asked, ms since the epoch; null before the first time. */
  readonly servicesAt: number | null;
  readonly canary: CanaryReading;
  /** How far the work around the stages is; null when there is none. */
  readonly duty: string | null;
  /** Whether the operator asked to pause. */
  readonly pausing: boolean;
}

const ms = z.number();
const nullableInt = z.int().nullable();

/** What the file must hold to be shown. */
export const liveReadingSchema: z.ZodType<LiveReading> = z.object({
  schema: z.literal('succession.live/1'),
  at: ms,
  pid: z.int(),
  gate: z
    .object({
      conditions: z.array(
        z.object({
          name: z.string(),
          state: z.enum(['pass', 'wait', 'alarm']),
          seen: z.string(),
          since: ms,
        }),
      ),
      waitedMs: ms,
      limitMs: ms,
      heldMs: ms,
      holdMs: ms,
    })
    .nullable(),
  services: z.array(
    z.object({
      address: z.string(),
      mode: z.enum(['leader', 'follower', 'observer', 'standalone']).nullable(),
      epoch: nullableInt,
      zxid: z.string().nullable(),
      serverId: nullableInt,
      syncedFollowers: nullableInt,
      ensemble: z.array(z.object({ id: z.int(), address: z.string() })).nullable(),
    }),
  ),
  servicesAt: ms.nullable(),
  canary: z.object({
    acknowledged: z.int(),
    unknown: z.int(),
    readsMissing: z.int(),
    sinceLastWriteMs: ms.nullable(),
    longestGapMs: ms,
    unavailableMs: ms,
  }),
  duty: z.string().nullable(),
  pausing: z.boolean(),
});
