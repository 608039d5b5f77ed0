// What do the other Exhibitors say of their servers?

import { isRecord, parseRecord } from '../web/json.js';
import { ask, type Heard } from '../web/ask.js';
import { type StateCode, stateDescriptions } from './instance.js';

/** One line of `cluster/status`. */
export interface ServerStatus {
  readonly code: StateCode;
  readonly description: string;
  readonly hostname: string;
  readonly isLeader: boolean;
}

/** As `cluster/status` tells it. */
export function statusOf(hostname: string, code: StateCode, isLeader: boolean): ServerStatus {
  return { code, description: stateDescriptions[code], hostname, isLeader };
}

/** What an Exhibitor shows to another. */
export interface Peer {
  readonly password: string | null;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
}

/** A path of another Exhibitor's REST interface, with our own password: one that has another is `down` to us. */
export function askPeer(hostname: string, path: string, { password, tls }: Peer): Promise<Heard> {
  return ask(`${tls === null ? 'http' : 'https'}://${hostname}:8181/exhibitor/v1/${path}`, {
    tls: tls ?? undefined,
    headers: password === null ? {} : { Authorization: basicCredentials(password) },
    connectMs: 10_000,
    readMs: 3000,
  });
}

/** What its Exhibitor saw at its last check. Whatever goes wrong makes it `down`, so that says little of its server. */
export async function peerStatus(hostname: string, own: Peer): Promise<ServerStatus> {
  const heard = await askPeer(hostname, 'cluster/state', own);
  if (heard.kind === 'failed' || heard.status !== 200) return statusOf(hostname, 1, false);
  const state = parseRecord(heard.body);
  const code = stateCode(state['state']);
  return statusOf(hostname, code ?? 1, code !== undefined && state['isLeader'] === true);
}

/** The header that the user `admin` sends. */
export function basicCredentials(password: string): string {
  return `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
}

function stateCode(value: unknown): StateCode | undefined {
  return value === 0 || value === 1 || value === 2 || value === 3 ? value : undefined;
}

/** The answer of a deed that another Exhibitor was asked for, as `cluster/<deed>/<host>` wraps it. */
export function wrapAnswer(heard: Heard): Readonly<Record<string, unknown>> {
  if (heard.kind === 'failed') return { response: '', errorMessage: heard.reason, success: false };
  const state = parseRecord(heard.body);
  const response = isRecord(state) && Object.keys(state).length > 0 ? state : heard.body;
  return { response, errorMessage: '', success: heard.status === 200 };
}
