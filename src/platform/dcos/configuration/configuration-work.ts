// What is read of the bootstrap node and of the masters while a configuration is made.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Address, addressesIn, byCodeUnit, type Ensemble } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import { backupName, type BootstrapFolder, masterScript, readScript, valuesOf } from './bootstrap-scripts.js';
import type { WantedBuild } from './generator-build.js';
import { givenIn } from './running-configuration.js';
import { type Generated, listIn, type MasterReading } from './served-configuration.js';

/** What is needed of a cluster file. */
export interface ConfiguredCluster {
  readonly dcos: WantedBuild;
  readonly bootstrap: BootstrapFolder;
}

/** What is needed of a stage: its number, and the lists around it. */
export interface ListChange {
  readonly number: number;
  readonly from: Ensemble;
  readonly ensemble: Ensemble;
}

/** Everything that the duty's parts share. */
export interface Work {
  readonly cluster: ConfiguredCluster;
  readonly transport: Transport;
  readonly present: readonly Address[];
  readonly target: Ensemble;
  readonly file: string;
  readonly number: number;
}

/** What a run remembers on the bootstrap node, so that a crash after the generator costs no second run of it. */
export interface Remembered extends Generated {
  /** sha256 of the config.yaml that it was generated from. */
  readonly configSha: string;
  /** Of the masters that stay, before; empty when none could be asked, and when they run the new one already. */
  readonly previousPackage: string;
  /** The upgrade script that leads there, where one is served; else empty. */
  readonly previousUrl: string;
}

/** What stands on the bootstrap node. */
export type Standing =
  | {
      readonly kind: 'read';
      readonly text: string;
      readonly sha: string;
      readonly remembered: Remembered | null;
      readonly earlier: string | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const rememberedSchema: z.ZodType<Remembered> = z.object({
  configSha: z.string(),
  upgradeUrl: z.union([z.url(), z.literal('')]),
  installUrl: z.url(),
  configurationPackage: z.string(),
  previousPackage: z.string(),
  previousUrl: z.string().default(''),
});

/** What a question needs of a duty's context. */
export interface Asked {
  readonly id: string;
  readonly signal: AbortSignal;
}

const askMs = 60_000;

/** Reads the file, this duty's own memory, and the copy that the duty of the stage before kept. */
export async function read(work: Work, context: Asked): Promise<Standing> {
  const before = dutyBefore(work, context);
  const script = readScript(work.cluster.bootstrap, context.id, before === null ? null : backupName(before));
  const answer = await ask(work, work.cluster.bootstrap.address, script, context);
  if (answer.kind === 'failed') return answer;
  const { values } = answer;
  const [text = '', sha = ''] = [values.get('text'), values.get('sha')];
  if (sha256(text) !== sha)
    return { kind: 'failed', reason: `${work.file} is not UTF-8, or did not arrive whole` };
  const state = rememberedSchema.safeParse(parseJson(values.get('state') ?? 'null'));
  return {
    kind: 'read',
    text,
    sha,
    remembered: state.success ? state.data : null,
    earlier: values.get('earlier') ?? null,
  };
}

/** The duty of the stage before: `<run>-2.configure` undoes, maybe, what `<run>-1.configure` did. */
export function dutyBefore({ number }: Work, { id }: Asked): string | null {
  const before = id.replace(/\d+\.configure$/, `${number - 1}.configure`);
  return before === id ? null : before;
}

/** Those who stay; where nobody stays, those who were there. */
export async function readMasters(
  work: Work,
  upgradeUrl: string | null,
  context: Asked,
): Promise<readonly MasterReading[]> {
  const staying = work.present.filter((address) => addressesIn(work.target).includes(address));
  const asked = staying.length > 0 ? staying : work.present;
  return Promise.all(asked.map((address) => readMaster(work.transport, address, upgradeUrl, context)));
}

/** One of them. Never throws. */
export async function readMaster(
  transport: Transport,
  address: Address,
  upgradeUrl: string | null,
  context: Asked,
): Promise<MasterReading> {
  const answer = await askHost(transport, address, masterScript(upgradeUrl), context);
  if (answer.kind === 'failed') return { kind: 'unknown', address, reason: answer.reason };
  const { values } = answer;
  return {
    kind: 'read',
    address,
    package: values.get('package') || null,
    masterList: listIn(values.get('masterList') ?? ''),
    given: givenIn(values.get('userConfig') ?? ''),
    ipDetect: values.get('detectIp') || null,
    versionFile: values.get('versionFile') ?? '',
    urlStatus: values.get('url') ?? null,
  };
}

/** What a host said. `ran`: the script itself says why it failed. */
export type Answer =
  | { readonly kind: 'answered'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly reason: string; readonly ran: boolean };

/** Runs a script that prints values in base64. `input` reaches it as one line of base64. */
export async function askHost(
  transport: Transport,
  host: string,
  script: string,
  { signal }: Asked,
  input?: string,
  timeoutMs: number = askMs,
): Promise<Answer> {
  const stdin = input === undefined ? {} : { stdin: `${Buffer.from(input).toString('base64')}\n` };
  const result = await transport.run(host, script, { ...stdin, timeoutMs, signal });
  if (result.kind === 'unknown') return { kind: 'failed', reason: `${host}: ${result.reason}`, ran: false };
  const values = valuesOf(result.stdout);
  if (result.status === 0) return { kind: 'answered', values };
  const said = values.get('failed') ?? result.stderr.trim().slice(-300);
  return { kind: 'failed', reason: `${host}: ${said || `status ${result.status}`}`, ran: true };
}

/** Asks a host in the course of the work. */
export function ask(
  work: Work,
  host: string,
  script: string,
  context: Asked,
  input?: string,
): Promise<Answer> {
  return askHost(work.transport, host, script, context, input);
}

/** What to do about a bootstrap node that could not be asked. */
export const reachable: string =
  'see that the bootstrap node answers over SSH and holds the folder of the cluster file';

/** A list as the facts of a run name it: `A,B`. */
export function listKey(addresses: readonly Address[]): string {
  return [...addresses].sort(byCodeUnit).join(',');
}

/** In hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
