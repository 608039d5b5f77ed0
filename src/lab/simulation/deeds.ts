// A stand-in for the scripts on a host: what does each action do there, deed by deed?

import type { Ensemble } from '../../model/ensemble.js';
import type { Action } from '../../run/platform.js';
import type { SimulatedServers } from './servers.js';

/** One thing that a script does. Returns why it can't be done, or null. */
export type Deed = () => string | null;

/** A deed that always succeeds. */
function deed(work: () => void): Deed {
  return () => {
    work();
    return null;
  };
}

/** The deeds of each script of `platform/zookeeper`, in its order. An action may be cut off between any two of them. */
export function deedsOf(servers: SimulatedServers, action: Action): readonly Deed[] {
  const { address } = action;
  const server = servers.server(address);
  const stop = deed(() => servers.halt(address));
  const start = deed(() => servers.boot(address));
  const enable = deed(() => servers.setAtBoot(address, 'on'));
  const configure = (ensemble: Ensemble): Deed => deed(() => servers.configure(address, ensemble));
  switch (action.kind) {
    case 'stop':
      return [stop];
    case 'fence':
      return [
        deed(() => servers.setAtBoot(address, 'off')),
        () => (server.process === null ? null : 'it still runs'),
      ];
    case 'start':
      return [enable, start];
    case 'upgrade':
      return [configure(action.ensemble), enable, stop, start];
    case 'install': {
      const known = server.stamp === action.stamp;
      const wipe: Deed = () => {
        if (server.process !== null) return 'another server runs here';
        if (server.hasFiles && action.leftovers === 'refuse') return 'it holds data';
        server.stamp = null;
        return null;
      };
      const wipeRest = deed(() => servers.wipe(address));
      const stamp = deed(() => (server.stamp = action.stamp));
      const restart = deed(() => {
        if (server.process !== null && server.process.startedAt < (server.configuredAt ?? 0))
          servers.halt(address);
      });
      return [...(known ? [] : [wipe, wipeRest, stamp]), configure(action.ensemble), enable, restart, start];
    }
  }
}
