// What does an Exhibitor over TLS show, and want to be shown? (the manual of 2.0, security/ent/tls-ssl/exhibitor)

import { exhibitorArtifacts } from '../../../platform/dcos/enterprise-places.js';
import { type Host, readText } from '../daemon/host.js';
import type { KeyPair } from '../web/certificates.js';

/** The files of a master; Java's stores of the real one are PEM here. */
export interface Artifacts {
  readonly root: string;
  readonly client: KeyPair;
  readonly server: KeyPair;
}

/** Null where there are none: then Exhibitor speaks plainly. */
export function readArtifacts(host: Pick<Host, 'path'>): Artifacts | null {
  const text = (name: string): string => readText(host.path(`${exhibitorArtifacts}/${name}`)) ?? '';
  const pair = (name: string): KeyPair => ({
    certificate: text(`${name}-cert.pem`),
    key: text(`${name}-key.pem`),
  });
  const found = { root: text('root-cert.pem'), client: pair('client'), server: pair('server') };
  return found.root === '' || found.client.key === '' || found.server.key === '' ? null : found;
}

/** As the TLS of Node wants a client's. */
export function clientTls({ root, client }: Artifacts): { ca: string; cert: string; key: string } {
  return { ca: root, cert: client.certificate, key: client.key };
}
