// Which ports of an address take a connection?

import { connect } from 'node:net';

/** Far above a round trip; a host that is slower than this does not serve either. */
const limitMs = 1000;

/** The ports that take a connection. Refusal, silence and an unreachable host are all none. */
export async function openPorts(
  address: string,
  ports: readonly number[],
  signal: AbortSignal,
): Promise<readonly number[]> {
  const open = await Promise.all(ports.map((port) => takesConnection(address, port, signal)));
  return ports.filter((_, index) => open[index]);
}

function takesConnection(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limitMs });
    const settle = (takes: boolean): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(takes);
    };
    const onAbort = (): void => settle(false);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
