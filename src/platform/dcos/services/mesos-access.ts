// How Mesos is asked where its security is strict: over TLS, with the token of a login, which is renewed when it has ended.
//
// Admin Router's `POST /acs/api/v1/auth/login` gives the token; `Authorization: token=…` goes to each Mesos (the manual,
// security/ent/iam-api, and monitoring for the metrics). Who answers is verified against the cluster's own authority, which
// is read over SSH, where the host's key was checked.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { type Asked, type AskJson, askJson, type AskOptions } from '../../../probe/http-json.js';
import { askSecurely } from '../../../probe/https-json.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { readPasswordFile } from '../../secret-file.js';
import type { DcosCluster } from '../cluster-file.js';

/** What a login gave. Secret, but for the authority. */
interface Rights {
  readonly kind: 'given';
  readonly authority: string;
  readonly token: string;
}

/** Why there is none. `refused`: the password, or the user, is wrong. */
export interface NoRights {
  readonly kind: 'refused' | 'failed';
  readonly reason: string;
}

/** The way to every Mesos of a cluster. */
export interface MesosAccess {
  /** As `askJson`. `through`: masters that may give a token, in the order in which they are tried. */
  way(through: readonly Address[]): AskJson;
  /** Why nobody gets a token, or null: there is one, or none is wanted. */
  trouble(through: readonly Address[], signal: AbortSignal): Promise<NoRights | null>;
}

const bundlePath = '/run/dcos/pki/CA/ca-bundle.crt';
const httpsPort = 443;
const loginMs = 5000;
/** A password that was refused is not tried again for so long: accounts get locked. */
const refusedMs = 60_000;
/** After any other failure: whoever was not up may be. */
const failedMs = 3000;

const loginSchema: z.ZodType<{ readonly token: string }> = z.object({ token: z.string().min(1) });

/** Asks plainly unless security is strict. Nothing is read before the first question. */
export function mesosAccess(
  cluster: DcosCluster,
  transport: Transport,
  loginPort: number = httpsPort,
): MesosAccess {
  if (cluster.dcos.security !== 'strict') return { way: () => askJson, trouble: () => Promise.resolve(null) };
  let current: Promise<Rights | NoRights> | null = null;
  let endedAt = 0;
  /** One login for all who ask side by side. */
  const rights = async (through: readonly Address[], signal: AbortSignal): Promise<Rights | NoRights> => {
    for (let before = current; before !== null; before = current) {
      const known = await before;
      const restMs = known.kind === 'refused' ? refusedMs : failedMs;
      if (known.kind === 'given' || Date.now() - endedAt < restMs) return known;
      if (current === before) break;
    }
    current = login({ cluster, transport, loginPort }, through, signal).finally(() => {
      endedAt = Date.now();
    });
    return current;
  };
  /** A token that a Mesos refused; one that came since is kept. */
  const forget = async (old: Rights): Promise<void> => {
    const before = current;
    if (before !== null && (await before) === old && current === before) current = null;
  };
  return {
    way: (through) => async (url, schema, options) => {
      const given = await rights(through, options.signal);
      const asked = await askWith(given, url, schema, options);
      if (given.kind !== 'given' || asked.kind !== 'forbidden' || asked.reason !== 'status 401') return asked;
      await forget(given);
      return askWith(await rights(through, options.signal), url, schema, options);
    },
    trouble: async (through, signal) => {
      const given = await rights(through, signal);
      return given.kind === 'given' ? null : given;
    },
  };
}

function askWith<T>(
  given: Rights | NoRights,
  url: string,
  schema: z.ZodType<T>,
  { timeoutMs, signal }: AskOptions,
): Promise<Asked<T>> {
  if (given.kind !== 'given') return Promise.resolve({ kind: 'forbidden', reason: given.reason });
  const { authority, token } = given;
  const question = { authority, authorization: `token=${token}`, timeoutMs, signal };
  return askSecurely(url.replace(/^http:/, 'https:'), schema, question);
}

async function login(
  {
    cluster: { superuser },
    transport,
    loginPort,
  }: { readonly cluster: DcosCluster; readonly transport: Transport; readonly loginPort: number },
  through: readonly Address[],
  signal: AbortSignal,
): Promise<Rights | NoRights> {
  if (superuser === undefined)
    return {
      kind: 'refused',
      reason: 'security is strict, and the cluster file names nobody who may ask (superuser)',
    };
  const { uid } = superuser;
  const password = await readPasswordFile(superuser.passwordFile).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (typeof password !== 'string') return { kind: 'refused', reason: `superuser: ${password.message}` };
  const reasons: string[] = [];
  for (const master of through) {
    const bundle = await transport.run(master, `cat ${quote(bundlePath)}`, { timeoutMs: loginMs, signal });
    if (bundle.kind === 'unknown' || bundle.status !== 0) {
      reasons.push(
        `${master} has no ${bundlePath}: ${bundle.kind === 'unknown' ? bundle.reason : bundle.stderr.trim()}`,
      );
      continue;
    }
    const authority = bundle.stdout;
    const asked = await askSecurely(`https://${master}:${loginPort}/acs/api/v1/auth/login`, loginSchema, {
      authority,
      method: 'POST',
      body: JSON.stringify({ uid, password }),
      timeoutMs: loginMs,
      signal,
    });
    if (asked.kind === 'answered') return { kind: 'given', authority, token: asked.value.token };
    if (asked.kind === 'forbidden')
      return { kind: 'refused', reason: `${master} refuses the login of ${uid}: ${asked.reason}` };
    reasons.push(`${master} can't be logged in at: ${asked.reason}`);
  }
  return { kind: 'failed', reason: reasons.join('; ') || 'there is no master to log in at' };
}
