// Which keys and certificates does a master of this security mode have, and in which files?
//
// How the CA's key travels in DC/OS Enterprise is not published. Here it is a node of ZooKeeper, which whoever is first
// creates; every master makes its own certificates anew at each start, since /run does not outlive a reboot. The key of an
// operator's own authority travels nowhere: without it nothing is signed, and the program ends.

import { randomBytes } from 'node:crypto';
import { authorityKeyPath } from '../../../platform/dcos/enterprise-places.js';
import { giveUp, type Host, readText, writeText } from '../daemon/host.js';
import { sharedValue } from '../daemon/shared-value.js';
import type { ZooKeeperSession } from '../daemon/zookeeper-session.js';
import { tokenSecretFile } from './cluster-token.js';
import { type KeyPair, makeAuthority, makeCertificate } from './certificates.js';
import { parseRecord, textOf } from './json.js';

/** What a master serves with; `bundle` is null where the cluster has no CA of its own. */
export interface MasterPki {
  readonly bundle: string | null;
  readonly server: KeyPair;
  /** What signs, and the secret of tokens; null where the cluster has no CA. */
  readonly cluster: { readonly authority: KeyPair; readonly secret: string } | null;
}

/** Below `/run/dcos/pki/tls`, each for the component of that name. */
const components = ['adminrouter', 'mesos-master'] as const;

/** One of them. Under strict security each has a process of its own that makes it. */
type Component = (typeof components)[number];

/**
 * Makes and writes everything; the first component is the one that serves. An open cluster, or one with security disabled,
 * serves with a pair that nobody signed.
 */
export async function masterPki(
  host: Host,
  address: string,
  session: ZooKeeperSession,
  wanted: readonly Component[] = components,
): Promise<MasterPki> {
  const order = {
    commonName: 'AdminRouter',
    names: [
      `IP:${address}`,
      'IP:127.0.0.1',
      ...['master.mesos', 'leader.mesos', 'localhost'].map((name) => `DNS:${name}`),
    ],
    days: host.timing('certificateDays', 3650),
  };
  if (host.variant === 'open' || host.security === 'disabled') {
    const server = await makeCertificate(null, { ...order, commonName: 'snakeoil' });
    return { bundle: null, server, cluster: null };
  }
  const authority = customAuthority(host) ?? (await clusterAuthority(session));
  const folder = '/run/dcos/pki';
  const bundle = authority.certificate;
  writeText(host.path(`${folder}/CA/ca-bundle.crt`), bundle);
  writeText(host.path(`${folder}/CA/certs/ca.crt`), bundle);
  let server: KeyPair | undefined;
  for (const component of wanted) {
    const pair = await makeCertificate(authority, { ...order, commonName: component });
    writeText(host.path(`${folder}/tls/certs/${component}.crt`), pair.certificate);
    writeText(host.path(`${folder}/tls/private/${component}.key`), pair.key, 0o600);
    server ??= pair;
  }
  const secret = await sharedValue(session, '/dcos/lab-token-secret', () =>
    Promise.resolve(randomBytes(32).toString('base64url')),
  );
  writeText(host.path(tokenSecretFile), secret, 0o600);
  return { bundle, server: server ?? authority, cluster: { authority, secret } };
}

/** Null where config.yaml names none. */
function customAuthority(host: Host): KeyPair | null {
  const certificate = readText(host.path('/opt/mesosphere/etc/custom-ca.crt'));
  if (certificate === null) return null;
  const key = readText(host.path(authorityKeyPath));
  return key === null ? giveUp(`${authorityKeyPath}: No such file or directory`) : { certificate, key };
}

async function clusterAuthority(session: ZooKeeperSession): Promise<KeyPair> {
  const text = await sharedValue(session, '/dcos/ca', async () =>
    JSON.stringify(await makeAuthority('DCOS Root CA')),
  );
  const record = parseRecord(text);
  return { certificate: textOf(record, 'certificate'), key: textOf(record, 'key') };
}
