// What differs between the versions of DC/OS, as data. One row for each behaviour that changed, and since when.

/** How a master's services decide whether they may start (`packages/bootstrap` in dcos/dcos). */
export type BootstrapGate =
  /** Every server of the master's own list serves, and exactly one leads. */
  | 'all'
  /** A majority of the list serves, and exactly one leads. */
  | 'majority'
  /** The master's own ZooKeeper follows or leads. */
  | 'own';

/** The program that runs the node checks. */
export type CheckTool = '3dt' | 'dcos-diagnostics' | 'dcos-check-runner';

/** One version of DC/OS. */
export interface DcosVersion {
  /** As installed: `1.9.10`. */
  readonly version: string;
  /** The ZooKeeper that it ships (`packages/exhibitor/buildinfo.json`). */
  readonly zookeeper: string;
  readonly bootstrapGate: BootstrapGate;
  readonly checkTool: CheckTool;
  /** What `dcos_node_upgrade.sh` does with a positional argument: from 1.13.0 its loop never ends. */
  readonly upgradeArgument: 'ignored' | 'hangs';
  /** What the script itself checks at its end: Exhibitor's answer, the node's checks, or nothing that can fail. */
  readonly upgradeChecks: 'exhibitor' | 'real' | 'void';
  /** Whether `dcos_node_upgrade.sh --skip-checks` is known. */
  readonly skipsChecks: boolean;
  /** What Exhibitor does on a host that is not in its list. */
  readonly stranger: 'standalone' | 'refuses';
  /** How `/etc/mesosphere/setup-flags` names the packages. */
  readonly packageList: 'cluster-packages.json' | 'cluster-package-list';
  /** Whether `registrar/log/ensemble_size` exists: Mesos 1.4 and later. */
  readonly ensembleSize: boolean;
  /** The metric that says that the overlay's log has recovered. */
  readonly overlayRecovered: 'overlay/log/recovered' | 'overlay/master/log/recovered';
  /** Which variants keep their IAM in CockroachDB. */
  readonly cockroach: 'none' | 'enterprise' | 'both';
  readonly etcd: boolean;
  /** Whether the enterprise variant takes a certificate authority of the operator's (`ca_certificate_path`). */
  readonly customAuthority: boolean;
  /** Whether Exhibitor of the enterprise variant may want a client's certificate (`exhibitor_tls_enabled`). */
  readonly exhibitorTls: boolean;
  /** Whether `dcos-zk backup` is there. */
  readonly zookeeperBackup: boolean;
  /** Whether the generator's container publishes port 9000. */
  readonly publishesPort: boolean;
}

/** The part of a version that is compared: `1.13.10` is `[1, 13, 10]`. */
type Numbers = readonly [major: number, minor: number, patch: number];

/** The facts of a version from 1.9.0 to 2.2; undefined for any other, whose behaviour nobody studied. */
export function dcosVersion(version: string): DcosVersion | undefined {
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(version);
  if (found === null) return undefined;
  const at: Numbers = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (isBefore(at, [1, 9, 0]) || !isBefore(at, [2, 3, 0])) return undefined;
  return {
    version,
    zookeeper: zookeeperOf(at),
    bootstrapGate: gateOf(at),
    checkTool: isBefore(at, [1, 10, 0])
      ? '3dt'
      : isBefore(at, [1, 12, 0])
        ? 'dcos-diagnostics'
        : 'dcos-check-runner',
    upgradeArgument: isBefore(at, [1, 13, 0]) ? 'ignored' : 'hangs',
    upgradeChecks: isBefore(at, [1, 10, 0]) ? 'exhibitor' : isBefore(at, [1, 12, 0]) ? 'real' : 'void',
    skipsChecks: !isBefore(at, [1, 10, 0]),
    stranger: refusesStrangers(at) ? 'refuses' : 'standalone',
    packageList: isBefore(at, [1, 10, 0]) ? 'cluster-packages.json' : 'cluster-package-list',
    ensembleSize: !isBefore(at, [1, 10, 0]),
    overlayRecovered: isBefore(at, [2, 0, 0]) ? 'overlay/log/recovered' : 'overlay/master/log/recovered',
    cockroach: isBefore(at, [1, 10, 0]) ? 'none' : isBefore(at, [1, 13, 0]) ? 'enterprise' : 'both',
    etcd: !isBefore(at, [2, 1, 0]),
    customAuthority: !isBefore(at, [1, 10, 0]),
    exhibitorTls: !isBefore(at, [2, 0, 0]),
    zookeeperBackup: !isBefore(at, [1, 12, 4]),
    publishesPort: isBefore(at, [2, 0, 0]),
  };
}

function isBefore(left: Numbers, right: Numbers): boolean {
  const place = left.findIndex((number, index) => number !== right[index]);
  return place >= 0 && (left[place] ?? 0) < (right[place] ?? 0);
}

/** `packages/exhibitor/buildinfo.json`, tag by tag. */
function zookeeperOf(at: Numbers): string {
  if (isBefore(at, [1, 10, 0])) return '3.4.8';
  if (isBefore(at, [1, 11, 6])) return '3.4.10';
  if (isBefore(at, [1, 11, 11])) return '3.4.13';
  if (isBefore(at, [1, 12, 0])) return '3.4.14';
  return isBefore(at, [1, 12, 4]) ? '3.4.13' : '3.4.14';
}

/** `packages/bootstrap`: pull requests 7441 (1.13), 7437 (2.0) and 7432 (2.1) of dcos/dcos. */
function gateOf(at: Numbers): BootstrapGate {
  if (isBefore(at, [1, 13, 10])) return 'all';
  if (isBefore(at, [2, 0, 0])) return 'majority';
  if (isBefore(at, [2, 0, 6])) return 'all';
  if (isBefore(at, [2, 1, 0])) return 'majority';
  return isBefore(at, [2, 1, 1]) ? 'all' : 'own';
}

/** `packages/exhibitor/extra/start_exhibitor.py`: from 1.10.9, 1.11.5 and 1.12 on. */
function refusesStrangers(at: Numbers): boolean {
  if (isBefore(at, [1, 10, 9])) return false;
  return isBefore(at, [1, 11, 0]) || !isBefore(at, [1, 11, 5]);
}
