// What a master says of its Exhibitor, its ZooKeeper and its configuration: one read-only script, and what it means.

import { z } from 'zod';
import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  sameEnsemble,
} from '../../../model/ensemble.js';
import { parseServersSpec } from '../../../probe/exhibitor.js';
import type { Transport } from '../../../remote/transport.js';
import type { HostObservation, HostUnknown } from '../../../run/platform.js';
import { askObservation } from '../../zookeeper/ask-observation.js';
import { parseServers } from '../../zookeeper/zoo-cfg.js';
import { scriptOpening } from './host-script.js';

/** The script's answer. An empty value means that there is no such file or process. */
export interface MasterAnswer {
  /** systemd's ActiveState of dcos-exhibitor. */
  readonly exhibitor: string;
  /** When Exhibitor's process was started, ms since the epoch. */
  readonly supervised: string;
  /** When ZooKeeper's process was started, ms since the epoch. */
  readonly started: string;
  readonly enabled: 'yes' | 'no';
  readonly myid: string;
  /** `zoo.cfg` in base64. */
  readonly zooCfg: string;
  /** When `zoo.cfg` and `myid` were last changed, seconds since the epoch with three decimals. */
  readonly configured: string;
  /** The list of the active configuration package, which the next Exhibitor takes. */
  readonly onDisk: string;
  /** The list that the Exhibitor that runs was started with. */
  readonly loaded: string;
  readonly stamp: string;
  readonly data: 'yes' | 'no';
  readonly dcos: 'yes' | 'no';
  /** `/opt/mesosphere/install_progress`: an activation of packages was cut off, or is under way. */
  readonly progress: string;
  /** Our own units that run on the host. */
  readonly units: string;
}

const milliseconds = z.string().regex(/^\d*$/);
const answerSchema: z.ZodType<MasterAnswer> = z.object({
  exhibitor: z.string().regex(/^(?:active|inactive|activating|deactivating|failed|reloading)$/),
  supervised: milliseconds,
  started: milliseconds,
  enabled: z.enum(['yes', 'no']),
  myid: z.string(),
  zooCfg: z.string().regex(/^[A-Za-z0-9+/=]*$/),
  configured: z.string().regex(/^(?:\d+\.\d{3} ?)*$/),
  onDisk: z.string(),
  loaded: z.string(),
  stamp: z.string(),
  data: z.enum(['yes', 'no']),
  dcos: z.enum(['yes', 'no']),
  progress: z.string(),
  units: z.string(),
});

/** Asks the host, over the transport. Read-only; never throws. */
export async function observeMaster(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<HostObservation | HostUnknown> {
  const place = { address, host: address };
  const answer = await askObservation(transport, place, observeScript, answerSchema, signal);
  return answer.kind === 'unknown' ? answer : readMaster(address, answer.value, Date.now());
}

/**
 * What the answer means. Pure.
 *
 * Exhibitor starts ZooKeeper again by itself, so a master runs while Exhibitor does. Its list is the one that ZooKeeper
 * was last started with, as long as the configuration on disk agrees. Where it does not, an upgrade was left half-way:
 * where Exhibitor has the new list already it ends by itself; a master whose Exhibitor still has the old one is told as
 * one whose configuration is newer than its process; and one that is down as what it will be.
 */
export function readMaster(
  address: Address,
  answer: MasterAnswer,
  at: number,
): HostObservation | HostUnknown {
  const units = answer.units.trim();
  if (units !== '') {
    const progress = answer.progress === '' ? '' : ', activating packages';
    const reason = `${units} of an earlier command is still at work there${progress}`;
    return { kind: 'unknown', address, at, reason, busy: true };
  }
  const running = !['inactive', 'failed'].includes(answer.exhibitor) || answer.started !== '';
  const [written, onDisk] = [writtenList(answer.zooCfg), parseServersSpec(answer.onDisk)];
  // What the next start of ZooKeeper takes.
  const next = (running ? parseServersSpec(answer.loaded) : null) ?? onDisk;
  const halfWay = written !== null && onDisk !== null && !sameEnsemble(written, onDisk);
  const supervisorList = parseServersSpec(answer.loaded);
  if (running && halfWay && (supervisorList === null || !sameEnsemble(supervisorList, written))) {
    const reason = `its Exhibitor is about to start ZooKeeper on ${describeEnsemble(onDisk)}, which last ran on ${describeEnsemble(written)}`;
    return { kind: 'unknown', address, at, reason, busy: true };
  }
  const ensemble = running ? (written ?? next) : (next ?? written);
  const isWritten = ensemble !== null && written !== null && sameEnsemble(ensemble, written);
  const myid = /^\s*\d+\s*$/.test(answer.myid) ? Number(answer.myid) : null;
  const started = answer.started === '' ? null : Number(answer.started);
  const supervised = answer.supervised === '' ? null : Number(answer.supervised);
  const isBehind = running && halfWay;
  return {
    kind: 'observed',
    address,
    at,
    running,
    startedAt: isBehind ? (started ?? supervised) : started,
    enabled: answer.enabled === 'yes',
    // Exhibitor writes `myid` anew for every start.
    serverId: isWritten || ensemble === null ? myid : (idOf(ensemble, address) ?? null),
    ensemble,
    configuredAt: isBehind ? at : writtenAt(changedAt(answer.configured), started),
    stamp: answer.stamp === '' ? null : answer.stamp,
    // A DC/OS that we did not install is no clean host either.
    hasData: answer.data === 'yes' || (answer.stamp === '' && answer.dcos === 'yes'),
    remarks: [
      ...(answer.progress === '' ? [] : [`an activation of packages was cut off there: ${answer.progress}`]),
      ...(halfWay
        ? [
            `its configuration holds ${describeEnsemble(onDisk)}, and its ZooKeeper was last started with ${describeEnsemble(written)}`,
          ]
        : []),
    ],
  };
}

/** The clock of a process is known to some 30 ms, and Exhibitor writes the files right before it starts ZooKeeper. */
const oneDeedMs = 1000;

/** When the files were written; those that are hardly younger than the process are the ones that it was started on. */
function writtenAt(changed: number | null, started: number | null): number | null {
  if (changed === null || started === null) return changed;
  return changed - started < oneDeedMs ? Math.min(changed, started) : changed;
}

/** Properties.store escapes the colons. */
function writtenList(base64: string): Ensemble | null {
  if (base64 === '') return null;
  const text = Buffer.from(base64, 'base64').toString('utf8').replaceAll('\\', '');
  const servers = parseServers(text);
  return servers.kind === 'list' && servers.ensemble.length > 0 ? servers.ensemble : null;
}

/**
 * Exhibitor writes both files right before it starts ZooKeeper, and a start is known to some 20 ms only: a change within
 * this time, in ms, is the one that belongs to the start.
 */
const writtenBeforeMs = 1000;

function changedAt(seconds: string): number | null {
  const times = seconds.split(' ').filter((text) => text !== '');
  return times.length === 0 ? null : Math.max(...times.map((text) => Number(text) * 1000)) - writtenBeforeMs;
}

const observeScript = `${scriptOpening}
show() {
  [ -e "$2" ] || { say "$1" ''; return; }
  text=$(cat "$2" 2>&1) || fail "$1" "$text"
  say "$1" "$text"
}
say exhibitor "$(unit_state dcos-exhibitor.service)"
supervisor=$(property MainPID dcos-exhibitor.service)
if [ "\${supervisor:-0}" -gt 0 ]; then say supervised "$(started_ms "$supervisor")"; else say supervised ''; fi
if find_zookeeper; then say started "$(started_ms "$pid")"; else say started ''; fi
if comes_back; then say enabled yes; else say enabled no; fi
show myid "$data/myid"
if [ -e "$zoo_cfg" ]; then
  text=$(base64 "$zoo_cfg" 2>&1) || fail zooCfg "$text"
  say zooCfg "$(printf %s "$text" | tr -d '\\n')"
else
  say zooCfg ''
fi
say configured "$(stat -L -c %.3Y "$zoo_cfg" "$data/myid" 2>/dev/null)"
say onDisk "$(list_on_disk)"
say loaded "$(list_loaded)"
show stamp "$stamp_file"
if has_data; then say data yes; else say data no; fi
if has_dcos; then say dcos yes; else say dcos no; fi
show progress /opt/mesosphere/install_progress
say units "$(systemctl list-units --no-legend --no-pager --plain 'succession-*.service' 2>/dev/null |
  grep -E ' (running|start|stop[a-z-]*) ' | grep -o 'succession-[^ ]*[.]service')"
`;
