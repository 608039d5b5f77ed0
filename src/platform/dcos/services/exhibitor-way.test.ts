import { exhibitorArtifacts } from '../enterprise-places.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askConfiguration } from '../../../probe/exhibitor.js';
import { localTransport } from '../../../remote/local.js';
import type { Transport } from '../../../remote/transport.js';
import { exhibitorWay } from './exhibitor-way.js';

const enterprise = { dcos: { version: '2.1.2', variant: 'enterprise', security: 'strict' } } as const;
const document = JSON.stringify({ config: { serversSpec: '1:10.0.0.1', serverId: 1 } });
let folder: string;
let server: Server | null = null;
let commands: string[];
let transport: Transport;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-exhibitor-'));
  commands = [];
  const local = localTransport();
  transport = {
    run: (host, command, options) => {
      commands.push(command);
      return local.run(host, command.replaceAll(exhibitorArtifacts, join(folder, 'artifacts')), options);
    },
    close: () => local.close(),
  };
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server === null ? done(null) : server.close(done)));
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function listen(made: Server): Promise<number> {
  server = made;
  await new Promise<void>((done) => made.listen(0, 'localhost', done));
  return (made.address() as AddressInfo).port;
}

const ask = (port: number, login?: { user: string; password: string }) =>
  askConfiguration('10.0.0.1', {
    timeoutMs: 5000,
    signal: new AbortController().signal,
    port,
    login,
    ask: exhibitorWay(enterprise, transport, '10.0.0.1'),
  });

test('with the certificate of the host, whose key stays there', async () => {
  const artifacts = join(folder, 'artifacts');
  mkdirSync(artifacts);
  // One certificate that signs itself stands for the root, the server and the client.
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=exhibitor', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', 'client-key.pem', '-out', 'client-cert.pem'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], {
    cwd: artifacts,
    stdio: 'ignore',
  });
  execFileSync('cp', ['client-cert.pem', 'root-cert.pem'], { cwd: artifacts });
  const [pem, cert] = ['client-key.pem', 'client-cert.pem'].map((name) =>
    readFileSync(join(artifacts, name), 'utf8'),
  );
  const mutual = { key: pem, cert, ca: cert, requestCert: true, rejectUnauthorized: true };
  const port = await listen(createServer(mutual, (_, response) => response.end(document)));
  expect(await ask(port)).toMatchObject({ kind: 'answered', value: { serverId: 1 } });
  rmSync(join(artifacts, 'client-key.pem'));
  expect(await ask(port)).toMatchObject({ kind: 'silent' });
});

test('plainly where the host has none, with a password that stands in no command', async () => {
  const port = await listen(
    createPlainServer((request, response) => {
      const isAdmin = request.headers.authorization === `Basic ${btoa('admin:open "sesame"')}`;
      response.writeHead(isAdmin ? 200 : 401).end(document);
    }),
  );
  expect(await ask(port)).toEqual({ kind: 'forbidden', reason: 'status 401' });
  expect(await ask(port, { user: 'admin', password: 'open "sesame"' })).toMatchObject({ kind: 'answered' });
  expect(commands.filter((command) => command.includes('sesame'))).toEqual([]);
  await new Promise((done) => server?.close(done));
  server = null;
  expect(await ask(port)).toMatchObject({ kind: 'refused' });
});
