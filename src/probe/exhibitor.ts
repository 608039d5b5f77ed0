// What does Exhibitor, the supervisor of a DC/OS master's ZooKeeper, say of its server and of its list?

import { z } from 'zod';
import type { Ensemble } from '../model/ensemble.js';
import { type Asked, askJson, type AskJson, type AskOptions } from './http-json.js';

/** Where Exhibitor listens in DC/OS. */
export const exhibitorPort = 8181;

/**
 * A server as an Exhibitor sees it. `code`: 0 latent, 1 down, 2 not serving, 3 serving (`InstanceStateTypes`). It comes
 * from a cache that is refreshed every 30 s, and a server is also down when its Exhibitor can't be asked.
 */
export interface ExhibitorServer {
  readonly code: number;
  readonly description: string;
  readonly hostname: string;
  readonly isLeader: boolean;
}

/** How an Exhibitor is asked; `ask` is another way than straight from here, as where it wants a client's certificate. */
export interface ExhibitorOptions extends AskOptions {
  readonly port?: number;
  readonly ask?: AskJson | undefined;
}

/** What an Exhibitor works with since its start. */
export interface ExhibitorConfiguration {
  readonly ensemble: Ensemble;
  /** The id of its own host in that list; null when it is not in there. */
  readonly serverId: number | null;
  /** Between two checks, in ms. */
  readonly checkMs: number | null;
}

const serverSchema: z.ZodType<ExhibitorServer> = z.object({
  code: z.number().int(),
  description: z.string(),
  hostname: z.string(),
  isLeader: z.boolean(),
});
const ownStateSchema = z.object({ state: z.number().int(), description: z.string(), isLeader: z.boolean() });
const configurationSchema = z.object({
  config: z.object({
    serversSpec: z.string(),
    serverId: z.number().int(),
    checkMs: z.number().optional(),
  }),
});

/** Of these questions this is the only one that wants no password. It asks its peers in turn: 13 s where one is silent. */
export function askClusterStatus(
  address: string,
  options: ExhibitorOptions,
): Promise<Asked<readonly ExhibitorServer[]>> {
  return askOf(options)(urlOf(address, options.port, 'cluster/status'), z.array(serverSchema), options);
}

/** What it last saw of its own server. */
export async function askOwnState(
  address: string,
  options: ExhibitorOptions,
): Promise<Asked<Omit<ExhibitorServer, 'hostname'>>> {
  const asked = await askOf(options)(urlOf(address, options.port, 'cluster/state'), ownStateSchema, options);
  if (asked.kind !== 'answered') return asked;
  const { state, description, isLeader } = asked.value;
  return { kind: 'answered', value: { code: state, description, isLeader } };
}

/** The list that it was started with: a file that was changed since does not show here. */
export async function askConfiguration(
  address: string,
  options: ExhibitorOptions,
): Promise<Asked<ExhibitorConfiguration>> {
  const asked = await askOf(options)(
    urlOf(address, options.port, 'config/get-state'),
    configurationSchema,
    options,
  );
  if (asked.kind !== 'answered') return asked;
  const { serversSpec, serverId, checkMs } = asked.value.config;
  const ensemble = parseServersSpec(serversSpec);
  if (ensemble === null) return { kind: 'unreadable', reason: `serversSpec is '${serversSpec}'` };
  return {
    kind: 'answered',
    value: { ensemble, serverId: serverId < 0 ? null : serverId, checkMs: checkMs ?? null },
  };
}

/**
 * The list as Exhibitor takes it, in the order of ids; null when it is none.
 *
 * @example parseServersSpec('1:172.31.16.60,2:172.31.18.152')
 */
export function parseServersSpec(text: string): Ensemble | null {
  const members = text.split(',').map((item) => {
    // With a letter for the type, as in `S:1:host`, where its settings are written by a person.
    const [, id, address] = /^\s*(?:[A-Z]:)?(\d{1,3}):([^\s:,]+)\s*$/.exec(item) ?? [];
    return { id: Number(id ?? 0), address: address ?? '' };
  });
  const areUnique = [new Set(members.map((one) => one.id)), new Set(members.map((one) => one.address))].every(
    (set) => set.size === members.length,
  );
  const areGood = members.every(({ id }) => id >= 1 && id <= 255);
  return areUnique && areGood ? members.sort((a, b) => a.id - b.id) : null;
}

function askOf({ ask }: ExhibitorOptions): AskJson {
  return ask ?? askJson;
}

function urlOf(address: string, port: number | undefined, path: string): string {
  return `http://${address}:${port ?? exhibitorPort}/exhibitor/v1/${path}`;
}
