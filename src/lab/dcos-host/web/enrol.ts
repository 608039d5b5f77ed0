// How does an agent of a strict cluster come by its certificate? It asks a master, as DC/OS' own asks the CA of one.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Host, masterList, writeText } from '../daemon/host.js';
import { ask } from './ask.js';
import { type KeyPair, makeCertificate } from './certificates.js';
import { tokenSecretFile } from './cluster-token.js';
import { parseRecord, textOf } from './json.js';
import { type Answer, type Call, json } from './serve.js';

/** The way among the stand-ins. */
export const enrolPath = '/succession-lab/enrol';

/** What a host of a strict cluster serves with, and how it knows who may ask. */
export interface Enrolled {
  readonly server: KeyPair;
  readonly secret: string;
}

const retryMs = 1000;

/** Asks one master after the other until one gives it; writes what the host keeps. */
export async function enrol(host: Host, address: string): Promise<Enrolled> {
  for (let turn = 0; ; turn += 1) {
    const masters = masterList(host);
    const master = masters[turn % Math.max(1, masters.length)] ?? '127.0.0.1';
    const heard = await ask(`https://${master}${enrolPath}`, {
      method: 'POST',
      body: JSON.stringify({ address }),
      connectMs: 3000,
      readMs: 20_000,
    });
    if (heard.kind === 'answered' && heard.status === 200) {
      const record = parseRecord(heard.body);
      const secret = textOf(record, 'secret');
      writeText(host.path('/run/dcos/pki/CA/ca-bundle.crt'), textOf(record, 'bundle'));
      writeText(host.path(tokenSecretFile), secret, 0o600);
      return { server: { certificate: textOf(record, 'certificate'), key: textOf(record, 'key') }, secret };
    }
    await sleep(retryMs);
  }
}

/** What a master gives. */
export async function answerEnrol(
  call: Call,
  pki: { readonly authority: KeyPair; readonly secret: string },
): Promise<Answer> {
  const address = textOf(parseRecord(call.body), 'address');
  const order = { commonName: 'mesos-agent', names: [`IP:${address}`, 'IP:127.0.0.1'], days: 3650 };
  const pair = await makeCertificate(pki.authority, order);
  return json({ ...pair, bundle: pki.authority.certificate, secret: pki.secret });
}
