// What does an agent keep over a restart: its id, and the tasks that outlive it?

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { readText, writeText } from '../daemon/host.js';
import { parseRecord, textOf } from '../web/json.js';

const execute = promisify(execFile);

/** As it is in `meta/agent.json` below the work folder. */
export interface Checkpoint {
  /** Given by the first master that registered this agent; empty before. */
  readonly id: string;
  /** Process ids of the tasks. */
  readonly tasks: readonly number[];
}

/** The checkpoint, empty when there is none. */
export function readCheckpoint(path: string): Checkpoint {
  const record = parseRecord(readText(path) ?? '');
  const tasks = record['tasks'];
  return {
    id: textOf(record, 'id'),
    tasks: Array.isArray(tasks) ? tasks.filter((pid) => typeof pid === 'number') : [],
  };
}

/** Keeps it. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  writeText(path, `${JSON.stringify(checkpoint)}\n`);
}

/** Those tasks that still run: what the checkpoint says of a process that was replaced by another does not count. */
export function livingTasks(tasks: readonly number[]): readonly number[] {
  return tasks.filter((pid) => /^(?:\S*\/)?sleep\0/.test(readText(`/proc/${pid}/cmdline`) ?? ''));
}

/**
 * Starts one task and answers with its process id. Under systemd it stands in a unit of its own below
 * `mesos_executors.slice`, outside the agent's group of processes, as the executors of DC/OS do.
 */
export async function startTask(name: string): Promise<number> {
  if (!existsSync('/run/systemd/system')) {
    const child = spawn('sleep', ['infinity'], { detached: true, stdio: 'ignore' });
    child.unref();
    return child.pid ?? 0;
  }
  const unit = `mesos-task-${name}`;
  const place = [`--unit=${unit}`, '--slice=mesos_executors.slice', '--collect', '--quiet'];
  await execute('systemd-run', [...place, '--', '/bin/sleep', 'infinity'], { timeout: 30_000 });
  const shown = await execute('systemctl', ['show', '--property=MainPID', '--value', `${unit}.service`]);
  return Number(shown.stdout.trim());
}
