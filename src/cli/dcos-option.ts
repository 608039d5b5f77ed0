// Which DC/OS is a change planned for: what `--dcos` names, and whether that can be.

import { type DcosVersion, dcosVersion } from '../platform/dcos/versions.js';
import type { ChangeOptions } from './change-options.js';
import { badInput } from './exit-status.js';

/** The version that `--dcos` names; undefined without it. Throws bad input when nobody knows how it behaves. */
export function namedDcos({
  dcos,
  platform,
}: Pick<ChangeOptions, 'dcos' | 'platform'>): DcosVersion | undefined {
  if (dcos === undefined) return undefined;
  if (platform !== 'dcos')
    throw badInput(
      `--dcos names a version of DC/OS, and the platform is ${platform}.`,
      '  Leave it out, or name the ZooKeeper version with --zookeeper.',
    );
  const known = dcosVersion(dcos);
  if (known === undefined)
    throw badInput(
      `--dcos: '${dcos}' is no version whose behaviour is known.`,
      '  Known are 1.9.0 to 2.2, such as 1.9.10, 1.11.12, 1.13.9, 2.0.6 and 2.1.2.',
    );
  // The gate of 1.13.9 is another than that of 1.13.10.
  if (dcos.split('.').length !== 3)
    throw badInput(
      `--dcos: '${dcos}' does not name its patch, and patches of one version behave differently.`,
      '  Give all three numbers, such as 1.9.10: `version` in /opt/mesosphere/etc/dcos-version.json.',
    );
  return known;
}

/** Throws bad input when the cluster's file names another version than `--dcos`. `file`: null for a plain ensemble. */
export function checkAgrees(options: ChangeOptions, version: string | null, file: string): void {
  if (options.dcos === undefined || options.dcos === version) return;
  throw badInput(
    version === null
      ? `--dcos names a version of DC/OS, and ${file} describes a plain ensemble.`
      : `--dcos says ${options.dcos}, and \`dcos.version\` in ${file} says ${version}.`,
    '  Leave --dcos out: the cluster file says it.',
  );
}
