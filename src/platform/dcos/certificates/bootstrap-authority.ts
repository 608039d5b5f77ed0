// Before the run: will a new master's Exhibitor get its certificates, so that it speaks as those of the others do?
//
// On its first start it asks the bootstrap CA, `https://<host of bootstrap_url>:443` or `exhibitor_bootstrap_ca_url`; where
// it can't, it ends, or speaks plainly while the others want certificates (`packages/exhibitor/extra` of dcos/dcos 2.0).

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions } from '../ask-host.js';
import type { DcosCluster } from '../cluster-file.js';
import { readConfig } from '../configuration/config-yaml.js';
import { exhibitorArtifacts, mayHaveExhibitorTls } from '../enterprise-places.js';
import { textAt } from '../host-text.js';
import type { AuthorityFound } from '../preflight/preflight-authority.js';
import { sideBySide } from '../side-by-side.js';

/** How an Exhibitor speaks, or will speak. */
export interface ExhibitorSpeech {
  readonly address: Address;
  /** Whether its certificates lie there. */
  readonly hasArtifacts: boolean;
  /** Of a master: whether its configuration wants TLS. */
  readonly isEnabled: boolean;
  /** Of a newcomer: curl's exit status for the bootstrap CA; null: it was not asked. */
  readonly reached: number | null;
}

const mostHosts = 8;
const askMs = 30_000;
const answerSchema = z.object({
  artifacts: z.enum(['yes', 'no']),
  enabled: z.string(),
  reached: z.string().regex(/^\d*$/),
});

/** Asks masters and newcomers. Read-only. */
export async function lookForBootstrapAuthority(
  cluster: DcosCluster,
  transport: Transport,
  { masters, fresh }: { readonly masters: readonly Address[]; readonly fresh: readonly Address[] },
  signal: AbortSignal,
): Promise<AuthorityFound> {
  if (!mayHaveExhibitorTls(cluster) || fresh.length === 0) return { faults: [], notes: [] };
  const { address, directory } = cluster.bootstrap;
  const file = `${directory}/genconf/config.yaml`;
  const read = await textAt(transport, address, file, signal);
  const url = read.kind === 'text' ? authorityUrl(read.text, file) : null;
  // Who does not answer is told of by others, and a dead machine that will be rebuilt need not answer yet.
  const [ofMasters, ofFresh] = await Promise.all([
    sideBySide(masters, mostHosts, (one) => speechOf(transport, one, null, signal)),
    sideBySide(fresh, mostHosts, (one) => speechOf(transport, one, url, signal)),
  ]);
  // What a member has that is rebuilt goes with its disk.
  const wiped = ofFresh
    .filter((one) => one !== null)
    .map((one) => (masters.includes(one.address) ? { ...one, hasArtifacts: false } : one));
  return judgeSpeech(
    ofMasters.filter((one) => one !== null),
    wiped,
    url,
  );
}

/** Null where bootstrap_url names no web server. */
export function authorityUrl(text: string, fileName: string): string | null {
  const config = readConfig(text, fileName);
  if (!config.ok) return null;
  const { exhibitor_bootstrap_ca_url: given, bootstrap_url: bootstrap } = config.value.content;
  if (typeof given === 'string' && given !== '') return given;
  const host = typeof bootstrap === 'string' ? /^http:\/\/([^/:]+)/.exec(bootstrap)?.[1] : undefined;
  return host === undefined ? null : `https://${host}:443`;
}

async function speechOf(
  transport: Transport,
  address: Address,
  url: string | null,
  signal: AbortSignal,
): Promise<ExhibitorSpeech | null> {
  // Whose certificate it shows only the installer knows: here it is that somebody does.
  const probe =
    url === null
      ? "say reached ''"
      : `curl -ksS -m 10 -o /dev/null ${quote(url)} 2>/dev/null </dev/null; say reached "$?"`;
  const script = `${sayFunctions}
if [ -e ${quote(`${exhibitorArtifacts}/client-key.pem`)} ]; then say artifacts yes; else say artifacts no; fi
say enabled "$(sed -n 's/^EXHIBITOR_TLS_ENABLED=//p' /opt/mesosphere/etc/exhibitor 2>/dev/null)"
${probe}
`;
  const answer = await askHost(transport, address, script, { timeoutMs: askMs, signal });
  const parsed = answerSchema.safeParse(answer.kind === 'answered' ? Object.fromEntries(answer.lines) : {});
  if (!parsed.success) return null;
  const { artifacts, enabled, reached } = parsed.data;
  return {
    address,
    hasArtifacts: artifacts === 'yes',
    isEnabled: enabled === 'true',
    reached: reached === '' ? null : Number(reached),
  };
}

/** What is wrong. Pure. */
export function judgeSpeech(
  masters: readonly ExhibitorSpeech[],
  fresh: readonly ExhibitorSpeech[],
  url: string | null,
): AuthorityFound {
  const secured = masters.filter((one) => one.hasArtifacts);
  const plain = masters.filter((one) => !one.hasArtifacts);
  const names = (all: readonly ExhibitorSpeech[]): string => all.map((one) => one.address).join(', ');
  if (secured.length > 0 && plain.length > 0) {
    const seen = `Exhibitor of ${names(secured)} wants certificates, that of ${names(plain)} has none`;
    const remedy = `give ${names(plain)} what belongs into ${exhibitorArtifacts}, and restart dcos-exhibitor there`;
    return { faults: [{ host: 'the masters', seen, remedy }], notes: [] };
  }
  if (secured.length > 0) {
    const cut = fresh.filter((one) => !one.hasArtifacts && one.reached !== 0);
    const faults = cut.map(({ address, reached }) => ({
      host: address,
      seen: `it does not reach the bootstrap CA ${url ?? '(bootstrap_url names no web server)'}, which gives its Exhibitor the certificates that the others want${reached === null ? '' : ` (curl ends with ${reached})`}`,
      remedy: `start the bootstrap CA (the generator does so) and let port 443 through, or put certificates for it into ${exhibitorArtifacts} there`,
    }));
    const notes = faults.length > 0 ? [] : [`Exhibitor wants certificates; ${names(fresh)} can get them`];
    return { faults, notes };
  }
  const odd = masters.some((one) => one.isEnabled)
    ? fresh.filter((one) => one.hasArtifacts || one.reached === 0)
    : [];
  return {
    faults: odd.map(({ address }) => ({
      host: address,
      seen: 'its Exhibitor would want certificates, and those of the others have none',
      remedy:
        'give the others theirs first (the manual, security/ent/tls-ssl/exhibitor), or set exhibitor_tls_enabled: false in config.yaml',
    })),
    notes: [],
  };
}
