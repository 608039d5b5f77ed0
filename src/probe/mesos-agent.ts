// What does a Mesos agent itself say: who it is, whether a master knows it, and which tasks it runs?

import { z } from 'zod';
import { type Asked, askJson } from './http-json.js';
import { askMesosAgent, type MesosOptions } from './mesos.js';

/** An agent's own answers. `forbidden`: it wants a token, as under strict security. Silence is never taken for health. */
export type AgentReading =
  | {
      readonly kind: 'known';
      /** As the master knows it; a new id is a new agent, whose old tasks are lost. */
      readonly id: string;
      readonly registered: boolean;
      readonly uptimeMs: number | null;
      /** Ids of the tasks that run. */
      readonly tasks: readonly string[];
      /** Ids of those that it remembers to have finished, or to have been killed because their framework asked for it. */
      readonly ended: readonly string[];
    }
  | { readonly kind: 'forbidden' | 'unknown'; readonly reason: string };

const taskSchema = z.object({ id: z.string(), state: z.string() });
const executorSchema = z.object({
  id: z.string(),
  tasks: z.array(taskSchema).optional(),
  completed_tasks: z.array(taskSchema).default([]),
});
const frameworkSchema = z.object({
  executors: z.array(executorSchema).default([]),
  completed_executors: z.array(executorSchema).default([]),
});
const stateSchema = z.object({
  id: z.string().min(1),
  frameworks: z.array(frameworkSchema),
  completed_frameworks: z.array(frameworkSchema).default([]),
});

/** An executor that does not tell its tasks counts as one: that of a command bears its task's id. */
function tasksOf({ id, tasks }: z.infer<typeof executorSchema>): readonly string[] {
  if (tasks === undefined) return [id];
  return tasks.filter((task) => task.state === 'TASK_RUNNING').map((task) => task.id);
}

function endedOf(framework: z.infer<typeof frameworkSchema>): readonly string[] {
  return [...framework.executors, ...framework.completed_executors]
    .flatMap((executor) => [...(executor.tasks ?? []), ...executor.completed_tasks])
    .filter(({ state }) => state === 'TASK_FINISHED' || state === 'TASK_KILLED')
    .map(({ id }) => id);
}

/** Asks `/state` and `/metrics/snapshot` side by side. Read-only; never rejects. */
export async function observeAgent(address: string, options: MesosOptions): Promise<AgentReading> {
  const [state, metrics] = await Promise.all([
    (options.ask ?? askJson)(`http://${address}:${options.port ?? 5051}/state`, stateSchema, options),
    askMesosAgent(address, options),
  ]);
  if (state.kind !== 'answered') return unanswered(state);
  if (metrics.kind !== 'answered') return unanswered(metrics);
  const { registered, uptimeSeconds } = metrics.value;
  const tasks = state.value.frameworks.flatMap(({ executors }) => executors.flatMap(tasksOf));
  const uptimeMs = uptimeSeconds === null ? null : uptimeSeconds * 1000;
  const ended = [...state.value.frameworks, ...state.value.completed_frameworks].flatMap(endedOf);
  return { kind: 'known', id: state.value.id, registered, uptimeMs, tasks, ended };
}

function unanswered({ kind, reason }: Exclude<Asked<unknown>, { kind: 'answered' }>): AgentReading {
  return { kind: kind === 'forbidden' ? 'forbidden' : 'unknown', reason };
}
