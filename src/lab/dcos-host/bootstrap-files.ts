// Which files does the bootstrap node of a hosts lab begin with? A generator, and a `genconf/` as a person keeps it.

import { generatorScript } from './scripts/generator-script.js';
import type { LabFile, LabOrder } from './scripts/lab-order.js';
import { personConfig, personIpDetect } from './scripts/person-files.js';

export type { LabFile, LabOrder };

/** The content of the bootstrap node's `/root/dcos/`: the paths are relative to it. */
export function bootstrapFiles(order: LabOrder): readonly LabFile[] {
  return [
    { path: generatorName(order.variant), mode: 0o755, content: generatorScript(order) },
    { path: 'genconf/config.yaml', mode: 0o644, content: personConfig(order) },
    { path: 'genconf/ip-detect', mode: 0o755, content: personIpDetect },
  ];
}

/** As the vendor names the download. */
export function generatorName(variant: LabOrder['variant']): string {
  return variant === 'enterprise' ? 'dcos_generate_config.ee.sh' : 'dcos_generate_config.sh';
}
