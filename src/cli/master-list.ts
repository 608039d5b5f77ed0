// The master list of a DC/OS `genconf/config.yaml`, as it stands in the file.

import { readFile } from 'node:fs/promises';
import type { ConfiguredList } from '../plan/check-configuration.js';
import { listedMasters, readConfig } from '../platform/dcos/configuration/config-yaml.js';
import { valueOf } from './change-options.js';
import { badInput } from './exit-status.js';

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
  return valueOf(listedMasters(valueOf(readConfig(text, file))));
}
