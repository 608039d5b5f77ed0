// What do the two packages hold that a configuration makes: `dcos-config--setup_…` and `dcos-metadata--setup_…`?

import { createHash } from 'node:crypto';
import { byCodeUnit } from '../../../model/ensemble.js';
import { dcosVersion } from '../../../platform/dcos/versions.js';
import { bootstrapId, imageCommit } from './generator-script.js';
import type { BuiltPackage, PackageFile } from './package.js';
import type { Settings } from './settings.js';

/** Keys whose values a node's copy of the configuration hides. */
const secrets: readonly string[] = [
  'exhibitor_admin_password',
  'superuser_password_hash',
  'zk_super_credentials',
  'zk_master_credentials',
  'zk_agent_credentials',
  'customer_key',
];

/**
 * The packages of one configuration. Both carry one digest of everything that went in, so the same configuration has
 * the same ids on any day, and another list of masters has others.
 */
export function setupPackages(settings: Settings): readonly BuiltPackage[] {
  const config = configFiles(settings);
  const metadata = metadataFiles(settings);
  const sources = [
    settings.version,
    settings.variant,
    [...settings.given].sort(([a], [b]) => byCodeUnit(a, b)),
    config,
    metadata,
  ];
  const digest = createHash('sha1').update(JSON.stringify(sources)).digest('hex');
  return [
    { name: 'dcos-config', id: `dcos-config--setup_${digest}`, files: config },
    { name: 'dcos-metadata', id: `dcos-metadata--setup_${digest}`, files: metadata },
  ];
}

/** `gen/dcos-config.yaml`: what the programs of a node read. */
function configFiles(settings: Settings): readonly PackageFile[] {
  const facts = dcosVersion(settings.version);
  const checkTool = facts?.checkTool ?? 'dcos-check-runner';
  const user = settings.given;
  const given = (key: string): string => user.get(key) ?? '';
  const tls =
    facts?.exhibitorTls === true
      ? [
          `EXHIBITOR_TLS_ENABLED=${given('exhibitor_tls_enabled') || 'false'}`,
          `EXHIBITOR_TLS_REQUIRED=${given('exhibitor_tls_required') || 'false'}`,
          `EXHIBITOR_BOOTSTRAP_CA_URL=${given('exhibitor_bootstrap_ca_url')}`,
          `BOOTSTRAP_URL=${settings.bootstrapUrl}`,
        ]
      : [];
  return [
    { path: 'bin/detect_ip', mode: 0o755, content: settings.ipDetect },
    text('etc/exhibitor', [
      ...tls,
      'EXHIBITOR_BACKEND=STATIC',
      `EXHIBITOR_STATICENSEMBLE=${settings.ensemble}`,
    ]),
    text('etc/master_list', [JSON.stringify(settings.masterList)]),
    text('etc_master/master_count', [String(settings.masterList.length)]),
    text('etc_master/mesos-master', mesosMaster(settings)),
    text('etc/mesos-slave-common', mesosAgent()),
    text(
      'etc/user.config.yaml',
      [...user].map(([key, value]) => `${key}: ${JSON.stringify(shown(key, value))}`),
    ),
    text('etc/expanded.config.json', [
      JSON.stringify(
        {
          ...Object.fromEntries([...user].map(([key, value]) => [key, shown(key, value)])),
          num_masters: String(settings.masterList.length),
          exhibitor_static_ensemble: settings.ensemble,
          master_quorum: String(settings.quorum),
        },
        null,
        2,
      ),
    ]),
    ...(settings.variant === 'enterprise' ? [text('etc/security-mode', [settings.security])] : []),
    ...(given('superuser_password_hash') === ''
      ? []
      : [
          {
            path: 'etc_master/superuser',
            mode: 0o600,
            content: `${given('superuser_username')}:${given('superuser_password_hash')}\n`,
          },
        ]),
    ...(settings.authority === ''
      ? []
      : [{ path: 'etc_master/custom-ca.crt', mode: 0o644, content: settings.authority }]),
    ...(settings.exhibitorPassword === '' ? [] : [password(settings.exhibitorPassword)]),
    ...(checkTool === 'dcos-diagnostics'
      ? [text('etc/dcos-diagnostics-runner-config.json', [checkNames])]
      : checkTool === 'dcos-check-runner'
        ? [text('etc/dcos-check-config.json', [checkNames])]
        : []),
  ];
}

/** `gen/dcos-metadata.yaml`. The upgrade script greps this file for `version`: one key a line, and no other has it. */
function metadataFiles(settings: Settings): readonly PackageFile[] {
  const { version, variant } = settings;
  const document = {
    version,
    'dcos-image-commit': imageCommit(version, variant),
    'bootstrap-id': bootstrapId(version, variant),
  };
  return [text('etc/dcos-version.json', [JSON.stringify(document, null, 2)])];
}

function mesosMaster(settings: Settings): readonly string[] {
  return [
    'MESOS_IP_DISCOVERY_COMMAND=/opt/mesosphere/bin/detect_ip',
    `MESOS_QUORUM=${settings.quorum}`,
    `MESOS_ZK=zk://${zookeeperNames}/mesos`,
    'MESOS_WORK_DIR=/var/lib/dcos/mesos/master',
    'MESOS_REGISTRY_STRICT=false',
    'MESOS_REGISTRY_STORE_TIMEOUT=60secs',
    'MESOS_REGISTRY_FETCH_TIMEOUT=60secs',
    'MESOS_SLAVE_REMOVAL_RATE_LIMIT=1/20mins',
    'MESOS_MAX_SLAVE_PING_TIMEOUTS=20',
    'MESOS_CLUSTER=' + (settings.given.get('cluster_name') ?? ''),
  ];
}

function mesosAgent(): readonly string[] {
  return [
    'MESOS_IP_DISCOVERY_COMMAND=/opt/mesosphere/bin/detect_ip',
    `MESOS_MASTER=zk://${zookeeperNames}/mesos`,
    'MESOS_WORK_DIR=/var/lib/mesos/slave',
  ];
}

/** Never addresses: spartan and dcos-net map these five onto the list of masters. */
const zookeeperNames = [1, 2, 3, 4, 5].map((number) => `zk-${number}.zk:2181`).join(',');

/** The names that the checks' program knows by itself; the file's presence is what the upgrade script looks at. */
const checkNames = JSON.stringify({ cluster_checks: {}, node_checks: {} });

/** `packages/exhibitor`: the realm's user is `admin`. Only root and Exhibitor read it. */
function password(value: string): PackageFile {
  return { path: 'etc_master/exhibitor-auth', mode: 0o600, content: `admin:${value}\n` };
}

function text(path: string, lines: readonly string[]): PackageFile {
  return { path, mode: 0o644, content: `${lines.join('\n')}\n` };
}

function shown(key: string, value: string): string {
  return secrets.includes(key) ? '**HIDDEN**' : value;
}
