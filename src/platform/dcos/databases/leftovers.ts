// What of a master that left do CockroachDB and etcd still count on?

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { etcdFindings, type EtcdView } from './etcd-reading.js';

/** Who left in a stage, who is there after it, and who is there with an empty disk. */
export interface Departure {
  readonly left: readonly Address[];
  readonly masters: readonly Address[];
  readonly fresh: readonly Address[];
  /** Masters that are down until a later stage renews them: nothing can be whole before. */
  readonly down: readonly Address[];
  /**
   * Masters that may not have joined yet, because of those that are down: etcd admits nobody while a member is dead
   * (`member add` wants all of them connected, etcd 3.4), and until 1.13.9 no service starts.
   */
  readonly late: readonly Address[];
}

/** What the masters answered; null: their version has no such thing. */
export interface StoresReading {
  readonly cockroach: CockroachReading | null;
  /** Of every master that is not down. */
  readonly etcd: readonly EtcdView[] | null;
}

/** CockroachDB's nodes, or why they could not be read. */
export type CockroachReading =
  | { readonly kind: 'known'; readonly nodes: readonly CockroachNode[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One node that ever was. */
export interface CockroachNode {
  readonly id: number;
  /** Empty: nobody knows any more. */
  readonly address: Address;
  /** Null: it does not tell, as one that is gone. */
  readonly underReplicated: number | null;
  readonly unavailable: number | null;
  readonly decommissioned: boolean;
  /** Null: the version does not tell. */
  readonly live: boolean | null;
}

/** What is left to do, and what is not as it must be before another master may go. */
export interface Leftovers {
  readonly cockroachNodes: readonly number[];
  /** Addresses that are to leave etcd. */
  readonly etcdLeavers: readonly Address[];
  /** It runs on no master, as config.yaml has it. */
  readonly isEtcdOff: boolean;
  readonly faults: readonly StoreFault[];
  /** What is no fault, or can't be mended yet. */
  readonly notes: readonly string[];
}

/** Something wrong with a database. */
export interface StoreFault {
  readonly store: 'CockroachDB' | 'etcd';
  readonly seen: string;
}

/** Both kinds, judged. */
export function leftoversOf({ cockroach, etcd }: StoresReading, departure: Departure): Leftovers {
  const { left, masters, down, late } = departure;
  const ranges = cockroach === null ? nothing : cockroachFindings(cockroach, departure);
  const off = etcd?.filter((one) => one.kind === 'off') ?? [];
  const isEtcdOff = off.length > 0 && off.length === etcd?.length;
  const members = etcd === null || isEtcdOff ? null : etcdFindings(etcd, { left, masters, down, late });
  return {
    cockroachNodes: ranges.nodes,
    etcdLeavers: members?.leavers ?? [],
    isEtcdOff,
    faults: [
      ...ranges.faults.map((seen) => ({ store: 'CockroachDB', seen }) as const),
      ...(members?.faults ?? []).map((seen) => ({ store: 'etcd', seen }) as const),
    ],
    notes: [
      ...ranges.notes,
      ...(isEtcdOff ? [`etcd: off on all masters, for want of ${off[0]?.lacks ?? ''}`] : []),
      ...(members === null || late.length === 0
        ? []
        : [`etcd: ${late.join(', ')} may join only when ${down.join(', ')} is replaced or back`]),
    ],
  };
}

interface CockroachFindings {
  readonly nodes: readonly number[];
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

const nothing: CockroachFindings = { nodes: [], faults: [], notes: [] };

/** A host that lost its disk comes back with a new id: of the ids at an address all but the last are dead. */
function cockroachFindings(reading: CockroachReading, departure: Departure): CockroachFindings {
  if (reading.kind === 'unknown') return { ...nothing, faults: [reading.reason] };
  const { left, masters, down, late } = departure;
  const { nodes } = reading;
  const latest = (address: Address): number =>
    Math.max(...nodes.filter((one) => one.address === address).map((one) => one.id));
  const dead = nodes.filter(
    ({ address, id }) => left.includes(address) || (masters.includes(address) && id !== latest(address)),
  );
  const present = masters.filter((address) => !down.includes(address));
  const living = nodes.filter((one) => !dead.includes(one) && present.includes(one.address));
  const absent = present.filter(
    (address) => !late.includes(address) && !living.some((one) => one.address === address),
  );
  const under = living.reduce((sum, one) => sum + (one.underReplicated ?? 0), 0);
  const unavailable = living.reduce((sum, one) => sum + (one.unavailable ?? 0), 0);
  const untold = living.filter((one) => one.underReplicated === null || one.unavailable === null);
  const leaving = living.filter((one) => one.decommissioned);
  const strangers = nodes.filter(
    (one) => ![...masters, ...left].includes(one.address) && !one.decommissioned && one.address !== '',
  );
  const lacking = `${under} ranges are under-replicated`;
  return {
    nodes: dead.filter((one) => !one.decommissioned).map((one) => one.id),
    faults: [
      ...(absent.length > 0 ? [`no node of ${absent.join(', ')}`] : []),
      ...untold.map((one) => `the node of ${one.address} does not tell of its ranges`),
      ...leaving.map((one) => `the node of ${one.address} is decommissioned, although it is a master`),
      ...(under > 0 && down.length === 0 ? [lacking] : []),
      ...(unavailable > 0 ? [`${unavailable} ranges are unavailable`] : []),
    ],
    notes: [
      ...(under > 0 && down.length > 0
        ? [`CockroachDB: ${lacking} as long as ${down.join(', ')} is down`]
        : []),
      ...strangers.map((one) => `CockroachDB: node ${one.id} at ${one.address} is of no master`),
    ],
  };
}

/** From 2.1 on the tool asks by SQL, and a node that is gone has `NULL` where nobody tells. */
const count = z
  .string()
  .regex(/^(?:\d+|NULL)$/)
  .transform((text) => (text === 'NULL' ? null : Number(text)));

/** The columns of `cockroach node status --all` that we read (CockroachDB 1.1 to 2.1). */
const rowSchema = z.object({
  id: z.string().regex(/^\d+$/),
  address: z.string().regex(/^(?:\S+:\d+|NULL)$/),
  ranges_unavailable: count,
  ranges_underreplicated: count,
  is_decommissioning: z.enum(['true', 'false']),
  is_live: z.enum(['true', 'false']).optional(),
});

/** Reads `cockroach node status --all --format=csv`: a header, and a row for each node that ever was. */
export function cockroachReading(text: string): CockroachReading {
  const lines = text.split('\n').map((line) => line.trim().split(','));
  const at = lines.findIndex((cells) => cells.includes('id') && cells.includes('address'));
  const header = lines[at] ?? [];
  const rows = lines.slice(at + 1).filter((cells) => cells.length === header.length);
  const nodes = z
    .array(rowSchema)
    .safeParse(rows.map((cells) => Object.fromEntries(header.map((key, column) => [key, cells[column]]))));
  if (at === -1 || rows.length === 0 || !nodes.success)
    return { kind: 'unknown', reason: `unreadable status of the nodes: '${text.slice(0, 200).trim()}'` };
  return {
    kind: 'known',
    nodes: nodes.data.map((row) => ({
      id: Number(row.id),
      address: row.address === 'NULL' ? '' : row.address.replace(/:\d+$/, ''),
      underReplicated: row.ranges_underreplicated,
      unavailable: row.ranges_unavailable,
      decommissioned: row.is_decommissioning === 'true',
      live: row.is_live === undefined ? null : row.is_live === 'true',
    })),
  };
}
