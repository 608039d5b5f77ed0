// How an agent stands: what its host and its Mesos say, and what of it is not as it must be.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import type { AgentReading } from '../../../probe/mesos-agent.js';
import type { Transport } from '../../../remote/transport.js';
import type { Facts } from '../../../run/duty.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import { checkCommands, type CheckReading, judgeChecks } from '../services/node-checks.js';
import type { CheckTool } from '../versions.js';

/** What an agent should hold, and where it gets it from. */
export interface AgentGoal {
  readonly upgradeUrl: string;
  /** `dcos-config--setup_<40 hex digits>` */
  readonly configurationPackage: string;
  readonly masters: readonly Address[];
}

/** The goal that `configure` left; null when it left none. */
export function agentGoal(facts: Facts): AgentGoal | null {
  const { upgradeUrl, configurationPackage, masterList } = facts;
  if (upgradeUrl === undefined || configurationPackage === undefined || masterList === undefined) return null;
  return { upgradeUrl, configurationPackage, masters: masterList.split(',') };
}

/** What the host says. */
export interface AgentHost {
  readonly kind: 'known';
  /** The exit status of `docker ps`, and what it complained of. */
  readonly docker: { readonly status: number; readonly said: string };
  /** The active configuration; empty: none. */
  readonly configurationPackage: string;
  /** `master_list`, in its own order. */
  readonly masters: readonly Address[];
  /** ms since that configuration was made active, by the host's own clock. */
  readonly activeMs: number;
  /** The id that Mesos keeps on disk; empty: none. */
  readonly agentId: string;
  /** What the version's checks found; null when they were not asked for, or are not there. */
  readonly checks: CheckReading | null;
}

/** A host that could not be asked. */
export interface AgentHostUnknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

const status = z.string().regex(/^\d+$/).transform(Number);
const answerSchema = z.object({
  docker: status,
  dockerSaid: z.string(),
  package: z.string(),
  active: status,
  agentId: z.string(),
  masterList: z.base64(),
  checks: status.optional(),
  checksOut: z.base64().optional(),
});
const listSchema = z.array(z.string());

/** Asks the host, and its checks as well where `tool` names them. Read-only; never throws. */
export async function readAgentHost(
  transport: Transport,
  address: Address,
  tool: CheckTool | null,
  signal: AbortSignal,
): Promise<AgentHost | AgentHostUnknown> {
  const answer = await askHost(transport, address, hostScript(tool), { timeoutMs: 120_000, signal });
  if (answer.kind === 'unknown') return answer;
  const parsed = answerSchema.safeParse(Object.fromEntries(answer.lines));
  if (!parsed.success) return { kind: 'unknown', reason: z.prettifyError(parsed.error) };
  const { docker, dockerSaid, checks, checksOut = '', agentId } = parsed.data;
  return {
    kind: 'known',
    docker: { status: docker, said: dockerSaid },
    configurationPackage: parsed.data.package,
    activeMs: parsed.data.active * 1000,
    masters: masterListIn(textOf(parsed.data.masterList)),
    agentId,
    checks: checks === undefined || tool === null ? null : judgeChecks(tool, checks, textOf(checksOut)),
  };
}

/** `/opt/mesosphere/etc/master_list`: a JSON array. What is none names nobody. */
export function masterListIn(text: string): readonly Address[] {
  try {
    return listSchema.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

function hostScript(tool: CheckTool | null): string {
  const [program, args] = tool === null ? [null, ''] : checkCommands[tool];
  const checks = `if [ -x ${program} ]; then
  text=$(timeout 60 ${program} ${args} 2>/dev/null </dev/null); say checks "$?"
  printf %s "$text" | tail -c 20000 | say64 checksOut
fi
`;
  return `${sayFunctions}
text=$(env -u LD_LIBRARY_PATH timeout 30 docker ps 2>&1 >/dev/null </dev/null); say docker "$?"
say dockerSaid "$(printf %s "$text" | tail -c 300)"
say package "$(basename "$(readlink /opt/mesosphere/active/dcos-config 2>/dev/null)")"
active=$(stat -c %Y /opt/mesosphere/active/dcos-config 2>/dev/null) || active=0
say active "$(($(date +%s) - active))"
say agentId "$(basename "$(readlink /var/lib/mesos/slave/meta/slaves/latest 2>/dev/null)")"
cat /opt/mesosphere/etc/master_list 2>/dev/null | say64 masterList
${program === null ? '' : checks}`;
}

/** How an agent was before its upgrade. Null id: nobody could tell. */
export interface AgentBefore {
  readonly id: string | null;
  readonly tasks: readonly string[];
}

/** The times are read one after the other, in whole seconds. */
const clockMs = 3_000;

/** What of an agent is not as its goal wants it. Empty: it is done. */
export function agentFaults(
  goal: AgentGoal,
  host: AgentHost | AgentHostUnknown,
  mesos: AgentReading,
  { strict }: { readonly strict: boolean },
): readonly string[] {
  if (host.kind === 'unknown') return [`could not be asked: ${host.reason}`];
  const faults: string[] = [];
  if (host.configurationPackage !== goal.configurationPackage)
    faults.push(`its configuration is ${host.configurationPackage || 'none'}`);
  if ([...host.masters].sort().join() !== [...goal.masters].sort().join())
    faults.push(`its master_list is ${host.masters.join(', ') || 'empty'}`);
  const { docker, checks } = host;
  if (docker.status !== 0) faults.push(`docker ps ends with ${docker.status}: ${docker.said}`);
  faults.push(...(checks?.faults ?? []).map((fault) => `its checks: ${fault}`));
  if (mesos.kind === 'unknown') faults.push(`its Mesos agent says nothing: ${mesos.reason}`);
  else if (mesos.kind === 'known' && (mesos.uptimeMs ?? 0) > host.activeMs + clockMs)
    faults.push('its Mesos agent has not been restarted since');
  else if (mesos.kind === 'known' && !mesos.registered)
    faults.push('no master knows it: slave/registered is 0');
  else if (mesos.kind === 'forbidden' && !strict) faults.push('its Mesos agent wants a token');
  return faults;
}
