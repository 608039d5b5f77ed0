// Which members does etcd on the masters count on, and is each of them the master that it should be?
//
// `dcos-etcdctl` knows `backup`, `restore` and `diagnostic` alone (`packages/etcd/extra/etcdctl/dcos_etcdctl.py` in
// dcos/dcos): the last asks the master's own etcd for its health, and for the list of the members.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';

/** One member; `id` in hexadecimal digits. One that never started has no name. */
export interface EtcdMember {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly Address[];
}

/** What the etcd of one master said. */
export type EtcdView =
  | {
      readonly kind: 'known';
      readonly address: Address;
      /** The id of the member that answered. */
      readonly self: string;
      readonly members: readonly EtcdMember[];
    }
  | { readonly kind: 'unknown'; readonly address: Address; readonly reason: string }
  /** Its unit wants a file that is not there: etcd is Calico's alone after 2.1.2, and Calico may be off. */
  | { readonly kind: 'off'; readonly address: Address; readonly lacks: string };

const listSchema = z.object({
  header: z.object({ member_id: z.string().regex(/^\d+$/) }),
  members: z.array(
    z.object({
      ID: z.string().regex(/^\d+$/),
      name: z.string().default(''),
      peerURLs: z.array(z.string()),
    }),
  ),
});

/** Reads what `dcos-etcdctl diagnostic` printed, and its exit status. */
export function etcdView(address: Address, status: number, text: string): EtcdView {
  const unknown = (reason: string): EtcdView => ({ kind: 'unknown', address, reason });
  const said = text.trim().slice(-300) || 'nothing';
  if (status !== 0) return unknown(`its health can't be told (status ${status}): ${said}`);
  const list = /^cmd `member list -w json`, .*?stdout: `(\{.*\})`, stderr: /m.exec(text)?.[1];
  const parsed = listSchema.safeParse(parseJson(list ?? ''));
  if (!parsed.success || parsed.data.members.length === 0)
    return unknown(`unreadable list of members: '${said}'`);
  const members = parsed.data.members.map((one) => ({
    id: hex(one.ID),
    name: one.name,
    addresses: one.peerURLs.map((url) => url.replace(/^https?:\/\//, '').replace(/:\d+$/, '')),
  }));
  return { kind: 'known', address, self: hex(parsed.data.header.member_id), members };
}

/** Ids have 64 bits: as JSON's numbers they would lose some. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/("(?:ID|member_id)":)(\d+)/g, '$1"$2"'));
  } catch {
    return null;
  }
}

function hex(digits: string): string {
  return BigInt(digits).toString(16);
}

/** Who must be a member, who no more, and who need not be one yet. */
export interface EtcdWants {
  readonly left: readonly Address[];
  readonly masters: readonly Address[];
  /** Masters that are down: nobody asks them, and they may be members or not. */
  readonly down: readonly Address[];
  /** Masters whose etcd need not have joined yet. */
  readonly late: readonly Address[];
}

/** What is to do, and what is wrong. */
export interface EtcdFindings {
  readonly leavers: readonly Address[];
  readonly faults: readonly string[];
}

/** `views`: of every master that is not down. */
export function etcdFindings(views: readonly EtcdView[], wants: EtcdWants): EtcdFindings {
  const { left, masters, down, late } = wants;
  const known = views.filter((one) => one.kind === 'known');
  const silent = views.flatMap((one) =>
    one.kind === 'unknown' && !late.includes(one.address) ? [`on ${one.address}: ${one.reason}`] : [],
  );
  const [first] = known;
  if (first === undefined) return { leavers: [], faults: ['no master says who its members are', ...silent] };
  const { members } = first;
  const off = views.filter((one) => one.kind === 'off');
  const at = (address: Address): readonly EtcdMember[] =>
    members.filter((one) => one.addresses.includes(address));
  const expected = masters.filter((one) => !down.includes(one) && !late.includes(one));
  const absent = expected.filter((address) => at(address).length === 0);
  const strangers = members.filter(
    (one) => !one.addresses.some((address) => masters.includes(address) || left.includes(address)),
  );
  return {
    leavers: left.filter((address) => at(address).length > 0),
    faults: [
      ...silent,
      ...off.map((one) => `on ${one.address}: it is off, for want of ${one.lacks}`),
      ...(absent.length > 0 ? [`no member at ${absent.join(', ')}`] : []),
      ...strangers.map((one) => `a member at ${one.addresses.join(', ') || 'no address'} is no master`),
      ...masters
        .filter((address) => at(address).length > 1)
        .map((address) => `${at(address).length} members at ${address}`),
      ...expected
        .filter((address) => at(address).some((one) => one.name === ''))
        .map((address) => `the member at ${address} has never started`),
      ...known.flatMap((view) => disagreement(view, first)),
    ],
  };
}

type KnownView = Extract<EtcdView, { kind: 'known' }>;

function disagreement(view: KnownView, first: KnownView): readonly string[] {
  const ids = (one: KnownView): string =>
    one.members
      .map(({ id }) => id)
      .sort()
      .join();
  if (ids(view) !== ids(first)) return [`${view.address} counts on other members than ${first.address}`];
  const own = view.members.find(({ id }) => id === view.self);
  return own?.addresses.includes(view.address) === true
    ? []
    : [`${view.address} answers as a member of ${own?.addresses.join(', ') ?? 'nowhere'}`];
}
