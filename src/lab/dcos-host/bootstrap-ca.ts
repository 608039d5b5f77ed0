// Stand-in for the bootstrap node's dcos-bootstrap-ca: signs what an Exhibitor shows. `node bootstrap-ca.js`, beside `genconf/`.

import { readFileSync } from 'node:fs';
import { say, thisHost } from './daemon/host.js';
import { makeCertificate } from './web/certificates.js';
import { parseRecord, textOf } from './web/json.js';
import { type Answer, type Call, json, plain, serve } from './web/serve.js';

const host = thisHost(
  'dcos-bootstrap-ca, which signs without asking as the real one does without a preshared key',
);
const authority = {
  certificate: readFileSync('genconf/ca/root-cert.pem', 'utf8'),
  key: readFileSync('genconf/ca/root-key.pem', 'utf8'),
};
const days = 3650;
const names = [`IP:${host.address}`, 'IP:127.0.0.1', 'DNS:localhost'];
const { key, certificate } = await makeCertificate(authority, {
  commonName: 'dcos-bootstrap-ca',
  names,
  days,
});
await serve(host.everywhere, 443, answer, { key, cert: certificate });
say(`port 443, for ${host.address}`);

/** The real one takes a request that is signed with a key of the caller's; the pair comes whole here. */
async function answer({ method, path, body }: Call): Promise<Answer> {
  if (method !== 'POST' || path !== '/succession-lab/sign') return plain('', 404);
  const address = textOf(parseRecord(body), 'address');
  const sans = [`IP:${address}`, 'IP:127.0.0.1', 'DNS:localhost', 'DNS:exhibitor'];
  const [server, client] = await Promise.all(
    ['server', 'client'].map((commonName) => makeCertificate(authority, { commonName, names: sans, days })),
  );
  return json({ server, client });
}
