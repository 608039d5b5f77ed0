// What token does a login give, and who takes it? Real ones are signed with RSA; here every host knows one secret.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Answering, json } from './serve.js';
import { numberOf, parseRecord } from './json.js';

/** Where each host of a strict cluster keeps the secret. */
export const tokenSecretFile = '/run/dcos/lab-token-secret';

/** A JSON Web Token for the user, until `endsAt` (ms since the epoch). */
export function newToken(secret: string, uid: string, endsAt: number): string {
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode({ uid, exp: Math.floor(endsAt / 1000) });
  return `${head}.${body}.${sign(secret, `${head}.${body}`)}`;
}

/** Whether the header `Authorization` bears a token that holds now. */
export function isAdmitted(secret: string, authorization: string | undefined, now: number): boolean {
  const [, head, body = '', signature = ''] =
    /^token=([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
  const wanted = Buffer.from(sign(secret, `${head}.${body}`));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return false;
  const claims = parseRecord(Buffer.from(body, 'base64url').toString('utf8'));
  return numberOf(claims, 'exp', 0) * 1000 > now;
}

/** 401 for whoever has none, but for the stand-ins' own talk among themselves. */
export function guarded(secret: string, answering: Answering): Answering {
  return (call) =>
    call.path.startsWith('/succession-lab/') || isAdmitted(secret, call.headers.authorization, Date.now())
      ? answering(call)
      : json({ title: '401 Unauthorized' }, 401);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
