// Which 127.S.0.0 is a lab's own, for as long as its keeper lives.

import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { keeperAddress, keeperPort } from './lab-files.js';

const first = 64;
const last = 199;

/** A subnet and the listening socket through which the keeper takes orders. */
export interface HeldSubnet {
  readonly subnet: number;
  readonly control: Server;
}

/**
 * Takes a free subnet by listening at an address of its own: the kernel lets only one process do so, whoever runs it,
 * and frees it when the process dies. All three ports of a server are tried, since a program that listens at
 * 0.0.0.0 would be in the way of every lab. Undefined when none is free.
 */
export async function holdSubnet(): Promise<HeldSubnet | undefined> {
  const count = last - first + 1;
  // A random start: two labs that begin together seldom meet.
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step += 1) {
    const subnet = first + ((start + step) % count);
    const servers = await listenAll(keeperAddress(subnet), [keeperPort, 2888, 3888]);
    const control = servers?.[0];
    if (control !== undefined) return { subnet, control };
  }
  return undefined;
}

async function listenAll(host: string, ports: readonly number[]): Promise<readonly Server[] | undefined> {
  const servers = await Promise.all(ports.map((port) => listen(host, port)));
  const listening = servers.filter((server) => server !== undefined);
  if (listening.length === ports.length) return listening;
  for (const server of listening) server.close();
  return undefined;
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}
