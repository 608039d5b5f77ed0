// How a genconf folder is read, here or on the bootstrap node, and which version the masters say they run.

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { type Checked, refuse } from '../../../model/fault.js';
import { askJson } from '../../../probe/http-json.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { valuesOf } from './bootstrap-scripts.js';

/** What lies in the folder. */
export interface GenconfFolder {
  /** That which holds `genconf/`. */
  readonly directory: string;
  /** The text of `genconf/config.yaml`. */
  readonly text: string;
  /** Names of files beside `genconf/` that look like a generator. */
  readonly generators: readonly string[];
}

const generatorName = /^dcos_generate_config[A-Za-z0-9._-]*\.sh$/;

/** A folder of this machine: `genconf` itself, or the one that holds it. */
export async function localGenconf(path: string): Promise<Checked<GenconfFolder>> {
  const given = resolve(path);
  const tried: string[] = [];
  for (const file of [join(given, 'config.yaml'), join(given, 'genconf', 'config.yaml')]) {
    try {
      const text = await readFile(file, 'utf8');
      const directory = dirname(dirname(file));
      const generators = (await readdir(directory)).filter((name) => generatorName.test(name));
      return { ok: true, value: { directory, text, generators } };
    } catch (error) {
      tried.push(error instanceof Error ? error.message : String(error));
    }
  }
  return unreadable(given, tried.join('; '));
}

/** A folder of the bootstrap node. */
export async function remoteGenconf(
  transport: Transport,
  host: Address,
  directory: string,
  signal: AbortSignal,
): Promise<Checked<GenconfFolder>> {
  const script = `cd ${quote(directory)} || exit 20
[ -r genconf/config.yaml ] || { echo 'there is no genconf/config.yaml, or it may not be read' >&2; exit 20; }
printf 'text=%s\\n' "$(base64 <genconf/config.yaml | tr -d '\\n')"
printf 'names=%s\\n' "$(ls | base64 | tr -d '\\n')"
`;
  const result = await transport.run(host, script, { timeoutMs: 30_000, signal });
  if (result.kind === 'unknown') return unreadable(`${host}:${directory}`, result.reason);
  if (result.status !== 0) return unreadable(`${host}:${directory}`, result.stderr.trim());
  const values = valuesOf(result.stdout);
  const generators = (values.get('names') ?? '').split('\n').filter((name) => generatorName.test(name));
  return { ok: true, value: { directory, text: values.get('text') ?? '', generators } };
}

function unreadable(place: string, reason: string): Checked<never> {
  return refuse({
    rule: 'genconf',
    place,
    message: `No genconf/config.yaml can be read there: ${reason}.`,
    remedy:
      'Name the folder on the bootstrap node in which the generator was run; where root alone may read it, add --sudo passwordless.',
  });
}

const versionSchema: z.ZodType<{ readonly version: string }> = z.object({ version: z.string() });

/** What a master says: over HTTP, where Admin Router serves it to everybody, else over SSH. Null when none does. */
export async function runningVersion(
  transport: Transport,
  masters: readonly Address[],
  signal: AbortSignal,
): Promise<string | null> {
  const answers = await Promise.all(
    masters.map((master) =>
      askJson(`http://${master}/dcos-metadata/dcos-version.json`, versionSchema, {
        timeoutMs: 3_000,
        signal,
      }),
    ),
  );
  for (const answer of answers) if (answer.kind === 'answered') return answer.value.version;
  for (const master of masters) {
    const options = { timeoutMs: 15_000, signal };
    const result = await transport.run(master, 'cat /opt/mesosphere/etc/dcos-version.json', options);
    const version = result.kind === 'exited' && result.status === 0 ? versionIn(result.stdout) : null;
    if (version !== null) return version;
  }
  return null;
}

function versionIn(text: string): string | null {
  try {
    const parsed = versionSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.version : null;
  } catch {
    return null;
  }
}
