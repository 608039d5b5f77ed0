// How do a cluster's CA and a master's certificates come about? With the system's OpenSSL; keys stay in files.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Both in PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** DC/OS' are RSA; these take a hundredth of the time. */
const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256'.split(' ');

/** A certificate authority of its own, for ten years. */
export function makeAuthority(name: string): Promise<KeyPair> {
  return inFolder(async (folder) => {
    const subject = ['-subj', `/C=US/ST=CA/L=San Francisco/O=Mesosphere, Inc./CN=${name}`];
    const selfSigned = [...'req -x509 -keyout key.pem -out cert.pem -days 3650'.split(' '), ...newKey];
    const isAuthority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
    const extensions = isAuthority.flatMap((extension) => ['-addext', extension]);
    await openssl(folder, [...selfSigned, ...subject, ...extensions]);
    return readPair(folder);
  });
}

/** A server's certificate for these names (`DNS:localhost`, `IP:127.0.0.1`), signed by the authority, or by itself with null. */
export function makeCertificate(
  authority: KeyPair | null,
  order: { readonly commonName: string; readonly names: readonly string[]; readonly days: number },
): Promise<KeyPair> {
  return inFolder(async (folder) => {
    const subject = ['-subj', `/O=Mesosphere, Inc./CN=${order.commonName}`];
    const extensions = `subjectAltName=${order.names.join(',')}`;
    const days = ['-days', String(Math.max(1, Math.round(order.days)))];
    if (authority === null) {
      const self = ['req', '-x509', ...newKey, '-keyout', 'key.pem', '-out', 'cert.pem', ...days];
      await openssl(folder, [...self, ...subject, '-addext', extensions]);
      return readPair(folder);
    }
    await writeFile(join(folder, 'ca.pem'), authority.certificate);
    await writeFile(join(folder, 'ca.key'), authority.key, { mode: 0o600 });
    await writeFile(join(folder, 'extensions'), `${extensions}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    await openssl(folder, [
      'req',
      '-new',
      ...newKey,
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      ...subject,
    ]);
    const sign = 'x509 -req -sha256 -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem';
    await openssl(folder, [...sign.split(' '), ...days, '-extfile', 'extensions']);
    return readPair(folder);
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dcos-pki-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openssl(folder: string, words: readonly string[]): Promise<void> {
  await execute('openssl', words, { cwd: folder, timeout: 60_000 });
}

async function readPair(folder: string): Promise<KeyPair> {
  return {
    certificate: await readFile(join(folder, 'cert.pem'), 'utf8'),
    key: await readFile(join(folder, 'key.pem'), 'utf8'),
  };
}
