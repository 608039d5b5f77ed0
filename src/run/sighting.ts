// What all hosts of a run show at one moment, asked side by side.

import type { Address } from '../model/ensemble.js';
import type { HostObservation, HostUnknown, Platform, ServiceObservation } from './platform.js';

/** Services as they answered over the network. */
export type Services = ReadonlyMap<Address, ServiceObservation>;

/** Hosts as they described their process and files. */
export type Hosts = ReadonlyMap<Address, HostObservation | HostUnknown>;

/** Both, of every address that was asked. */
export interface Sighting {
  readonly services: Services;
  readonly hosts: Hosts;
}

/** Asks every service; as slow as the slowest of them. */
export async function sightServices(
  platform: Platform,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<Services> {
  const answers = await Promise.all(addresses.map((address) => platform.observeService(address, signal)));
  return new Map(answers.map((answer) => [answer.address, answer]));
}

/** Asks every service and every host; of hosts that are gone only the service, which must be silent. */
export async function sight(
  platform: Platform,
  addresses: readonly Address[],
  signal: AbortSignal,
  gone: readonly Address[] = [],
): Promise<Sighting> {
  const [services, hosts] = await Promise.all([
    sightServices(platform, addresses, signal),
    Promise.all(
      addresses
        .filter((address) => !gone.includes(address))
        .map((address) => platform.observeHost(address, signal)),
    ),
  ]);
  return { services, hosts: new Map(hosts.map((host) => [host.address, host])) };
}

/** The addresses that say that they lead (a standalone server leads itself). */
export function leadersOf(services: Services): readonly Address[] {
  return [...services.values()]
    .filter((service) => service.mode === 'leader' || service.mode === 'standalone')
    .map((service) => service.address);
}

/** The addresses that serve as members. */
export function servingOf(services: Services): readonly Address[] {
  return [...services.values()]
    .filter((service) => service.mode !== null && service.mode !== 'observer')
    .map((service) => service.address);
}

/**
 * An address whose server keeps its list itself, by what it says or by what lies on its disk; null when none does.
 * Servers with `reconfigEnabled=true` give their list a version above 0 as soon as they have a leader.
 */
export function reconfigurableHost({ services, hosts }: Sighting): Address | null {
  const said = [...services.values()].find((service) => BigInt(service.listVersion ?? 0) > 0n);
  const kept = [...hosts.values()].find(
    (host) => host.kind === 'observed' && (host.listVersion ?? null) !== null,
  );
  return said?.address ?? kept?.address ?? null;
}

/** One line a server, for people. */
export function describeServices(services: Services): readonly string[] {
  return [...services.values()].map((service) => `${service.address}: ${service.evidence}`);
}
