import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askClusterStatus, askConfiguration, askOwnState, parseServersSpec } from './exhibitor.js';
import { askMesosAgent, askMesosMaster, mesosReplicas } from './mesos.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    }),
  );
});

/** Stand-in for Exhibitor and Mesos: answers as the samples of the real ones do. */
async function standIn(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

function answering(documents: Readonly<Record<string, unknown>>): RequestListener {
  return (request, response) => {
    const document = documents[request.url ?? ''];
    response.statusCode = document === undefined ? 404 : 200;
    response.end(JSON.stringify(document ?? ''));
  };
}

const never = new AbortController().signal;
const options = { timeoutMs: 5000, signal: never };

test("an Exhibitor's servers, its own state and its list", async () => {
  const port = await standIn(
    answering({
      '/exhibitor/v1/cluster/status': [
        { code: 3, description: 'serving', hostname: '172.31.16.60', isLeader: true },
        { code: 1, description: 'down', hostname: '172.31.18.152', isLeader: false },
      ],
      '/exhibitor/v1/cluster/state': {
        switches: { restarts: true, cleanup: true, backups: true },
        state: 3,
        description: 'serving',
        isLeader: false,
      },
      '/exhibitor/v1/config/get-state': {
        running: true,
        config: { serversSpec: '1:172.31.16.60,2:172.31.18.152', serverId: -1, checkMs: 30_000 },
      },
    }),
  );
  expect(await askClusterStatus('127.0.0.1', { ...options, port })).toMatchObject({
    kind: 'answered',
    value: [{ code: 3 }, { code: 1, hostname: '172.31.18.152' }],
  });
  expect(await askOwnState('127.0.0.1', { ...options, port })).toMatchObject({ value: { code: 3 } });
  expect(await askConfiguration('127.0.0.1', { ...options, port })).toEqual({
    kind: 'answered',
    value: {
      ensemble: [
        { id: 1, address: '172.31.16.60' },
        { id: 2, address: '172.31.18.152' },
      ],
      serverId: null,
      checkMs: 30_000,
    },
  });
});

test('a password is sent where there is one, and its lack is told', async () => {
  const port = await standIn((request, response) => {
    const isAdmin = request.headers.authorization === `Basic ${btoa('admin:open sesame')}`;
    response.statusCode = isAdmin ? 200 : 401;
    response.end(JSON.stringify({ config: { serversSpec: '1:10.0.0.1', serverId: 1 } }));
  });
  expect(await askConfiguration('127.0.0.1', { ...options, port })).toMatchObject({ kind: 'forbidden' });
  const login = { user: 'admin', password: 'open sesame' };
  expect(await askConfiguration('127.0.0.1', { ...options, port, login })).toMatchObject({
    kind: 'answered',
  });
});

test('what is no answer of a server itself is no health', async () => {
  const port = await standIn((request, response) => {
    if (request.url?.startsWith('/exhibitor/v1/cluster/status') === true) return;
    response.writeHead(307, { location: 'http://127.0.0.1/' }).end();
  });
  const silent = await askClusterStatus('127.0.0.1', { timeoutMs: 100, signal: never, port });
  expect(silent).toMatchObject({ kind: 'silent' });
  const redirected = await askMesosAgent('127.0.0.1', { ...options, port });
  expect(redirected).toEqual({ kind: 'unreadable', reason: 'status 307' });
  const gone = await standIn(answering({}));
  await new Promise((done) => servers.pop()?.close(done));
  expect(await askMesosAgent('127.0.0.1', { ...options, port: gone })).toMatchObject({ kind: 'refused' });
});

test("a master's logs by the names of its version, and an agent's registration", async () => {
  const port = await standIn(
    answering({
      '/metrics/snapshot': {
        'master/elected': 1,
        'master/slaves_active': 3,
        'registrar/log/recovered': 1,
        'registrar/log/ensemble_size': 5,
        'overlay/master/log/recovered': 0,
        'slave/registered': 1,
      },
    }),
  );
  const ask = (overlayRecovered: string): ReturnType<typeof askMesosMaster> =>
    askMesosMaster('127.0.0.1', { overlayRecovered }, { ...options, port });
  expect(await ask('overlay/master/log/recovered')).toEqual({
    kind: 'answered',
    value: {
      elected: true,
      registrar: { recovered: true, ensembleSize: 5 },
      overlay: { recovered: false, ensembleSize: null },
      activeAgents: 3,
    },
  });
  expect(await ask('overlay/log/recovered')).toMatchObject({ value: { overlay: null } });
  expect(await askMesosAgent('127.0.0.1', { ...options, port })).toMatchObject({
    value: { registered: true },
  });
});

test('replicas that nobody can be asked about are unknown', async () => {
  expect(await mesosReplicas([], 2181, options)).toMatchObject({ kind: 'unknown' });
});

test.each([
  ['1:10.0.0.1', 1],
  ['S:2:10.0.0.2, S:1:10.0.0.1', 2],
  ['', null],
  ['1:10.0.0.1,1:10.0.0.2', null],
  ['0:10.0.0.1', null],
])('the list %j', (text, length) => {
  expect(parseServersSpec(text)?.length ?? null).toBe(length);
});
