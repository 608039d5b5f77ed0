// Who may log in at Admin Router? The user of config.yaml; in DC/OS the IAM (Bouncer) answers, from its database.

import { spawnSync } from 'node:child_process';
import { type Host, readText } from '../daemon/host.js';
import { newToken } from './cluster-token.js';
import { parseRecord, textOf } from './json.js';
import { type Answer, type Call, json } from './serve.js';

/** `POST /acs/api/v1/auth/login`. */
export const loginPath = '/acs/api/v1/auth/login';

/** Tokens hold five days (`bouncer_expiration_auth_token_days`). */
const tokenMs = 5 * 86_400_000;

/** Answers a login with a token or 401. */
export function login(host: Host, secret: string, { method, body }: Call): Answer {
  if (method !== 'POST') return json({ title: '405 Method Not Allowed' }, 405);
  const record = parseRecord(body);
  const uid = textOf(record, 'uid');
  const [, known, hash = ''] =
    /^([^:]+):(\S+)$/m.exec(readText(host.path('/opt/mesosphere/etc/superuser')) ?? '') ?? [];
  if (uid !== known || !isPassword(textOf(record, 'password'), hash))
    return json({ title: '401 Unauthorized' }, 401);
  return json({ token: newToken(secret, uid, Date.now() + host.timing('tokenMs', tokenMs)) });
}

/** `hash`: `$6$salt$…`, as `--hash-password` of the installer prints it, but for its rounds. */
function isPassword(password: string, hash: string): boolean {
  const salt = /^\$6\$([^$]+)\$/.exec(hash)?.[1];
  if (salt === undefined) return false;
  const made = spawnSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
    encoding: 'utf8',
    input: `${password}\n`,
  });
  return made.stdout.trim() === hash;
}
