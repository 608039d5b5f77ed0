import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testCluster } from '../../../../test/support/dcos-duty.js';
import { askMesosMaster } from '../../../probe/mesos.js';
import type { Transport } from '../../../remote/transport.js';
import type { DcosCluster } from '../cluster-file.js';
import { type MesosAccess, mesosAccess } from './mesos-access.js';

const master = '127.0.0.1';
const password = 'open sesame';
const never = new AbortController().signal;
let folder: string;
let port: number;
let server: Server;
/** What the stand-in takes, and what it was asked. */
let token: string;
let logins: string[];

const file = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const newCertificate = (name: string): void => {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:${master}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'succession-access-'));
  newCertificate('ours');
  newCertificate('theirs');
  writeFileSync(file('password'), `${password}\n`, { mode: 0o600 });
  server = createServer({ key: read('ours.key'), cert: read('ours.crt') }, (request, response) => {
    const end = (status: number, document: unknown): void => {
      response.writeHead(status).end(JSON.stringify(document));
    };
    if (request.url !== '/acs/api/v1/auth/login') {
      const isKnown = request.headers.authorization === `token=${token}`;
      end(isKnown ? 200 : 401, { 'master/elected': 1, 'registrar/log/recovered': 1 });
      return;
    }
    const answerLogin = async (): Promise<void> => {
      const body = await text(request);
      logins.push(body);
      end(body === JSON.stringify({ uid: 'admin', password }) ? 200 : 401, { token });
    };
    void answerLogin();
  });
  await new Promise<void>((done) => server.listen(0, master, done));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  chmodSync(file('password'), 0o600);
  writeFileSync(file('password'), `${password}\n`);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

/** `bundle`: whose certificate the master holds as its cluster's authority. */
function accessOf(bundle = 'ours', superuser = true): MesosAccess {
  token = 'first';
  logins = [];
  const transport: Transport = {
    run: () => Promise.resolve({ kind: 'exited', status: 0, stdout: read(`${bundle}.crt`), stderr: '' }),
    close: () => Promise.resolve(),
  };
  const cluster: DcosCluster = {
    ...testCluster,
    dcos: { version: '2.1.2', variant: 'enterprise', security: 'strict' },
    ...(superuser ? { superuser: { uid: 'admin', passwordFile: file('password') } } : {}),
  };
  return mesosAccess(cluster, transport, port);
}

function ask(access: MesosAccess): ReturnType<typeof askMesosMaster> {
  const names = { overlayRecovered: 'overlay/master/log/recovered' };
  return askMesosMaster(master, names, { timeoutMs: 5000, signal: never, port, ask: access.way([master]) });
}

test('one login for all who ask side by side, and another when its token has ended', async () => {
  const access = accessOf();
  const answers = await Promise.all([ask(access), ask(access), ask(access)]);
  expect(answers.map((answer) => answer.kind)).toEqual(['answered', 'answered', 'answered']);
  expect(logins.length).toBe(1);
  token = 'second';
  const again = await Promise.all([ask(access), ask(access)]);
  expect(again.map((answer) => answer.kind)).toEqual(['answered', 'answered']);
  expect(logins.length).toBe(2);
  expect(await access.trouble([master], never)).toBeNull();
});

test('a wrong password is tried once, and stands in no reason', async () => {
  const access = accessOf();
  writeFileSync(file('password'), 'wrong word');
  const answers = [await ask(access), await ask(access)];
  const reason = '127.0.0.1 refuses the login of admin: status 401';
  expect(answers).toEqual([
    { kind: 'forbidden', reason },
    { kind: 'forbidden', reason },
  ]);
  expect(await access.trouble([master], never)).toEqual({ kind: 'refused', reason });
  expect(logins.length).toBe(1);
});

test('who does not show a certificate of the cluster hears no password', async () => {
  const access = accessOf('theirs');
  const trouble = await access.trouble([master], never);
  expect(trouble?.kind).toBe('failed');
  expect(trouble?.reason).toMatch(/can't be logged in at: .*certificate/);
  expect(logins).toEqual([]);
});

test('a password file that others can read, and none at all, are told', async () => {
  chmodSync(file('password'), 0o644);
  expect((await accessOf().trouble([master], never))?.reason).toContain('can be read by others');
  expect((await accessOf('ours', false).trouble([master], never))?.reason).toContain('(superuser)');
  expect(logins).toEqual([]);
});
