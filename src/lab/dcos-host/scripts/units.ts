// Which systemd units does a node of a version run, and how are they written? (`packages/*/extra/*.service`)

import { dcosVersion } from '../../../platform/dcos/versions.js';
import { exhibitorArtifacts, mayHaveExhibitorTls } from '../../../platform/dcos/enterprise-places.js';
import type { PackageFile } from './package.js';
import type { Settings } from './settings.js';
import { isFromBefore111 } from './version-families.js';

/** Roles whose nodes have a unit; `all` is everywhere. */
type Role = 'all' | 'master' | 'slave' | 'slave_public';

interface ServiceUnit {
  readonly name: string;
  readonly description: string;
  readonly roles: readonly Role[];
  /** Lines of `[Service]`. */
  readonly service: readonly string[];
}

const programs = '/usr/lib/succession/dist/lab/dcos-host';

/** The command that runs a stand-in of this package. */
export function program(name: string): string {
  return `/usr/bin/node ${programs}/${name}.js`;
}

/** Exhibitor alone has no gate: the gate asks it. Its variables are read at the unit's start, and only then. */
export function exhibitorUnits(settings: Settings): readonly PackageFile[] {
  return files({
    name: 'dcos-exhibitor',
    description: 'Exhibitor: zookeeper supervisor',
    roles: ['master'],
    service: [
      'User=dcos_exhibitor',
      'PermissionsStartOnly=true',
      'RuntimeDirectory=dcos_exhibitor',
      ...restart(settings.retry.usualMs),
      'EnvironmentFile=/opt/mesosphere/environment',
      'EnvironmentFile=/opt/mesosphere/etc/exhibitor',
      'ExecStartPre=/bin/mkdir -p /var/lib/dcos/exhibitor',
      'ExecStartPre=/bin/chown -R dcos_exhibitor /var/lib/dcos/exhibitor',
      'ExecStartPre=/bin/sh -c "[ ! -e /opt/mesosphere/etc/exhibitor-auth ] || chown dcos_exhibitor /opt/mesosphere/etc/exhibitor-auth"',
      ...(mayHaveExhibitorTls({ dcos: settings })
        ? [
            `ExecStartPre=${program('exhibitor-tls')}`,
            `ExecStartPre=/bin/sh -c "[ ! -e ${exhibitorArtifacts} ] || chown -R dcos_exhibitor ${exhibitorArtifacts}"`,
          ]
        : []),
      `ExecStart=${program('exhibitor')}`,
    ],
  });
}

/** Mesos' master, and its agents under two names. */
export function mesosUnits(settings: Settings): readonly PackageFile[] {
  const agent = (name: string, role: Role): ServiceUnit => ({
    name,
    description: 'Mesos Agent: distributed systems kernel agent',
    roles: [role],
    service: [
      ...restart(settings.retry.usualMs),
      'Delegate=true',
      'KillMode=control-group',
      'EnvironmentFile=/opt/mesosphere/environment',
      'EnvironmentFile=/opt/mesosphere/etc/mesos-slave-common',
      gate(name),
      `ExecStart=${program('mesos-agent')}`,
    ],
  });
  return [
    ...files({
      name: 'dcos-mesos-master',
      description: 'Mesos Master: distributed systems kernel',
      roles: ['master'],
      service: [
        ...restart(settings.retry.mesosMs),
        'EnvironmentFile=/opt/mesosphere/environment',
        'EnvironmentFile=/opt/mesosphere/etc/mesos-master',
        gate('dcos-mesos-master'),
        `ExecStart=${program('mesos-master')}`,
      ],
    }),
    ...files(agent('dcos-mesos-slave', 'slave')),
    ...files(agent('dcos-mesos-slave-public', 'slave_public')),
  ];
}

/** Marathon, on masters. */
export function marathonUnits(settings: Settings): readonly PackageFile[] {
  return files(
    simple(
      'dcos-marathon',
      'Marathon: container orchestration',
      ['master'],
      settings.retry.mesosMs,
      'marathon',
    ),
  );
}

/** Admin Router, under another name on agents. */
export function adminRouterUnits(settings: Settings): readonly PackageFile[] {
  const { usualMs } = settings.retry;
  return [
    ...files(
      simple(
        'dcos-adminrouter',
        'Admin Router Master: exposes a unified control plane',
        ['master'],
        usualMs,
        'adminrouter',
      ),
    ),
    ...files(
      simple(
        'dcos-adminrouter-agent',
        'Admin Router Agent: exposes a unified control plane',
        ['slave', 'slave_public'],
        usualMs,
        'adminrouter',
      ),
    ),
  ];
}

/** CockroachDB and etcd, on the masters of the versions and variants that have them. */
export function storeUnits(settings: Settings, name: 'cockroach' | 'etcd'): readonly PackageFile[] {
  const { usualMs } = settings.retry;
  const description =
    name === 'etcd' ? 'Etcd: distributed key-value store' : 'CockroachDB: distributed SQL database';
  const unit = simple(`dcos-${name}`, description, ['master'], usualMs, `${name} start`);
  if (name === 'cockroach') return files(unit);
  // What may not join fails before its program starts, as `etcd_discovery.py join-cluster` does.
  const [main = '', ...before] = unit.service.toReversed();
  const join = `ExecStartPre=${program('etcd')} join`;
  return files({ ...unit, service: [...before.toReversed(), join, main] });
}

/** The timer that writes `/etc/resolv.conf` every minute; here it only comes and goes, for a lab has its own. */
export function resolvConfUnits(): readonly PackageFile[] {
  const name = 'dcos-gen-resolvconf';
  return [
    ...files({
      name,
      description: 'Generate resolv.conf: update systemd-resolved',
      roles: ['all'],
      service: ['Type=oneshot', 'ExecStart=/bin/true'],
    }),
    ...timer(name, 'Generate resolv.conf timer'),
  ];
}

/** The health of units over HTTP, and from 1.11 on the checks every minute. */
export function diagnosticsUnits(settings: Settings): readonly PackageFile[] {
  const facts = dcosVersion(settings.version);
  const name = facts?.checkTool === '3dt' ? 'dcos-3dt' : 'dcos-diagnostics';
  const server = files(
    simple(
      name,
      'DC/OS Diagnostics: exposes component health',
      ['all'],
      settings.retry.usualMs,
      'checks daemon',
    ),
  );
  if (facts === undefined || isFromBefore111(settings.version)) return server;
  const poststart = 'dcos-checks-poststart';
  // Never a failure of its own: the next run would count it among the units that are not well.
  return [
    ...server,
    ...files({
      name: poststart,
      description: 'Checks: node checks after start',
      roles: ['all'],
      service: [
        'Type=oneshot',
        `ExecStart=/bin/sh -c "/opt/mesosphere/bin/${facts.checkTool} check node-poststart || true"`,
      ],
    }),
    ...timer(poststart, 'Checks: timer'),
  ];
}

function simple(
  name: string,
  description: string,
  roles: readonly Role[],
  retryMs: number,
  standIn: string,
): ServiceUnit {
  const [file = standIn, ...args] = standIn.split(' ');
  const command = [program(file), ...args].join(' ');
  const environment = 'EnvironmentFile=/opt/mesosphere/environment';
  return {
    name,
    description,
    roles,
    service: [...restart(retryMs), environment, gate(name), `ExecStart=${command}`],
  };
}

function gate(unit: string): string {
  return `ExecStartPre=/opt/mesosphere/bin/bootstrap ${unit}`;
}

function restart(afterMs: number): readonly string[] {
  const time = afterMs % 1000 === 0 ? String(afterMs / 1000) : `${afterMs}ms`;
  return ['Restart=always', `RestartSec=${time}`];
}

function files(unit: ServiceUnit): readonly PackageFile[] {
  const content = [
    '[Unit]',
    `Description=${unit.description}`,
    // Never gives up: StartLimitInterval=0 in every unit of DC/OS.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    ...unit.service,
    '',
  ].join('\n');
  return unit.roles.map((role) => ({ path: `${wants(role)}/${unit.name}.service`, mode: 0o644, content }));
}

function timer(name: string, description: string): readonly PackageFile[] {
  const content = `[Unit]
Description=${description}

[Timer]
OnBootSec=1min
OnUnitActiveSec=1min
`;
  return [{ path: `${wants('all')}/${name}.timer`, mode: 0o644, content }];
}

function wants(role: Role): string {
  return role === 'all' ? 'dcos.target.wants' : `dcos.target.wants_${role}`;
}
