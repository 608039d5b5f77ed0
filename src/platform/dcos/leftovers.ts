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

const descriptionSchema = z.object({
  nodeId: z.int().optional(),
  node_id: z.int().optional(),
  address: z.object({ addressField: z.string().optional(), address_field: z.string().optional() }),
});

const storeSchema = z.object({ metrics: z.record(z.string(), z.number()) });

/** `/_status/nodes`: field names in snake case before CockroachDB 2.0. */
const nodesSchema = z.object({
  nodes: z.array(
    z.object({
      desc: descriptionSchema,
      storeStatuses: z.array(storeSchema).optional(),
      store_statuses: z.array(storeSchema).optional(),
    }),
  ),
});

/** `/_admin/v1/liveness`. */
const livenessSchema = z.object({
  livenesses: z.array(
    z.object({
      nodeId: z.int().optional(),
      node_id: z.int().optional(),
      decommissioning: z.boolean().optional(),
    }),
  ),
});

/** Reads the two answers of CockroachDB's own port. */
export function cockroachReading(nodes: string, liveness: string): CockroachReading {
  const parsed = parseJson(nodesSchema, nodes);
  const alive = parseJson(livenessSchema, liveness);
  if (parsed.kind === 'unreadable') return { kind: 'unknown', reason: `/_status/nodes: ${parsed.reason}` };
  if (alive.kind === 'unreadable') return { kind: 'unknown', reason: `/_admin/v1/liveness: ${alive.reason}` };
  const gone = alive.value.livenesses
    .filter((one) => one.decommissioning === true)
    .map((one) => one.nodeId ?? one.node_id);
  return {
    kind: 'known',
    nodes: parsed.value.nodes.map(({ desc, storeStatuses, store_statuses: older }) => {
      const id = desc.nodeId ?? desc.node_id ?? 0;
      const metrics = (storeStatuses ?? older ?? []).map((store) => store.metrics);
      return {
        id,
        address: (desc.address.addressField ?? desc.address.address_field ?? '').replace(/:\d+$/, ''),
        underReplicated: sumOf(metrics, 'ranges.underreplicated'),
        unavailable: sumOf(metrics, 'ranges.unavailable'),
        decommissioned: gone.includes(id),
      };
    }),
  };
}

function sumOf(stores: readonly Readonly<Record<string, number>>[], key: string): number {
  return stores.reduce((sum, metrics) => sum + (metrics[key] ?? 0), 0);
}

type Read<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unreadable'; readonly reason: string };

function parseJson<T>(schema: z.ZodType<T>, text: string): Read<T> {
  if (text.trim() === '') return { kind: 'unreadable', reason: 'no answer' };
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: 'read', value: parsed.data };
    return { kind: 'unreadable', reason: z.prettifyError(parsed.error) };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
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
    cockroach: values.get('cockroach') === 'yes' ? cockroachReading(text('nodes'), text('liveness')) : null,
    etcd: values.get('etcd') === 'yes' ? etcdReading(text('members')) : null,
  };
}
