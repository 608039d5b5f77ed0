// Who may see the page: whoever has its token, and comes to an address that it is served at.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** What is asked of every request. */
export interface PageGuard {
  readonly token: string;
  /** Values of the Host header under which the page is served, with port. */
  readonly hosts: () => readonly string[];
}

/**
 * No request leaves the machine, nothing is framed, nothing but the page's own script runs.
 * `style-src`: the page sets styles through the CSSOM only, which needs no exception.
 */
const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Refuses a Host that is not ours (a name that an attacker points here) and an Origin that is not this page. */
export function checkPlace({ hosts }: PageGuard): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const host = context.req.header('host') ?? '';
    if (!hosts().includes(host.toLowerCase()))
      return context.text('This page is not served under that name.\n', 421);
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return context.text('Another page may not ask this one.\n', 403);
    return next();
  };
}

/** Refuses whoever lacks the token: in the address, or as `Authorization: Bearer`. */
export function checkToken({ token }: PageGuard): MiddlewareHandler {
  return async (context, next) => {
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const given = bearer ?? context.req.query('token') ?? '';
    if (!sameSecret(given, token))
      return context.text('The address lacks its token: open it as `succession watch` printed it.\n', 403);
    return next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
