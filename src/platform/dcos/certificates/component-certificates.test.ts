// Certificates of the system's OpenSSL, as a master's components have them.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localTransport } from '../../../remote/local.js';
import { certificateFaults, readCertificates } from './component-certificates.js';

const host = '10.0.0.4';
const day = 86_400_000;
let folder: string;

function openssl(line: string): void {
  execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
}

function authority(name: string): void {
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=${name} -addext basicConstraints=critical,CA:TRUE -keyout ${name}.key -out ${name}.crt`,
  );
}

function signed(name: string, by: string, address: string, extension = 'basicConstraints=CA:FALSE'): void {
  writeFileSync(join(folder, 'extensions'), `subjectAltName=IP:${address}\n${extension}\n`);
  openssl(
    `req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=${name} -keyout ${name}.key -out ${name}.csr`,
  );
  openssl(
    `x509 -req -in ${name}.csr -CA ${by}.crt -CAkey ${by}.key -CAcreateserial -days 30 -extfile extensions -out ${name}.crt`,
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-components-'));
  authority('ca');
  authority('other');
  signed('mesos-master', 'ca', host);
  signed('elsewhere', 'ca', '10.0.0.9');
  signed('foreign', 'other', host);
  signed('between', 'ca', host, 'basicConstraints=critical,CA:TRUE');
  signed('below', 'between', host);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pem = (...names: readonly string[]): string =>
  names.map((name) => readFileSync(join(folder, `${name}.crt`), 'utf8')).join('');

test.each<[string, string, () => string, readonly string[]]>([
  ['is good', 'mesos-master.crt', () => pem('mesos-master'), []],
  ['comes with the one between', 'mesos-master.crt', () => pem('below', 'between'), []],
  ['lacks the one between', 'mesos-master.crt', () => pem('below'), ['is not signed by the cluster']],
  ['is of another authority', 'vault.crt', () => pem('foreign', 'other'), ['is not signed by the cluster']],
  ['is for another host', 'mesos-master.crt', () => pem('elsewhere'), ['is not for 10.0.0.4']],
  ['is a client’s, for whatever name', 'etcd-client.crt', () => pem('elsewhere'), []],
  ['is none', 'mesos-master.crt', () => 'nothing', ['holds no certificate']],
])('a certificate that %s', (_, name, text, expected) => {
  const reading = {
    kind: 'known',
    address: host,
    authority: pem('ca'),
    files: [{ name, pem: text() }],
  } as const;
  const faults = certificateFaults(reading, Date.now());
  expect(faults).toHaveLength(expected.length);
  for (const [index, part] of expected.entries()) {
    expect(faults[index]?.seen).toContain(`/run/dcos/pki/tls/certs/${name}`);
    expect(faults[index]?.seen).toContain(part);
  }
  // Of the good ones only the end of their life is left to say.
  if (expected.length > 0) return;
  expect(certificateFaults(reading, Date.now() + 25 * day)).toMatchObject([
    { host, seen: expect.stringContaining(' ends ') as string },
  ]);
});

test('a master without any is told', async () => {
  const transport = {
    ...localTransport(),
    run: (
      address: string,
      command: string,
      options: Parameters<ReturnType<typeof localTransport>['run']>[2],
    ) => localTransport().run(address, command.replaceAll('/run/dcos', join(folder, 'none')), options),
  };
  const reading = await readCertificates(transport, host, new AbortController().signal);
  expect(certificateFaults(reading, 0)).toMatchObject([
    { seen: expect.stringContaining('no certificate in') as string },
  ]);
});
