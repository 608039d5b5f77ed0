// Which tasks did an agent lose over its upgrade, and are they too many?

import type { Address } from '../../../model/ensemble.js';
import type { AgentReading } from '../../../probe/mesos-agent.js';
import type { AgentBefore, AgentHost } from './agent-host.js';

/** Tasks end by themselves too while an agent is upgraded, and an agent forgets those that ended before its restart. */
const defaultShare = 0.1;

/** An agent that could not be changed. */
export interface AgentFault {
  readonly seen: string;
  readonly remedy: string;
}

/** What the agents of a round have lost so far. */
export interface Losses {
  /** As much may be lost of the tasks of one agent, and of those of all agents together: 0 to 1. */
  readonly share: number;
  /** A line for each agent that lost any. */
  readonly told: string[];
  before: number;
  lost: number;
}

/** Of a round that begins. */
export function noLosses(share: number = defaultShare): Losses {
  return { share, told: [], before: 0, lost: 0 };
}

const remedy =
  'see there what became of its tasks; agentsRollout.taskLoss in the cluster file says which share may end meanwhile';

/** What an agent that is well otherwise has lost, alone and with those before it: entered into `losses`. Null: not too much. */
export function accountFor(
  agent: Address,
  before: AgentBefore,
  host: AgentHost,
  mesos: AgentReading,
  losses: Losses,
): AgentFault | null {
  const other = otherAgent(before, host, mesos);
  if (other !== null) return { seen: other, remedy };
  const lost = lostTasks(before, mesos);
  losses.before += before.tasks.length;
  losses.lost += lost.length;
  if (lost.length === 0) return null;
  const seen = `${lost.length} of its ${before.tasks.length} tasks ${lost.length === 1 ? 'is' : 'are'} gone: ${lost.join(', ')}`;
  if (isTooMuch(lost.length, before.tasks.length, losses.share)) return { seen, remedy };
  if (isTooMuch(losses.lost, losses.before, losses.share))
    return { seen: `${seen}; with the agents before it ${losses.lost} of ${losses.before}`, remedy };
  losses.told.push(`${agent}: ${seen}`);
  return null;
}

/** Whether it is the agent that it was, with every task. */
export function isWhole(before: AgentBefore, host: AgentHost, mesos: AgentReading): boolean {
  return otherAgent(before, host, mesos) === null && lostTasks(before, mesos).length === 0;
}

function otherAgent(before: AgentBefore, host: AgentHost, mesos: AgentReading): string | null {
  const id = mesos.kind === 'known' ? mesos.id : host.agentId;
  if (before.id === null || id === '' || id === before.id) return null;
  return `it came back as a new agent, ${id} instead of ${before.id}: its tasks are lost`;
}

/** Tasks that are gone, and that the agent does not know to have finished or to have been killed on request. */
function lostTasks(before: AgentBefore, mesos: AgentReading): readonly string[] {
  if (mesos.kind !== 'known') return [];
  return before.tasks.filter((task) => !mesos.tasks.includes(task) && !mesos.ended.includes(task));
}

/** A single task may have ended by itself, unless none may be lost at all. */
function isTooMuch(lost: number, of: number, share: number): boolean {
  return lost > (share === 0 ? 0 : Math.max(1, Math.floor(of * share)));
}
