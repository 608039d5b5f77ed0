// What does `dcos_install.sh` write on a node and start there? (`gen/dcos-services.yaml`, `gen/cloud-config.yaml`)

import { dcosVersion } from '../../../platform/dcos/versions.js';
import type { Generation } from './install-script.js';
import { bootstrapId } from './generator-script.js';
import { isFromBefore111 } from './version-families.js';

/** Shell functions; `dcos_install` does it all. */
export function installServices(generation: Generation): string {
  const { exhibitorRoot = '' } = generation;
  return `dcos_install() {
${exhibitorRoot === '' ? '' : writeFile({ path: '/tmp/root-cert.pem', lines: [exhibitorRoot.trimEnd()] })}
    echo -e 'Creating directories under /etc/mesosphere'
    mkdir -p /etc/mesosphere/roles /etc/mesosphere/setup-flags
    local role
    for role in $ROLES; do
        echo "Creating role file for $role"
        touch "/etc/mesosphere/roles/$role"
    done
    echo -e 'Configuring DC/OS'
    configure_dcos
    echo -e 'Setting and starting DC/OS'
    setup_and_start_services
}

configure_dcos() {
${setupFlags(generation).map(writeFile).join('')}}

setup_and_start_services() {
${services(generation).map(writeFile).join('')}
    systemctl restart systemd-journald
    # Docker, too: it takes a SIGPIPE when the journal dies.
    systemctl restart docker
    systemctl start dcos-link-env
    systemctl enable dcos-setup
    if ((SYSTEMCTL_NO_BLOCK)); then
        systemctl start dcos-setup --no-block
    else
        systemctl start dcos-setup
    fi
}
`;
}

interface HostFile {
  readonly path: string;
  readonly lines: readonly string[];
}

function setupFlags({ settings, packageIds, packageListId }: Generation): readonly HostFile[] {
  const flags = '/etc/mesosphere/setup-flags';
  const list =
    dcosVersion(settings.version)?.packageList === 'cluster-packages.json'
      ? { path: `${flags}/cluster-packages.json`, lines: [JSON.stringify(packageIds)] }
      : { path: `${flags}/cluster-package-list`, lines: [packageListId] };
  return [
    { path: `${flags}/repository-url`, lines: [settings.bootstrapUrl] },
    list,
    {
      path: '/etc/systemd/journald.conf.d/dcos.conf',
      lines: ['[Journal]', 'MaxLevelConsole=warning', 'RateLimitInterval=1s', 'RateLimitBurst=10000'],
    },
    {
      path: '/etc/rexray/config.yml',
      lines: [
        'rexray:',
        '  loglevel: info',
        '  modules:',
        '    default-admin:',
        '      host: tcp://127.0.0.1:61003',
      ],
    },
  ];
}

function services({ settings }: Generation): readonly HostFile[] {
  const tarball = '/tmp/bootstrap.tar.xz';
  const id = bootstrapId(settings.version, settings.variant);
  return [
    unit(
      'dcos-link-env',
      ['[Unit]', 'Before=dcos.target'],
      [
        'ExecStartPre=/bin/mkdir -p /etc/profile.d',
        'ExecStart=/bin/ln -sf /opt/mesosphere/environment.export /etc/profile.d/dcos.sh',
      ],
    ),
    unit(
      'dcos-download',
      [
        '[Unit]',
        'Description=Pkgpanda: Download DC/OS to this host.',
        'After=network-online.target',
        'Wants=network-online.target',
        `ConditionPathExists=!/opt/mesosphere/${isFromBefore111(settings.version) ? '' : 'active/'}`,
      ],
      [
        `ExecStartPre=/usr/bin/curl --keepalive-time 2 -fLsSv --retry 20 -Y 100000 -y 60 -o ${tarball} ${settings.bootstrapUrl}/bootstrap/${id}.bootstrap.tar.xz`,
        'ExecStartPre=/bin/mkdir -p /opt/mesosphere',
        `ExecStart=/bin/tar -axf ${tarball} -C /opt/mesosphere`,
        `ExecStartPost=-/bin/rm -f ${tarball}`,
      ],
    ),
    unit(
      'dcos-setup',
      [
        '[Unit]',
        'Description=Pkgpanda: Specialize DC/OS for this host.',
        'Requires=dcos-download.service',
        'After=dcos-download.service',
      ],
      ['EnvironmentFile=/opt/mesosphere/environment', 'ExecStart=/opt/mesosphere/bin/pkgpanda setup'],
      ['[Install]', 'WantedBy=multi-user.target'],
    ),
  ];
}

function unit(
  name: string,
  head: readonly string[],
  service: readonly string[],
  install: readonly string[] = [],
): HostFile {
  const output = ['StandardOutput=journal', 'StandardError=journal'];
  const lines = [...head, '', '[Service]', 'Type=oneshot', ...output, ...service, '', ...install];
  return { path: `/etc/systemd/system/${name}.service`, lines };
}

function writeFile({ path, lines }: HostFile): string {
  return `    mkdir -p "$(dirname ${path})"
    cat <<'EOF' > ${path}
${lines.join('\n')}
EOF
    chmod 0644 ${path}
`;
}
