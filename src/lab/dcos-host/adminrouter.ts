// Stand-in for DC/OS' Admin Router: TLS with the cluster's CA, and the ways to what runs on a master. `node adminrouter.js`.

import { randomBytes, randomUUID } from 'node:crypto';
import { ownAddress, readText, say, thisHost, writeText } from './daemon/host.js';
import { sharedValue } from './daemon/shared-value.js';
import { zooKeeperSession } from './daemon/zookeeper-session.js';
import { clientTls, readArtifacts } from './exhibitor/artifacts.js';
import { readLeader } from './mesos/masters.js';
import { ask, type Asking } from './web/ask.js';
import { answerEnrol, enrolPath } from './web/enrol.js';
import { login, loginPath } from './web/login.js';
import { type MasterPki, masterPki } from './web/master-pki.js';
import { type Answer, type Call, json, plain, serve } from './web/serve.js';

const host = thisHost("DC/OS' Admin Router");
const address = ownAddress(host);
const isMaster = host.role === 'master' || host.role === 'spare';
const session = zooKeeperSession(() => [host.local], 10_000);
const ports = {
  http: Number(process.env['ADMINROUTER_HTTP_PORT'] ?? 80),
  https: Number(process.env['ADMINROUTER_HTTPS_PORT'] ?? 443),
  agent: 61_001,
};
let bundle: string | null = null;
let clusterId = '';
let cluster: MasterPki['cluster'] = null;

if (isMaster) {
  clusterId = await keepShared('/cluster-id', '/var/lib/dcos/cluster-id', () => randomUUID());
  if (host.variant === 'open') {
    const file = '/var/lib/dcos/dcos-oauth/auth-token-secret';
    await keepShared('/dcos/auth-token-secret', file, newSecret, 0o600);
  }
  // Under strict security Mesos makes its own.
  const strict = host.security === 'strict';
  const pki = await masterPki(host, address, session, strict ? ['adminrouter'] : undefined);
  bundle = pki.bundle;
  cluster = pki.cluster;
  const secured = { key: pki.server.key, cert: pki.server.certificate };
  await serve(host.everywhere, ports.https, answer, secured);
  await serve(host.everywhere, ports.http, strict ? toHttps : answer);
  say(
    `cluster ${clusterId}, ports ${ports.http} and ${ports.https}, CA ${bundle === null ? 'none' : 'shared'}`,
  );
} else {
  await serve(host.everywhere, ports.agent, answer);
  say(`port ${ports.agent}`);
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A value of the cluster. The bootstrap gate settles it before this program starts; without a gate it is done here. */
async function keepShared(node: string, file: string, make: () => string, mode = 0o644): Promise<string> {
  const settled = readText(host.path(file));
  if (settled !== null) return settled.trim();
  const value = await sharedValue(session, node, () => Promise.resolve(make()));
  writeText(host.path(file), value, mode);
  return value;
}

function toHttps(call: Call): Answer {
  const name = call.headers.host?.replace(/:\d+$/, '') ?? address;
  return { status: 307, headers: { Location: `https://${name}${call.path}` }, body: '' };
}

async function answer(call: Call): Promise<Answer> {
  const { path } = call;
  if (path.startsWith('/system/')) return health(call);
  if (!isMaster) return plain('', 404);
  if (cluster !== null && path === enrolPath) return answerEnrol(call, cluster);
  if (cluster !== null && path === loginPath) return login(host, cluster.secret, call);
  if (path.startsWith('/exhibitor/')) {
    const artifacts = readArtifacts(host);
    const tls = artifacts === null ? undefined : clientTls(artifacts);
    return passOn(call, { address: host.local, port: 8181, path, tls, secure: tls !== undefined });
  }
  if (path.startsWith('/marathon/')) return toMarathon(call, path.slice('/marathon'.length));
  if (path.startsWith('/service/marathon/')) {
    return toMarathon(call, path.slice('/service/marathon'.length));
  }
  if (path.startsWith('/mesos/')) return toLeader(call, path.slice('/mesos'.length));
  if (path.startsWith('/ca/')) return authority(path);
  switch (path) {
    case '/':
      return plain('DC/OS\n');
    case '/metadata':
      return json({ PUBLIC_IPV4: address, CLUSTER_ID: clusterId });
    case '/dcos-metadata/dcos-version.json':
      return plain(readText(host.path('/opt/mesosphere/etc/dcos-version.json')) ?? '{}');
    default:
      return plain('', 404);
  }
}

function authority(path: string): Answer {
  if (bundle === null) return plain('', 404);
  if (path === '/ca/dcos-ca.crt') return plain(bundle);
  if (path === '/ca/api/v2/info') return json({ success: true, result: { certificate: bundle } });
  return plain('', 404);
}

/** Of the diagnostics program where one runs; else that this host answers, and no more. */
async function health(call: Call): Promise<Answer> {
  const answered = await passOn(call, { address: host.local, port: 1050, path: call.path });
  if (answered.status !== 502) return answered;
  return json({
    units: [],
    hostname: address,
    ip: address,
    dcos_version: host.version.version,
    node_role: isMaster ? 'master' : 'agent',
  });
}

async function toLeader(call: Call, path: string): Promise<Answer> {
  try {
    const leader = await session.use((connection) => readLeader(connection, new Map()));
    if (leader === null) return plain('', 503);
    return await passOn(call, { ...leader, path, secure: host.security === 'strict' });
  } catch {
    return plain('', 503);
  }
}

function toMarathon(call: Call, path: string): Promise<Answer> {
  return passOn(call, { address: host.local, port: 8080, path });
}

/** Where a call goes. */
interface Goal {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly secure?: boolean;
  readonly tls?: Asking['tls'];
}

async function passOn(call: Call, { address: to, port, path, secure, tls }: Goal): Promise<Answer> {
  const query = call.query.size === 0 ? '' : `?${call.query.toString()}`;
  const { authorization, accept } = call.headers;
  const heard = await ask(`${secure === true ? 'https' : 'http'}://${to}:${port}${path}${query}`, {
    tls,
    method: call.method,
    body: call.body,
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(accept === undefined ? {} : { Accept: accept }),
    },
    connectMs: 5000,
    readMs: 30_000,
  });
  if (heard.kind === 'failed') return plain('Bad Gateway\n', 502);
  const type = heard.headers['content-type'] ?? 'text/plain';
  const { location } = heard.headers;
  const headers = { 'Content-Type': type, ...(location === undefined ? {} : { Location: location }) };
  return { status: heard.status, headers, body: heard.body };
}
