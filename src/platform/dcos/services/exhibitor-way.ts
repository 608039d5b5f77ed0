// How Exhibitor is asked where it may want a client's certificate: on its own host, which has one.
//
// From 2.0 on the enterprise variant mostly runs it over mutual TLS (`exhibitor_tls_enabled`; the manual,
// security/ent/tls-ssl/exhibitor). Key and certificate lie on each master, and the key stays there: curl runs beside them.

import type { Address } from '../../../model/ensemble.js';
import { type AskJson, answerOf, askJson } from '../../../probe/http-json.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import type { DcosCluster } from '../cluster-file.js';
import { exhibitorArtifacts, mayHaveExhibitorTls } from '../enterprise-places.js';

/** Straight from here, unless it may want a certificate: then over SSH, plainly where the host has none. */
export function exhibitorWay(
  cluster: Pick<DcosCluster, 'dcos'>,
  transport: Transport,
  address: Address,
): AskJson {
  if (!mayHaveExhibitorTls(cluster)) return askJson;
  return async (url, schema, { timeoutMs, signal, login }) => {
    const { pathname, port } = new URL(url);
    const stdin = login === undefined ? '' : `user = ${JSON.stringify(`${login.user}:${login.password}`)}\n`;
    const script = exhibitorScript(`:${port}${pathname}`, Math.max(1, Math.floor(timeoutMs / 1000)));
    const result = await transport.run(address, script, { stdin, timeoutMs: timeoutMs + 2000, signal });
    if (result.kind === 'unknown') return { kind: 'silent', reason: result.reason };
    const said = result.stderr.trim().slice(-200);
    if (result.status === 7) return { kind: 'refused', reason: said };
    if (result.status !== 0) return { kind: 'silent', reason: said || `curl ends with ${result.status}` };
    const end = result.stdout.lastIndexOf('\n');
    return answerOf(Number(result.stdout.slice(end + 1)), result.stdout.slice(0, end), schema);
  };
}

/** The password comes through curl's own configuration on its standard input: it stands in no argument. */
function exhibitorScript(place: string, seconds: number): string {
  return `folder=${quote(exhibitorArtifacts)}
if [ -e "$folder/client-key.pem" ]; then
  exec curl -sS -K - -m ${seconds} -w '\\n%{http_code}' --cacert "$folder/root-cert.pem" --cert "$folder/client-cert.pem" \\
    --key "$folder/client-key.pem" ${quote(`https://localhost${place}`)}
fi
exec curl -sS -K - -m ${seconds} -w '\\n%{http_code}' ${quote(`http://localhost${place}`)}
`;
}
