// What of a master that left do CockroachDB and etcd still count on?

import { z } from 'zod';
import type { Address } from '../../model/ensemble.js';
import { textOf } from './ask-host.js';

/** Who left in a stage, who is there after it, and who is there with an empty disk. */
export interface Departure {
  readonly left: readonly Address[];
  readonly masters: readonly Address[];
  readonly fresh: readonly Address[];
}

/** What a surviving master answered; null: its version has no such thing, or the tool is not there. */
export interface StoresReading {
  readonly cockroach: CockroachReading | null;
  readonly etcd: EtcdReading | null;
}

/** CockroachDB's nodes, or why they could not be read. */
export type CockroachReading =
  | { readonly kind: 'known'; readonly nodes: readonly CockroachNode[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One node that ever was. */
export interface CockroachNode {
  readonly id: number;
  readonly address: Address;
  readonly underReplicated: number;
  readonly unavailable: number;
  readonly decommissioned: boolean;
}

/** etcd's members, or why they could not be read. */
export type EtcdReading =
  | { readonly kind: 'known'; readonly members: readonly EtcdMember[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One member; `id` in hexadecimal digits. */
export interface EtcdMember {
  readonly id: string;
  readonly addresses: readonly Address[];
}

/** What is left to do, and what is not as it must be before another master may go. */
export interface Leftovers {
  readonly cockroachNodes: readonly number[];
  readonly etcdMembers: readonly string[];
  readonly faults: readonly string[];
}

/** A host that was rebuilt at its address holds a new id: of its ids all but the last are dead. */
export function leftoversOf(reading: StoresReading, { left, masters, fresh }: Departure): Leftovers {
  const nodes = reading.cockroach?.kind === 'known' ? reading.cockroach.nodes : [];
  const latest = (address: Address): number =>
    Math.max(...nodes.filter((one) => one.address === address).map((one) => one.id));
  const dead = nodes.filter(
    (one) => left.includes(one.address) || (fresh.includes(one.address) && one.id !== latest(one.address)),
  );
  const living = nodes.filter((one) => !dead.includes(one) && masters.includes(one.address));
  const under = living.reduce((sum, one) => sum + one.underReplicated, 0);
  const unavailable = living.reduce((sum, one) => sum + one.unavailable, 0);
  const absent = masters.filter((address) => !living.some((one) => one.address === address));
  const members = reading.etcd?.kind === 'known' ? reading.etcd.members : [];
  return {
    cockroachNodes: dead.filter((one) => !one.decommissioned).map((one) => one.id),
    etcdMembers: members
      .filter((one) => one.addresses.some((address) => left.includes(address)))
      .map((one) => one.id),
    faults: [
      ...(reading.cockroach?.kind === 'unknown' ? [`CockroachDB: ${reading.cockroach.reason}`] : []),
      ...(reading.cockroach?.kind === 'known' && absent.length > 0
        ? [`CockroachDB: no node of ${absent.join(', ')}`]
        : []),
      ...(under > 0 ? [`CockroachDB: ${under} ranges are under-replicated`] : []),
      ...(unavailable > 0 ? [`CockroachDB: ${unavailable} ranges are unavailable`] : []),
      ...(reading.etcd?.kind === 'unknown' ? [`etcd: ${reading.etcd.reason}`] : []),
    ],
  };
}

/** The columns of `cockroach node status --all` that we read (CockroachDB 1.1 to 2.1). */
const rowSchema = z.object({
  id: z.string().regex(/^\d+$/),
  address: z.string().regex(/^\S+:\d+$/),
  ranges_unavailable: z.string().regex(/^\d+$/),
  ranges_underreplicated: z.string().regex(/^\d+$/),
  is_decommissioning: z.enum(['true', 'false']),
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
      address: row.address.replace(/:\d+$/, ''),
      underReplicated: Number(row.ranges_underreplicated),
      unavailable: Number(row.ranges_unavailable),
      decommissioned: row.is_decommissioning === 'true',
    })),
  };
}

/** `8e9e05c52164694d, started, etcd-1, https://10.0.0.1:2380, https://10.0.0.1:2379` */
export function etcdReading(text: string): EtcdReading {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const members = lines.map((line) => ({
    id: /^([0-9a-f]+), /.exec(line)?.[1] ?? '',
    addresses: [...line.matchAll(/https?:\/\/([^:/,\s]+):\d+/g)].map((found) => found[1] ?? ''),
  }));
  if (members.length === 0 || members.some((one) => one.id === '' || one.addresses.length === 0))
    return { kind: 'unknown', reason: `unreadable list of members: '${text.slice(0, 200).trim()}'` };
  return { kind: 'known', members };
}

/** What the script of `decommission.ts` printed. */
export function storesReading(lines: readonly (readonly [key: string, value: string])[]): StoresReading {
  const values = new Map(lines);
  const text = (key: string): string => textOf(values.get(key) ?? '');
  return {
    cockroach: values.get('cockroach') === 'yes' ? cockroachReading(text('nodes')) : null,
    etcd: values.get('etcd') === 'yes' ? etcdReading(text('members')) : null,
  };
}
