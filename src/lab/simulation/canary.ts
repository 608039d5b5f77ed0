// A stand-in for the clients that write during a run: each write is an event of its own, and goes to the ledger.

import type { Address } from '../../model/ensemble.js';
import { GapMeter, noticeableGapMs } from '../../probe/gaps.js';
import type { LedgerEntry } from '../../probe/ledger.js';
import type { Canary, CanaryReading, LostWrites } from '../../run/canary.js';
import type { SimulatedServers } from './servers.js';

/** How hard the clients write. */
export interface SimulatedLoad {
  readonly clients: number;
  /** Between two writes of a client, in ms. */
  readonly pauseMs: number;
  readonly onEntry?: (entry: LedgerEntry) => void;
}

/** How soon a client that has found nobody tries the next address, in ms; assumed. */
const RETRY_MS = 100;

/** A client's connection, and the number of its next write. */
interface Client {
  readonly index: number;
  via: Address | null;
  number: number;
}

/** The clients of one run. */
export function simulatedCanary(servers: SimulatedServers, load: SimulatedLoad): Canary {
  let addresses: readonly Address[] = [];
  let incarnation = 0;
  let life = {
    meter: new GapMeter(-Infinity, Infinity),
    acknowledged: 0,
    unknown: 0,
    lastAt: null as number | null,
  };
  const { service, delays } = servers;
  const note = (entry: LedgerEntry): void => load.onEntry?.(entry);

  const acknowledge = (client: Client, via: Address): void => {
    const at = servers.now;
    service.acknowledged += 1;
    life.acknowledged += 1;
    const gapMs = at - (life.lastAt ?? at);
    if (gapMs > noticeableGapMs) servers.tell('gap', null, `${gapMs} ms`);
    life.lastAt = at;
    life.meter.acknowledge(at);
    const czxid = `0x${service.epoch.toString(16)}${service.acknowledged.toString(16).padStart(8, '0')}`;
    note({ kind: 'acknowledged', at, client: client.index, number: client.number, via, czxid });
    client.number += 1;
  };
  const breakOff = (client: Client, via: Address): void => {
    life.unknown += 1;
    client.via = null;
    note({ kind: 'unknown', at: servers.now, client: client.index, number: client.number, via, czxid: null });
    client.number += 1;
  };
  const isOpen = (via: Address): boolean => servers.isSeenServing(via) && service.writableSince() !== null;

  const work = (client: Client, born: number): void => {
    const again = (ms: number): void =>
      servers.later(ms, () => {
        if (born === incarnation) work(client, born);
      });
    const { via } = client;
    if (via === null || !isOpen(via)) {
      client.via = nextOf(addresses, via, client.index, isOpen);
      again(client.via === null ? RETRY_MS : delays.reconnectMs());
      return;
    }
    servers.later(delays.writeMs(), () => {
      if (born !== incarnation) return;
      if (isOpen(via)) acknowledge(client, via);
      else breakOff(client, via);
      again(load.pauseMs);
    });
  };

  return {
    start: async (given) => {
      addresses = given;
      incarnation += 1;
      const at = servers.now;
      life = { meter: new GapMeter(-Infinity, Infinity), acknowledged: 0, unknown: 0, lastAt: at };
      life.meter.begin(at);
      note({ kind: 'start', at, root: '/simulation', incarnation: String(incarnation) });
      for (let index = 0; index < load.clients; index += 1)
        work({ index, via: null, number: 0 }, incarnation);
    },
    moveTo: (given) => {
      addresses = given;
    },
    read: (): CanaryReading => {
      life.meter.reach(servers.now);
      const { longestGapMs, unavailableMs } = life.meter.read();
      return {
        acknowledged: life.acknowledged,
        unknown: life.unknown,
        readsMissing: 0,
        sinceLastWriteMs: life.acknowledged === 0 ? null : servers.now - (life.lastAt ?? servers.now),
        longestGapMs,
        unavailableMs,
      };
    },
    audit: async (given) => {
      const silent = given.find((address) => !servers.isSeenServing(address));
      if (silent !== undefined) return { kind: 'unknown', reason: `${silent} does not serve` };
      return { kind: 'audited', members: given.map((address) => auditOf(servers, address)) };
    },
    clear: async () => undefined,
    stop: async () => {
      incarnation += 1;
      life.meter.reach(servers.now);
      life.meter.end();
      note({ kind: 'stop', at: servers.now });
    },
  };
}

/** The next address after `last` that is open, in the client's own turn. */
function nextOf(
  addresses: readonly Address[],
  last: Address | null,
  index: number,
  isOpen: (address: Address) => boolean,
): Address | null {
  const from = last === null ? index : addresses.indexOf(last) + 1;
  const turned = addresses.map((_, offset) => addresses[(from + offset) % addresses.length] ?? '');
  return turned.find((address) => isOpen(address)) ?? null;
}

function auditOf(servers: SimulatedServers, address: Address): LostWrites {
  const { service } = servers;
  const lost = service.missing(servers.server(address));
  const examples = lost > 0 ? [`the last of ${service.acknowledged}`] : [];
  return { address, checked: service.acknowledged, lost, examples };
}
