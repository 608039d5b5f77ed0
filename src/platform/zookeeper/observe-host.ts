// What a host says of its server's process and files: one read-only script, and what its answer means.

import { z } from 'zod';
import type { Address } from '../../model/ensemble.js';
import type { HostObservation, HostUnknown } from '../../run/platform.js';
import { quote } from '../../remote/quote.js';
import type { Transport } from '../../remote/transport.js';
import { askObservation, hostUnknown } from './ask-observation.js';
import type { Cluster } from './cluster-file.js';
import { hostView, plannedEnsemble } from './host-view.js';
import type { HostView } from './host-view.js';
import { scriptOpening, stampName, startedMs } from './shell-facts.js';
import { parseServers } from './zoo-cfg.js';

/** The script's answer. An empty value means that there is no such file or process. */
interface Answer {
  readonly pid: string;
  /** ms since the epoch. */
  readonly started: string;
  readonly enabled: 'yes' | 'no';
  readonly myid: string;
  /** `zoo.cfg` in base64. */
  readonly configuration: string;
  /** The path and the text in base64 of the file that `zoo.cfg` names as its `dynamicConfigFile`. */
  readonly dynamicName: string;
  readonly dynamic: string;
  /** When `zoo.cfg` and `myid` were last changed, seconds since the epoch with three decimals. */
  readonly configured: string;
  readonly stamp: string;
  readonly data: 'yes' | 'no';
}

const seconds = z.string().regex(/^(?:\d+\.\d{3} ?)*$/);
const answerSchema: z.ZodType<Answer> = z.object({
  pid: z.string().regex(/^\d*$/),
  started: z.string().regex(/^\d*$/),
  enabled: z.enum(['yes', 'no']),
  myid: z.string(),
  configuration: z.string().regex(/^[A-Za-z0-9+/=]*$/),
  dynamicName: z.string(),
  dynamic: z.string().regex(/^[A-Za-z0-9+/=]*$/),
  configured: seconds,
  stamp: z.string(),
  data: z.enum(['yes', 'no']),
});

/** What was seen, with the text of `zoo.cfg` (null: there is none) that rewriting starts from. */
export interface SeenHost extends HostObservation {
  readonly zooCfg: string | null;
}

/** Asks the host. Read-only; never throws. */
export async function observeHost(
  cluster: Cluster,
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<SeenHost | HostUnknown> {
  const host = hostView(cluster, address);
  if (host === undefined) return hostUnknown(address, `the cluster file has no host ${address}`);
  const place = { address, host: host.dial };
  const answer = await askObservation(transport, place, observeScript(host), answerSchema, signal);
  return answer.kind === 'unknown' ? answer : observationOf(cluster, address, answer.value);
}

function observationOf(cluster: Cluster, address: Address, answer: Answer): SeenHost {
  const zooCfg = answer.configuration === '' ? null : textOf(answer.configuration);
  const list = answer.dynamic === '' ? zooCfg : textOf(answer.dynamic);
  const servers = list === null ? null : parseServers(list);
  const times = answer.configured.split(' ').filter((text) => text !== '');
  // A server that keeps its list in a dynamic file rewrites `zoo.cfg` by itself: that is no sign of a change by us.
  const configured = answer.dynamic === '' ? times : times.slice(-1);
  return {
    kind: 'observed',
    address,
    at: Date.now(),
    running: answer.pid !== '',
    startedAt: answer.started === '' ? null : Number(answer.started),
    enabled: answer.enabled === 'yes',
    serverId: /^\s*\d+\s*$/.test(answer.myid) ? Number(answer.myid) : null,
    ensemble: servers?.kind === 'list' ? plannedEnsemble(cluster, servers.ensemble) : null,
    listVersion: answer.dynamic === '' ? null : versionOf(answer.dynamicName),
    configuredAt: configured.length === 0 ? null : Math.max(...configured.map((text) => Number(text) * 1000)),
    stamp: answer.stamp === '' ? null : answer.stamp,
    hasData: answer.data === 'yes',
    zooCfg,
  };
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** The servers name the file by the zxid of its list: `zoo.cfg.dynamic.100000003`. */
function versionOf(name: string): string | null {
  const version = /\.dynamic\.([0-9a-f]{1,16})$/.exec(name)?.[1];
  return version === undefined ? null : `0x${version}`;
}

function observeScript(host: HostView): string {
  return `${scriptOpening(host)}
show() {
  [ -e "$2" ] || { say "$1" ''; return; }
  text=$(cat "$2" 2>&1) || fail "$1" "$text"
  say "$1" "$text"
}
${startedMs}if alive; then started=$(started_ms "$pid"); else started=; fi
[ -n "$started" ] || pid=
say pid "$pid"
say started "$started"
answer=$(sh -c ${quote(host.commands.enabled)} 2>&1 </dev/null)
case $? in
  0) say enabled yes ;;
  1) say enabled no ;;
  *) fail enabled "$answer" ;;
esac
show myid "$data/myid"
show stamp "$data/${stampName}"
if [ -e "$configuration" ]; then
  text=$(base64 "$configuration" 2>&1) || fail configuration "$text"
  say configuration "$(printf %s "$text" | tr -d '\\n')"
else
  say configuration ''
fi
dynamic=$(sed -n 's/^[[:space:]]*dynamicConfigFile[[:space:]]*[=:][[:space:]]*//p' "$configuration" 2>/dev/null | tail -n 1)
if [ -n "$dynamic" ] && text=$(base64 "$dynamic" 2>/dev/null); then
  say dynamicName "$dynamic"
  say dynamic "$(printf %s "$text" | tr -d '\\n')"
else
  say dynamicName ''; say dynamic ''
fi
say configured "$(stat -L -c %.3Y "$configuration" "$data/myid" 2>/dev/null)"
if has_data; then say data yes; else say data no; fi
`;
}
