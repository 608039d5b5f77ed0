// What does the lab tell a host about itself? Only times: all else a stand-in finds where DC/OS' programs find it.

import { readFileSync } from 'node:fs';

/** Milliseconds that the lab shortens; what is missing is DC/OS' own. */
export interface HostTiming {
  readonly bootstrapRetryMs?: number;
  readonly mesosRetryMs?: number;
  /** How long CockroachDB takes to fill a new node. */
  readonly cockroachFillMs?: number;
}

/** Reads `/etc/succession-lab/host.json`; a host without one has DC/OS' own times. */
export function hostFile(path = '/etc/succession-lab/host.json'): { readonly timing: HostTiming } {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { timing: {} };
  }
  const timing = fieldOf(document, 'timing');
  const bootstrapRetryMs = fieldOf(timing, 'bootstrapRetryMs');
  const mesosRetryMs = fieldOf(timing, 'mesosRetryMs');
  const cockroachFillMs = fieldOf(timing, 'cockroachFillMs');
  return {
    timing: {
      ...(typeof bootstrapRetryMs === 'number' ? { bootstrapRetryMs } : {}),
      ...(typeof mesosRetryMs === 'number' ? { mesosRetryMs } : {}),
      ...(typeof cockroachFillMs === 'number' ? { cockroachFillMs } : {}),
    },
  };
}

/** A field of a document whose shape nobody promised. */
export function fieldOf(document: unknown, name: string): unknown {
  if (typeof document !== 'object' || document === null) return undefined;
  const found: unknown = Reflect.get(document, name);
  return found;
}
