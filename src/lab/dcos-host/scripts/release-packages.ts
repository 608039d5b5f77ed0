// Which packages does a version of DC/OS consist of, whatever the configuration?

import { dcosVersion } from '../../../platform/dcos/versions.js';
import { packageOf, type BuiltPackage, type PackageFile } from './package.js';
import type { Settings } from './settings.js';
import {
  adminRouterUnits,
  diagnosticsUnits,
  exhibitorUnits,
  marathonUnits,
  mesosUnits,
  program,
  resolvConfUnits,
  storeUnits,
} from './units.js';
import { isFromBefore111 } from './version-families.js';
import { migrateHelper, zookeeperBackup } from './zookeeper-tools.js';

/** The packages that the bootstrap tarball brings, so that `pkgpanda setup` can run at all. */
export function bootstrapPackages(): readonly BuiltPackage[] {
  return [
    packageOf('pkgpanda', [bin('pkgpanda', runs('pkgpanda', program('pkgpanda')))]),
    packageOf('dcos-image', [
      bin(
        'dcos-shell',
        `#!/bin/bash
# Stand-in for DC/OS' dcos-shell: a command with the environment of its packages.
source /opt/mesosphere/environment.export
exec "$@"
`,
      ),
    ]),
  ];
}

/** Every package of the version but the configuration's own two. */
export function releasePackages(settings: Settings): readonly BuiltPackage[] {
  const facts = dcosVersion(settings.version);
  const checkTool = facts?.checkTool ?? 'dcos-check-runner';
  const backup = runs('iam-database-backup', program('cockroach'), 'dump', 'iam', '--insecure');
  const checks = runs(checkTool, program('checks'), checkTool);
  return [
    ...bootstrapPackages(),
    packageOf('bootstrap', [bin('bootstrap', runs('bootstrap', program('bootstrap-gate')))]),
    packageOf('java', [{ path: 'usr/java/bin/java', linkTo: '/usr/bin/java' }]),
    packageOf('exhibitor', [
      ...exhibitorUnits(settings),
      ...(facts?.upgradeChecks === 'exhibitor' ? [bin('dcos-exhibitor-migrate-perform', migrateHelper)] : []),
      ...(facts?.zookeeperBackup === true ? [bin('dcos-zk', zookeeperBackup)] : []),
    ]),
    packageOf('mesos', mesosUnits(settings)),
    packageOf('marathon', marathonUnits(settings)),
    packageOf('adminrouter', adminRouterUnits(settings)),
    packageOf(checkTool === '3dt' ? '3dt' : 'dcos-diagnostics', [
      ...diagnosticsUnits(settings),
      ...(checkTool === 'dcos-check-runner' ? [] : [bin(checkTool, checks)]),
    ]),
    ...(checkTool === 'dcos-check-runner' ? [packageOf(checkTool, [bin(checkTool, checks)])] : []),
    ...(facts?.cockroach === 'both' || facts?.cockroach === settings.variant
      ? [
          packageOf('cockroach', [
            ...storeUnits(settings, 'cockroach'),
            bin('cockroach', runs('cockroach', program('cockroach'))),
            // Before 1.12 an operator calls `cockroach dump`.
            ...(checkTool === 'dcos-check-runner' ? [bin('iam-database-backup', backup)] : []),
          ]),
        ]
      : []),
    ...(facts?.etcd === true
      ? [
          packageOf('etcd', [
            ...storeUnits(settings, 'etcd'),
            bin('dcos-etcdctl', runs('dcos-etcdctl', program('etcd'), 'dcos-etcdctl')),
            bin('etcd_discovery.py', runs('etcd_discovery.py', program('etcd'), 'discovery')),
          ]),
        ]
      : []),
    // 1.11 put dcos-net in the place of spartan, navstar and minuteman.
    packageOf(isFromBefore111(settings.version) ? 'spartan' : 'dcos-net', resolvConfUnits()),
  ];
}

function bin(name: string, content: string): PackageFile {
  return { path: `bin/${name}`, mode: 0o755, content };
}

function runs(name: string, command: string, ...args: readonly string[]): string {
  const words = [command, ...args].join(' ');
  return `#!/bin/sh\n# Stand-in for DC/OS' ${name}.\nexec ${words} "$@"\n`;
}
