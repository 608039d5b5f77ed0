// Stand-in for what runs before Exhibitor starts and gets its certificates: `packages/exhibitor/extra` of 2.0. `node exhibitor-tls.js`.

import { existsSync, rmSync } from 'node:fs';
import { exhibitorArtifacts } from '../../platform/dcos/enterprise-places.js';
import { ownAddress, readText, say, thisHost, writeText } from './daemon/host.js';
import { ask } from './web/ask.js';
import { isRecord, parseRecord, textOf } from './web/json.js';

const host = thisHost("what gets Exhibitor's certificates from the bootstrap CA");
const rootFile = host.path('/tmp/root-cert.pem');

/** `https://<host of bootstrap_url>:443` where config.yaml names no other. */
function authorityUrl(): string | null {
  const given = process.env['EXHIBITOR_BOOTSTRAP_CA_URL'] ?? '';
  if (given !== '') return given;
  const name = /^http:\/\/([^:/]+)/.exec(process.env['BOOTSTRAP_URL'] ?? '')?.[1];
  return name === undefined ? null : `https://${name}:443`;
}

async function complaint(): Promise<string | null> {
  if (process.env['EXHIBITOR_TLS_ENABLED'] !== 'true') return 'exhibitor TLS is disabled';
  if (existsSync(host.path(exhibitorArtifacts))) return null;
  const root = readText(rootFile);
  if (root === null) return 'root CA certificate does not exist';
  const url = authorityUrl();
  if (url === null) return 'could not determine ca service url';
  const heard = await ask(`${url}/succession-lab/sign`, {
    method: 'POST',
    body: JSON.stringify({ address: ownAddress(host) }),
    tls: { ca: root },
    connectMs: 5000,
    readMs: 20_000,
  });
  if (heard.kind === 'failed') return `could not connect to DC/OS bootstrap CA: ${heard.reason}`;
  if (heard.status !== 200) return `the bootstrap CA answers with ${heard.status}`;
  const record = parseRecord(heard.body);
  for (const name of ['client', 'server']) {
    const pair = record[name];
    if (!isRecord(pair)) return 'error generating artifacts';
    const folder = host.path(exhibitorArtifacts);
    writeText(`${folder}/${name}-cert.pem`, textOf(pair, 'certificate'));
    writeText(`${folder}/${name}-key.pem`, textOf(pair, 'key'), 0o600);
  }
  writeText(host.path(`${exhibitorArtifacts}/root-cert.pem`), root);
  rmSync(rootFile);
  return null;
}

const said = await complaint();
const isRequired = process.env['EXHIBITOR_TLS_REQUIRED'] === 'true';
if (said !== null) {
  say(
    isRequired
      ? 'exhibitor TLS bootstrap failed, but is required'
      : 'exhibitor TLS bootstrap failed, launching in insecure mode',
  );
  say(said);
}
process.exitCode = said !== null && isRequired ? 1 : 0;
