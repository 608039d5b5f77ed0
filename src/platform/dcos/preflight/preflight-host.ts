// What a host of the cluster says before the run: versions, lists, clock, space, and whether anything is under way there.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { parseServersSpec } from '../../../probe/exhibitor.js';
import type { Transport } from '../../../remote/transport.js';
import { masterListIn } from '../agents/agent-host.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';

/** A file system, in bytes. */
export interface FreeSpace {
  readonly path: string;
  readonly freeBytes: number;
}

/** How far a host's clock is from ours. The truth lies within `errorMs` to both sides: half of the round trip. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** What every host that is asked before a run says. */
export interface HostBasics {
  readonly clock: ClockOffset;
  readonly space: readonly FreeSpace[];
  /** Whether commands run as root. */
  readonly root: boolean;
  /** The exit status of `docker ps`, and what it complained of. */
  readonly docker: { readonly status: number; readonly said: string };
}

/** A master or agent. */
export interface NodeReading extends HostBasics {
  readonly kind: 'known';
  readonly address: Address;
  /** `dcos-version.json`; empty: there is none. */
  readonly version: string;
  /** `EXHIBITOR_STATICENSEMBLE` of `/opt/mesosphere/etc/exhibitor`, as written; empty: there is none. */
  readonly serversSpec: string;
  readonly masters: readonly Address[];
  /** Roles under `/etc/mesosphere/roles`. */
  readonly roles: readonly string[];
  /** Whether an activation of packages broke off there. */
  readonly broken: boolean;
  /** Deeds of ours that run there. */
  readonly units: readonly string[];
}

/** A host that could not be asked. */
export interface NodeUnknown {
  readonly kind: 'unknown';
  readonly address: Address;
  readonly reason: string;
}

const status = z.string().regex(/^\d+$/).transform(Number);
const spaceSchema = z.string().regex(/^\d+ \/\S*$/);
const basicsSchema = z.object({ user: status, docker: status, dockerSaid: z.string() });
const nodeSchema = z.object({
  version: z.base64(),
  serversSpec: z.string(),
  masterList: z.base64(),
  broken: z.enum(['yes', 'no']),
});
const versionSchema = z.object({ version: z.string() });

/** The part of the script that every host gets. */
export const basicsScript: string = `${sayFunctions}
say user "$(id -u)"
text=$(env -u LD_LIBRARY_PATH timeout 30 docker ps 2>&1 >/dev/null </dev/null); say docker "$?"
say dockerSaid "$(printf %s "$text" | tail -c 300)"
df -Pk /opt /var 2>/dev/null | awk 'NR > 1 { print "space=" $4 " " $6 }' | sort -u
`;

const nodeScript = `${basicsScript}
cat /opt/mesosphere/etc/dcos-version.json 2>/dev/null | say64 version
say serversSpec "$(sed -n 's/^EXHIBITOR_STATICENSEMBLE=//p' /opt/mesosphere/etc/exhibitor 2>/dev/null)"
cat /opt/mesosphere/etc/master_list 2>/dev/null | say64 masterList
for role in /etc/mesosphere/roles/*; do [ ! -e "$role" ] || say role "$(basename "$role")"; done
if [ -e /opt/mesosphere/install_progress ]; then say broken yes; else say broken no; fi
systemctl list-units --no-legend --no-pager --plain --state=running 'succession-*.service' 2>/dev/null |
  awk '{ print "unit=" $1 }'
`;

/** What was said under a key that may occur again. */
export function valuesOf(lines: readonly (readonly [string, string])[], wanted: string): readonly string[] {
  return lines.filter(([key]) => key === wanted).map(([, value]) => value);
}

/** Reads the part that `basicsScript` printed, or says why it can't. */
export function basicsOf(lines: readonly (readonly [string, string])[]): Omit<HostBasics, 'clock'> | string {
  const parsed = basicsSchema.safeParse(Object.fromEntries(lines));
  const space = z.array(spaceSchema).safeParse(valuesOf(lines, 'space'));
  if (!parsed.success) return z.prettifyError(parsed.error);
  if (!space.success) return z.prettifyError(space.error);
  const { user, docker, dockerSaid } = parsed.data;
  return {
    root: user === 0,
    docker: { status: docker, said: dockerSaid },
    space: space.data.map((line) => {
      const [free = '', path = ''] = line.split(' ');
      return { path, freeBytes: Number(free) * 1024 };
    }),
  };
}

/** Asks a master or an agent. Read-only; never throws. */
export async function readNode(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<NodeReading | NodeUnknown> {
  const unknown = (reason: string): NodeUnknown => ({ kind: 'unknown', address, reason });
  const asked = await askHost(transport, address, nodeScript, { timeoutMs: 90_000, signal });
  if (asked.kind === 'unknown') return unknown(asked.reason);
  const clock = await readClock(transport, address, signal);
  if (typeof clock === 'string') return unknown(clock);
  const basics = basicsOf(asked.lines);
  const parsed = nodeSchema.safeParse(Object.fromEntries(asked.lines));
  if (typeof basics === 'string') return unknown(basics);
  if (!parsed.success) return unknown(z.prettifyError(parsed.error));
  const { version, serversSpec, masterList, broken } = parsed.data;
  return {
    kind: 'known',
    address,
    ...basics,
    clock,
    version: versionIn(textOf(version)),
    serversSpec: parseServersSpec(serversSpec) === null ? '' : serversSpec,
    masters: masterListIn(textOf(masterList)),
    roles: valuesOf(asked.lines, 'role'),
    broken: broken === 'yes',
    units: valuesOf(asked.lines, 'unit'),
  };
}

/** The clock alone, over the connection that is open by then: the shorter the round trip, the better it is known. */
export async function readClock(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<ClockOffset | string> {
  const askedAt = Date.now();
  const result = await transport.run(address, 'date +%s%3N', { timeoutMs: 20_000, signal });
  const toldAt = Date.now();
  if (result.kind === 'unknown') return result.reason;
  const parsed = status.safeParse(result.stdout.trim());
  if (!parsed.success) return `its clock says '${result.stdout.trim().slice(0, 50)}'`;
  return { offsetMs: parsed.data - (askedAt + toldAt) / 2, errorMs: (toldAt - askedAt) / 2 };
}

function versionIn(text: string): string {
  try {
    return versionSchema.safeParse(JSON.parse(text)).data?.version ?? '';
  } catch {
    return '';
  }
}
