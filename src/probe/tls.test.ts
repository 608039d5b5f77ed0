import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeTls } from './tls.js';

const never = new AbortController().signal;
let folder: string;
let server: Server;
let port: number;

/** An authority, and a certificate of it for 127.0.0.1 and a name. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'succession-tls-'));
  const openssl = (line: string): void => {
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
  };
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  for (const name of ['ca', 'other'])
    openssl(`req -x509 ${key} -days 30 -subj /CN=${name} -keyout ${name}.key -out ${name}.pem`);
  const names = 'subjectAltName=IP:127.0.0.1,DNS:leader.mesos';
  openssl(`req ${key} -subj /CN=adminrouter -addext ${names} -keyout leaf.key -out leaf.csr`);
  const signing = '-CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -copy_extensions copy';
  openssl(`x509 -req -in leaf.csr ${signing} -out leaf.pem`);
  server = createServer({ key: text('leaf.key'), cert: text('leaf.pem') });
  port = await listening(server);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function text(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function listening(one: Server): Promise<number> {
  return new Promise((resolve) => {
    one.listen(0, '127.0.0.1', () => resolve((one.address() as AddressInfo).port));
  });
}

describe('observeTls', () => {
  test('tells names and expiry, and that the chain verifies', async () => {
    const reading = await observeTls('127.0.0.1', port, {
      authority: text('ca.pem'),
      timeoutMs: 10_000,
      signal: never,
    });
    expect(reading).toMatchObject({ kind: 'shaken', fault: null, names: ['127.0.0.1', 'leader.mesos'] });
    const days = reading.kind === 'shaken' ? (reading.expiresAt - Date.now()) / 86_400_000 : 0;
    expect(Math.round(days)).toBe(20);
  });

  test('another authority is a fault', async () => {
    const authority = text('other.pem');
    const reading = await observeTls('127.0.0.1', port, { authority, timeoutMs: 10_000, signal: never });
    expect(reading.kind === 'shaken' && reading.fault).toMatch(/\w/);
  });

  test('a server without TLS, and one that says nothing, are unknown', async () => {
    for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', null]) {
      const plain = createPlainServer((socket) => {
        socket.on('error', () => undefined);
        if (greeting !== null) socket.end(greeting);
      });
      const options = { authority: text('ca.pem'), timeoutMs: 300, signal: never };
      expect(await observeTls('127.0.0.1', await listening(plain), options)).toMatchObject({
        kind: 'unknown',
      });
      plain.close();
    }
  });
});
