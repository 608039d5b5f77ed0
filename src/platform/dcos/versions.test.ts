import { describe, expect, test } from 'vitest';
import { dcosVersion } from './versions.js';

// Written from the sources of dcos/dcos, tag by tag, and not from `versions.ts`: the labs take their versions from there, so
// a mistake in it would show nowhere else. Each boundary has a version on both sides.
const [all, majority, own] = ['all', 'majority', 'own'] as const;

describe('dcosVersion', () => {
  // `packages/exhibitor/buildinfo.json`, and `packages/bootstrap`: 1.13.10, 2.0.6 and 2.1.1 no longer ask for all.
  test.each([
    ['1.9.0', '3.4.8', all],
    ['1.9.10', '3.4.8', all],
    ['1.10.0', '3.4.10', all],
    ['1.10.11', '3.4.10', all],
    ['1.11.0', '3.4.10', all],
    ['1.11', '3.4.10', all],
    ['1.11.5', '3.4.10', all],
    ['1.11.6', '3.4.13', all],
    ['1.11.10', '3.4.13', all],
    ['1.11.11', '3.4.14', all],
    ['1.11.12', '3.4.14', all],
    ['1.12.0', '3.4.13', all],
    ['1.12.3', '3.4.13', all],
    ['1.12.4', '3.4.14', all],
    ['1.12.5', '3.4.14', all],
    ['1.13.0', '3.4.14', all],
    ['1.13.9', '3.4.14', all],
    ['1.13.10', '3.4.14', majority],
    ['2.0.0', '3.4.14', all],
    ['2.0.5', '3.4.14', all],
    ['2.0.6', '3.4.14', majority],
    ['2.1.0', '3.4.14', all],
    ['2.1.1', '3.4.14', own],
    ['2.1.2', '3.4.14', own],
    ['2.2.1', '3.4.14', own],
  ])('%s ships ZooKeeper %s, and its services wait for %s', (version, zookeeper, bootstrapGate) => {
    expect(dcosVersion(version)).toMatchObject({ zookeeper, bootstrapGate });
  });

  // `dcos_installer/upgrade.py`: 1.9 reads no argument and waits for Exhibitor; 1.10 and 1.11 run their checks; from 1.12.0 on
  // these check nothing; from 1.13.0 on the loop over the arguments never shifts.
  test.each([
    ['1.9.10', 'ignored', 'exhibitor', false, 'cluster-packages.json'],
    ['1.10.0', 'ignored', 'real', true, 'cluster-package-list'],
    ['1.11.12', 'ignored', 'real', true, 'cluster-package-list'],
    ['1.12.0', 'ignored', 'void', true, 'cluster-package-list'],
    ['1.12.5', 'ignored', 'void', true, 'cluster-package-list'],
    ['1.13.0', 'hangs', 'void', true, 'cluster-package-list'],
    ['2.2.1', 'hangs', 'void', true, 'cluster-package-list'],
  ])(
    'the upgrade script of %s: a role is %s, its checks are %s, --skip-checks %s',
    (version, upgradeArgument, upgradeChecks, skipsChecks, packageList) => {
      expect(dcosVersion(version)).toMatchObject({
        upgradeArgument,
        upgradeChecks,
        skipsChecks,
        packageList,
      });
    },
  );

  // `packages/exhibitor/extra/start_exhibitor.py`.
  test.each([
    ['1.9.10', 'standalone'],
    ['1.10.8', 'standalone'],
    ['1.10.9', 'refuses'],
    ['1.11.0', 'standalone'],
    ['1.11.4', 'standalone'],
    ['1.11.5', 'refuses'],
    ['1.12.0', 'refuses'],
    ['2.1.2', 'refuses'],
  ])('Exhibitor of %s on a host that is not in its list: %s', (version, stranger) => {
    expect(dcosVersion(version)).toMatchObject({ stranger });
  });

  // Mesos 1.2.3 (1.9), 1.4 (1.10) … 1.8 (1.13), 1.9 (2.0); dcos-mesos-modules; `packages/` of each tag for the programs.
  test.each([
    ['1.9.10', '3dt', false, 'overlay/log/recovered'],
    ['1.10.0', 'dcos-diagnostics', true, 'overlay/log/recovered'],
    ['1.11.12', 'dcos-diagnostics', true, 'overlay/log/recovered'],
    ['1.12.0', 'dcos-check-runner', true, 'overlay/log/recovered'],
    ['1.13.10', 'dcos-check-runner', true, 'overlay/log/recovered'],
    ['2.0.0', 'dcos-check-runner', true, 'overlay/master/log/recovered'],
    ['2.2.1', 'dcos-check-runner', true, 'overlay/master/log/recovered'],
  ])(
    '%s is checked by %s; it counts replicas: %s; %s',
    (version, checkTool, ensembleSize, overlayRecovered) => {
      expect(dcosVersion(version)).toMatchObject({ checkTool, ensembleSize, overlayRecovered });
    },
  );

  // CockroachDB came with the IAM of DC/OS Enterprise 1.10 and the open one of 1.13, etcd with 2.1; `dcos-zk` (DCOS_OSS-5186)
  // with 1.12.4 and 1.13.0; the generator's container publishes port 9000 until the web installer went.
  test.each([
    ['1.9.10', 'none', false, false, true],
    ['1.10.0', 'enterprise', false, false, true],
    ['1.11.12', 'enterprise', false, false, true],
    ['1.12.3', 'enterprise', false, false, true],
    ['1.12.4', 'enterprise', false, true, true],
    ['1.13.0', 'both', false, true, true],
    ['1.13.9', 'both', false, true, true],
    ['2.0.0', 'both', false, true, false],
    ['2.0.6', 'both', false, true, false],
    ['2.1.0', 'both', true, true, false],
    ['2.2.1', 'both', true, true, false],
  ])(
    '%s has CockroachDB: %s; etcd: %s; dcos-zk: %s; port 9000: %s',
    (version, cockroach, etcd, zookeeperBackup, publishesPort) => {
      expect(dcosVersion(version)).toMatchObject({ cockroach, etcd, zookeeperBackup, publishesPort });
    },
  );

  test.each(['1.8.9', '2.3.0', '3.4.8', 'latest', ''])('%s is none that was studied', (version) => {
    expect(dcosVersion(version)).toBeUndefined();
  });
});
