// With whose rights is the list of an ensemble changed? A secret: it stands in no argument, no journal and no message.

import { readFile } from 'node:fs/promises';
import type { Cluster } from './cluster-file.js';

/** The variable that overrules the cluster file's `zookeeper.credentialsFile`. */
export const credentialsVariable = 'SUCCESSION_ZOOKEEPER_CREDENTIALS';

/** `none`: nothing was given, which is enough where the servers skip their access lists. */
export type Credentials =
  | { readonly kind: 'given'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The credentials `super:PASSWORD`, from the environment or from the file that the cluster file names. */
export async function credentialsFor(
  cluster: Cluster,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Credentials> {
  const given = environment[credentialsVariable]?.trim() ?? '';
  if (given !== '') return { kind: 'given', text: given };
  const file = cluster.zookeeper.credentialsFile;
  if (file === undefined) return { kind: 'none' };
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return /^[^:\s]+:./.test(text)
      ? { kind: 'given', text }
      : { kind: 'unreadable', reason: `${file} does not hold one line NAME:PASSWORD` };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}
