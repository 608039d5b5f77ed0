// Which addresses does a name have?

import { lookup, Resolver } from 'node:dns/promises';

/** What a name server says. Silence and an error are no answer; a name that is not there is one, and has no address. */
export type NameReading =
  | { readonly kind: 'resolved'; readonly name: string; readonly addresses: readonly string[] }
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string };

/**
 * Asks `server` (`address` or `address:port`) for the name's IPv4 addresses; without one this machine's own resolution is
 * asked, its hosts file included. Never rejects.
 */
export function resolveName(
  name: string,
  options: { readonly server?: string | undefined; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<NameReading> {
  const { server, timeoutMs, signal } = options;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const late = new Promise<NameReading>((resolve) => {
    limit.addEventListener('abort', () => {
      resolver.cancel();
      resolve({ kind: 'unknown', name, reason: `no answer within ${timeoutMs} ms` });
    });
  });
  return Promise.race([ask(resolver, name, server), late]);
}

async function ask(resolver: Resolver, name: string, server: string | undefined): Promise<NameReading> {
  try {
    if (server === undefined) {
      const found = await lookup(name, { all: true, family: 4 });
      return resolved(
        name,
        found.map((one) => one.address),
      );
    }
    resolver.setServers([server]);
    return resolved(name, await resolver.resolve4(name));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOTFOUND' || code === 'ENODATA') return resolved(name, []);
    return { kind: 'unknown', name, reason: error instanceof Error ? error.message : String(error) };
  }
}

function resolved(name: string, addresses: readonly string[]): NameReading {
  return { kind: 'resolved', name, addresses: [...new Set(addresses)].sort() };
}
