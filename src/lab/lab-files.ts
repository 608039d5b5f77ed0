// What lies where in a lab's folder, and what its two small documents say.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the keeper has to know of its lab; written before the keeper starts. */
export interface LabPlan {
  readonly schema: 'succession.lab-plan/1';
  /** The plan's addresses; the place in the list gives the stand-in, 127.S.0.1 for the first. */
  readonly addresses: readonly string[];
  readonly java: string;
  /** Without the host's own folder. */
  readonly classPath: string;
  /** ms after which a lab without an owner ends; null: it needs none. */
  readonly lingerMs: number | null;
}

/** How to reach a lab's keeper; written by the keeper. */
export interface KeeperCard {
  readonly pid: number;
  /** The second octet of the lab's addresses: 64 to 199. */
  readonly subnet: number;
  /** Whoever shows it may give orders: other users of the machine can reach the port, but not read this file. */
  readonly token: string;
}

const planSchema: z.ZodType<LabPlan> = z.object({
  schema: z.literal('succession.lab-plan/1'),
  addresses: z.array(z.string()),
  java: z.string(),
  classPath: z.string(),
  lingerMs: z.number().nullable(),
});

const cardSchema: z.ZodType<KeeperCard> = z.object({
  pid: z.number(),
  subnet: z.number(),
  token: z.string(),
});

/** The port of the keeper, on {@link keeperAddress}. A server's port, so that holding it shows that servers can have it. */
export const keeperPort = 2181;

/** Where a subnet's keeper listens. */
export function keeperAddress(subnet: number): string {
  return `127.${subnet}.255.254`;
}

/** The stand-in of the lab's host at this place of the list. */
export function standInOf(subnet: number, place: number): string {
  return `127.${subnet}.0.${place + 1}`;
}

/** `lab.json`, the lab's plan. */
export function planPath(directory: string): string {
  return join(directory, 'lab.json');
}

/** `cluster.yaml`, the cluster file. */
export function clusterPath(directory: string): string {
  return join(directory, 'cluster.yaml');
}

/** The super user's name and password, where the lab's servers may change their list themselves. */
export function credentialsPath(directory: string): string {
  return join(directory, 'credentials');
}

/** The folder of one host. */
export function hostDirectory(directory: string, address: string): string {
  return join(directory, 'hosts', address);
}

/** Throws when there is none, or it is damaged. */
export async function readLabPlan(directory: string): Promise<LabPlan> {
  return planSchema.parse(JSON.parse(await readFile(planPath(directory), 'utf8')));
}

/** Null when there is none (yet). */
export async function readKeeperCard(directory: string): Promise<KeeperCard | null> {
  const text = await readFile(cardPath(directory), 'utf8').catch(() => null);
  return text === null ? null : cardSchema.parse(JSON.parse(text));
}

/** Only the owner of the folder may read it. */
export async function writeKeeperCard(directory: string, card: KeeperCard): Promise<void> {
  const temporary = `${cardPath(directory)}.new`;
  await writeFile(temporary, `${JSON.stringify(card)}\n`, { mode: 0o600 });
  await rename(temporary, cardPath(directory));
}

function cardPath(directory: string): string {
  return join(directory, 'keeper.json');
}
