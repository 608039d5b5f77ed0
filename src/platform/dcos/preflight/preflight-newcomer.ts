// What a host that shall become a master says before the run, and what the bootstrap node says of it.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { DcosCluster } from '../cluster-file.js';
import {
  basicsOf,
  basicsScript,
  type HostBasics,
  type NodeUnknown,
  readClock,
  valuesOf,
} from './preflight-host.js';

/** The bootstrap node. */
export interface BootstrapReading {
  readonly kind: 'known';
  /** `bootstrap_url` of `genconf/config.yaml`; empty: there is none. */
  readonly url: string;
  /** The text of `genconf/ip-detect`; empty: there is none. */
  readonly ipDetect: string;
  readonly hasGenerator: boolean;
  /** The exit status of `docker version`. */
  readonly docker: number;
  readonly freeBytes: number;
  /** Upgrade scripts that are still served: each is a way back to an older list. */
  readonly oldUpgrades: number;
}

/** A host that shall become a master. */
export interface NewcomerReading extends HostBasics {
  readonly kind: 'known';
  readonly address: Address;
  /** What of DC/OS is there already; empty: nothing. */
  readonly installed: readonly string[];
  /** What `ip-detect` printed there. */
  readonly detected: string;
  /** curl's exit status for the bootstrap node's URL. */
  readonly reached: number;
  /** TCP ports that something listens at. */
  readonly ports: readonly number[];
}

const number = z.string().regex(/^\d+$/).transform(Number);
const bootstrapSchema = z.object({
  url: z.string(),
  ipDetect: z.base64(),
  generator: z.enum(['yes', 'no']),
  docker: number,
  free: number,
  upgrades: number,
});

/** Asks the bootstrap node. Read-only; never throws. */
export async function readBootstrap(
  { bootstrap }: DcosCluster,
  transport: Transport,
  signal: AbortSignal,
): Promise<BootstrapReading | NodeUnknown> {
  const { address } = bootstrap;
  const script = `${sayFunctions}
cd ${quote(bootstrap.directory)} || exit 20
say url "$(sed -n 's/^bootstrap_url:[[:space:]]*//p' genconf/config.yaml 2>/dev/null | tr -d "\\"' " | head -n 1)"
cat genconf/ip-detect 2>/dev/null | say64 ipDetect
if [ -f ${quote(`./${bootstrap.generator}`)} ]; then say generator yes; else say generator no; fi
timeout 30 docker version >/dev/null 2>&1 </dev/null; say docker "$?"
say free "$(df -Pk . | awk 'NR == 2 { print $4 }')"
say upgrades "$(ls genconf/serve/upgrade 2>/dev/null | grep -c .)"
`;
  const answer = await askHost(transport, address, script, { timeoutMs: 60_000, signal });
  if (answer.kind === 'unknown') return { kind: 'unknown', address, reason: answer.reason };
  const parsed = bootstrapSchema.safeParse(Object.fromEntries(answer.lines));
  if (!parsed.success) return { kind: 'unknown', address, reason: z.prettifyError(parsed.error) };
  const { url, ipDetect, generator, docker, free, upgrades } = parsed.data;
  return {
    kind: 'known',
    url,
    ipDetect: textOf(ipDetect),
    hasGenerator: generator === 'yes',
    docker,
    freeBytes: free * 1024,
    oldUpgrades: upgrades,
  };
}

const newcomerSchema = z.object({ detected: z.string(), reached: number });

/** `dcos_install.sh` refuses these (`gen/build_deploy/bash.py` in dcos/dcos); an empty folder it takes from 1.11 on. */
function newcomerScript(url: string): string {
  return `${basicsScript}
for path in /etc/systemd/system/dcos.target /etc/systemd/system/dcos.target.wants; do
  [ ! -e "$path" ] || say installed "$path"
done
[ -z "$(ls -A /opt/mesosphere 2>/dev/null)" ] || say installed /opt/mesosphere
file=$(mktemp) || exit 20
cat >"$file"
interpreter=$(sed -n '1s/^#! *//p' "$file")
say detected "$(timeout 20 \${interpreter:-/bin/bash} "$file" 2>&1 </dev/null | tail -c 200)"
rm -f "$file"
curl -fsS -m 15 -o /dev/null ${quote(`${url}/dcos_install.sh`)} 2>/dev/null </dev/null; say reached "$?"
ss -Hltn 2>/dev/null | awk '{ sub(/.*:/, "", $4); print "port=" $4 }' | sort -u
`;
}

/** Asks a host that shall become a master, with the bootstrap node's own `ip-detect`. Read-only; never throws. */
export async function readNewcomer(
  transport: Transport,
  address: Address,
  { url, ipDetect }: BootstrapReading,
  signal: AbortSignal,
): Promise<NewcomerReading | NodeUnknown> {
  const unknown = (reason: string): NodeUnknown => ({ kind: 'unknown', address, reason });
  const options = { timeoutMs: 90_000, signal, stdin: ipDetect };
  const answer = await askHost(transport, address, newcomerScript(url), options);
  if (answer.kind === 'unknown') return unknown(answer.reason);
  const clock = await readClock(transport, address, signal);
  if (typeof clock === 'string') return unknown(clock);
  const basics = basicsOf(answer.lines);
  const parsed = newcomerSchema.safeParse(Object.fromEntries(answer.lines));
  if (typeof basics === 'string') return unknown(basics);
  if (!parsed.success) return unknown(z.prettifyError(parsed.error));
  return {
    kind: 'known',
    address,
    ...basics,
    clock,
    ...parsed.data,
    installed: valuesOf(answer.lines, 'installed'),
    ports: valuesOf(answer.lines, 'port').map(Number),
  };
}
