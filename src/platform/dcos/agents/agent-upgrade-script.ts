// What an agent's upgrade runs on its host, and what it says of the time before.

import { z } from 'zod';
import { quote } from '../../../remote/quote.js';
import { outputLines } from '../../zookeeper/shell-facts.js';
import type { AgentBefore, AgentGoal } from './agent-host.js';
import { sayFunctions } from '../ask-host.js';
import type { DcosVersion } from '../versions.js';

/** s that the script of DC/OS may take: it fetches packages. */
const limitSeconds = 1200;

/**
 * Fetches the script of the goal and runs it: no role, which it would ignore or never end on. Its own checks are left out
 * where that can be said: what we look at ourselves decides. `before` comes back on the output, also in a later process.
 * A library of DC/OS that docker can't live with goes first (upgrade notes of DC/OS 1.11 on); the activation brings it back.
 */
export function agentUpgradeScript(goal: AgentGoal, version: DcosVersion, before: AgentBefore): string {
  const known = quote(JSON.stringify(before));
  return `${sayFunctions}
say before ${known}
folder=$(mktemp -d) || exit 20
cd "$folder" || exit 20
curl -fsS --retry 3 -m 300 -o dcos_node_upgrade.sh ${quote(goal.upgradeUrl)} || exit 21
library=/opt/mesosphere/lib/libltdl.so.7
if [ -e "$library" ] && ! LD_LIBRARY_PATH=/opt/mesosphere/lib docker ps >/dev/null 2>&1 </dev/null; then
  rm -f "$library"
  say did "removed $library"
fi
timeout -k 30 ${limitSeconds} bash dcos_node_upgrade.sh${version.skipsChecks ? ' --skip-checks' : ''} </dev/null
status=$?
cd / && rm -rf "$folder"
say before ${known}
exit "$status"
`;
}

/** The time the whole may take, with the fetching. */
export const agentUpgradeMs: number = (limitSeconds + 400) * 1000;

const beforeSchema: z.ZodType<AgentBefore> = z.object({
  id: z.string().nullable(),
  tasks: z.array(z.string()),
});

/** How the agent was when the script was first started; null when its output does not tell. */
export function beforeIn(stdout: string): AgentBefore | null {
  const text = outputLines(stdout).find(([key]) => key === 'before')?.[1];
  if (text === undefined) return null;
  try {
    return beforeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
