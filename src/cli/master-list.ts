// The master list of a DC/OS `genconf/config.yaml`, as it stands in the file.

import { readFile } from 'node:fs/promises';
import { isMap, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ConfiguredList } from '../plan/check-configuration.js';
import { badInput } from './exit-status.js';

const addresses: z.ZodType<readonly string[]> = z.array(z.string());

/** Reads the list under `master_list`, or under a key that was meant to be it. Throws bad input when there is none. */
export async function readMasterList(file: string): Promise<ConfiguredList> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw badInput(
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      '  Name the genconf/config.yaml of the bootstrap node.',
    );
  }
  // PyYAML, which the generator uses, reads YAML 1.1.
  const document = parseDocument(text, { version: '1.1' });
  const [error] = document.errors;
  if (error) throw badInput(`${file}: ${error.message}`, '  Mend the line.');
  const entries = isMap(document.contents) ? document.contents.items : [];
  const keys = entries.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
  const key =
    keys.find((name) => name === 'master_list') ??
    keys.find((name) => name.replaceAll(/[^a-z]/gi, '').toLowerCase() === 'masterlist');
  if (key === undefined)
    throw badInput(
      `${file} has no master_list.`,
      '  Only static master lists can be planned: `master_discovery: static`.',
    );
  const content = z.record(z.string(), z.unknown()).parse(document.toJS({ maxAliasCount: 0 }));
  const list = addresses.safeParse(content[key]);
  if (!list.success)
    throw badInput(`${file}: '${key}' is no list of addresses.`, "  Write one '- ADDRESS' a line below it.");
  return { key, addresses: list.data };
}
