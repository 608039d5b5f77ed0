// What lies where in the folder of a lab of hosts, and what its two small documents say.

import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabNetwork } from './lab-network.js';
import type { LabMachine } from './hosts-file.js';

/** A folder or file of this machine that every host sees, read-only. */
export interface SharedFolder {
  readonly here: string;
  readonly there: string;
}

/** What the keeper has to know of its lab; written before the keeper starts. */
export interface HostsPlan {
  readonly schema: 'succession.hosts-plan/1';
  readonly name: string;
  /** The folder that is every host's disk before anything is written to it. */
  readonly image: string;
  readonly network: LabNetwork;
  readonly machines: readonly LabMachine[];
  readonly shared: readonly SharedFolder[];
  /** Text of `/etc/succession-lab/host.json`, by address. */
  readonly cards: Readonly<Record<string, string>>;
  /** DNS names that point to every master at first. */
  readonly names: readonly string[];
  /** How much fits on a host's disk, in MiB. */
  readonly diskMiB: number;
  /** ms after which a lab without an owner ends; null: it needs none. */
  readonly lingerMs: number | null;
}

/** How to reach a lab's keeper; written by whoever started it. */
export interface HostsCard {
  /** The process that holds every namespace of the lab: the whole lab dies with it. */
  readonly pid: number;
  /** When the process started, in clock ticks since the machine did: another process may get the number. */
  readonly startTicks: string;
}

const planSchema: z.ZodType<HostsPlan> = z.object({
  schema: z.literal('succession.hosts-plan/1'),
  name: z.string(),
  image: z.string(),
  network: z.object({ prefix: z.number(), operator: z.string() }),
  machines: z.array(
    z.object({
      address: z.string(),
      role: z.enum(['bootstrap', 'master', 'spare', 'private-agent', 'public-agent']),
    }),
  ),
  shared: z.array(z.object({ here: z.string(), there: z.string() })),
  cards: z.record(z.string(), z.string()),
  names: z.array(z.string()),
  diskMiB: z.number(),
  lingerMs: z.number().nullable(),
});

const cardSchema: z.ZodType<HostsCard> = z.object({ pid: z.number(), startTicks: z.string() });

/** Who may log in at a lab's cluster of the enterprise variant: as in the manual's examples. */
export const superuser = { uid: 'bootstrapuser', password: 'deleteme' } as const;

/** `superuser-password`, for its owner alone. */
export function superuserPasswordPath(directory: string): string {
  return join(directory, 'superuser-password');
}

/** `hosts.json`, the lab's plan. Its presence tells this kind of lab from the other. */
export function hostsPlanPath(directory: string): string {
  return join(directory, 'hosts.json');
}

/** Whether the folder holds a lab of hosts. */
export function isHostsLab(directory: string): boolean {
  return existsSync(hostsPlanPath(directory));
}

/** `succession.yaml`, the cluster file. */
export function hostsClusterPath(directory: string): string {
  return join(directory, 'succession.yaml');
}

/** `ssh_config`, which reaches every host of the lab from within its network. */
export function sshConfigPath(directory: string): string {
  return join(directory, 'ssh_config');
}

/** `point-names`, which gives the lab's names to the masters of the day: the cluster file's `dns.hook`. */
export function namesHookPath(directory: string): string {
  return join(directory, 'point-names');
}

/** The folder of one machine: its disk, its host key, its console's log. */
export function machineDirectory(directory: string, address: string): string {
  return join(directory, 'machines', address);
}

/** Throws when there is none, or it is damaged. */
export async function readHostsPlan(directory: string): Promise<HostsPlan> {
  return planSchema.parse(JSON.parse(await readFile(hostsPlanPath(directory), 'utf8')));
}

/** The card of a keeper that lives; null when there is none (any more). */
export async function liveKeeper(directory: string): Promise<HostsCard | null> {
  const text = await readFile(cardPath(directory), 'utf8').catch(() => null);
  if (text === null) return null;
  const card = cardSchema.parse(JSON.parse(text));
  return (await startTicksOf(card.pid)) === card.startTicks ? card : null;
}

/** Writes the card of the keeper with this process id. */
export async function writeHostsCard(directory: string, pid: number): Promise<void> {
  const card: HostsCard = { pid, startTicks: (await startTicksOf(pid)) ?? '' };
  const temporary = `${cardPath(directory)}.new`;
  await writeFile(temporary, `${JSON.stringify(card)}\n`, { mode: 0o600 });
  await rename(temporary, cardPath(directory));
}

/** Field 22 of `/proc/PID/stat`; the name before it, in parentheses, may hold anything. */
async function startTicksOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function cardPath(directory: string): string {
  return join(directory, 'keeper.json');
}
