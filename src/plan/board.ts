// What the search between ensembles plays on: addresses and ids as small numbers, fixed for one request.

import { invariant } from '../model/invariant.js';
import { addressOf, byCodeUnit, type Address, type Ensemble, type IdPolicy } from '../model/ensemble.js';
import type { Consents, PlatformName } from './plan.js';

/** The largest ensemble that is planned for; DC/OS allows no more than nine masters. */
export const largestEnsemble = 9;

/** Spare hosts beyond this are more than any change can use, and sets of hosts are kept in one 32-bit number. */
export const mostSpares = 12;

/** Seat by seat (see `Board.ids`) who sits there, as an index into `Board.addresses`; `vacant` when nobody does. */
export type Seats = readonly number[];

/** Nobody sits here. */
export const vacant = -1;

/** What is asked, before it is turned into numbers. */
export interface BoardRequest {
  readonly platform: PlatformName;
  readonly policy: IdPolicy;
  readonly current: Ensemble;
  readonly target: Ensemble;
  readonly rebuilds: readonly Address[];
  readonly spares: readonly Address[];
  readonly down: readonly Address[];
  readonly leader: Address | null;
  readonly consents: Consents;
}

/** The request in numbers. Sets of hosts are bit masks over `addresses`. */
export interface Board {
  readonly policy: IdPolicy;
  readonly consents: Consents;
  /** All hosts that may take part, by code unit: so for `sorted`, a smaller index is a smaller id. */
  readonly addresses: readonly Address[];
  /** The server id of each seat, ascending. */
  readonly ids: readonly number[];
  readonly start: Seats;
  readonly target: Seats;
  /** For each host the seat that it has in the target, or `vacant`. */
  readonly targetSeat: readonly number[];
  readonly members: number;
  readonly wanted: number;
  readonly spares: number;
  readonly rebuilds: number;
  readonly down: number;
  /** The bit of today's leader; 0 when unknown. */
  readonly leader: number;
  /** The size at which stages are safest: the larger of both ends. Growing comes early, shrinking late. */
  readonly fullSize: number;
  readonly sizeAllowed: (size: number) => boolean;
}

/** Whether a platform's tools accept an ensemble of this size: DC/OS' generator takes 1, 3, 5, 7 or 9 masters. */
export function sizeAllowed(platform: PlatformName, size: number): boolean {
  return size >= 1 && size <= largestEnsemble && (platform === 'zookeeper' || size % 2 === 1);
}

/** Turns a checked request into numbers. Throws `InvariantError` when more hosts take part than the limits allow. */
export function boardOf(request: BoardRequest): Board {
  const { current, target, spares, leader } = request;
  const everyone = [...current, ...target].map((member) => member.address);
  const addresses = [...new Set([...everyone, ...spares])].sort(byCodeUnit);
  invariant(
    addresses.length <= 2 * largestEnsemble + mostSpares,
    `hosts fit in 30 bits: ${addresses.length}`,
  );
  const mask = (hosts: readonly Address[]): number =>
    hosts.reduce((bits, host) => bits | (addresses.includes(host) ? 1 << addresses.indexOf(host) : 0), 0);
  const ids = seatIds(request);
  const start = seated(current, ids, addresses);
  const goal = seated(target, ids, addresses);
  return {
    policy: request.policy,
    consents: request.consents,
    addresses,
    ids,
    start,
    target: goal,
    targetSeat: addresses.map((_, host) => goal.indexOf(host)),
    members: mask(current.map((member) => member.address)),
    wanted: mask(target.map((member) => member.address)),
    spares: mask(spares),
    rebuilds: mask(request.rebuilds),
    down: mask(request.down),
    leader: leader === null ? 0 : mask([leader]),
    fullSize: Math.max(current.length, target.length),
    sizeAllowed: (size) => sizeAllowed(request.platform, size),
  };
}

/** Under `explicit`, spares may also sit on two ids above all others, as many as one stage can add. */
function seatIds({ policy, current, target, spares }: BoardRequest): readonly number[] {
  if (policy === 'sorted') return Array.from({ length: largestEnsemble }, (_, index) => index + 1);
  const taken = [...new Set([...current, ...target].map((member) => member.id))].sort((a, b) => a - b);
  const above = spares.length === 0 ? [] : [1, 2].map((step) => (taken.at(-1) ?? 0) + step);
  return [...taken, ...above.filter((id) => id <= 255)];
}

function seated(ensemble: Ensemble, ids: readonly number[], addresses: readonly Address[]): Seats {
  return ids.map((id) => {
    const address = addressOf(ensemble, id);
    return address === undefined ? vacant : addresses.indexOf(address);
  });
}

/** How an ensemble of the board's hosts and ids sits. */
export function seatsOf(board: Board, ensemble: Ensemble): Seats {
  return seated(ensemble, board.ids, board.addresses);
}

/** The hosts of a mask, ascending. */
export function hostsIn(mask: number): readonly number[] {
  const hosts: number[] = [];
  for (let rest = mask; rest !== 0; rest &= rest - 1) hosts.push(31 - Math.clz32(rest & -rest));
  return hosts;
}

/** How many hosts a mask holds. */
export function countOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The ensemble that the seats stand for. */
export function ensembleAt(board: Board, seats: Seats): Ensemble {
  return seats.flatMap((host, seat) => {
    const [id, address] = [board.ids[seat], board.addresses[host]];
    return id === undefined || address === undefined ? [] : [{ id, address }];
  });
}
