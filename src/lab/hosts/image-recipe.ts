// What a host's disk holds before anything is written to it: Debian, without what is useless in a container.

import { createHash } from 'node:crypto';

/** The Debian release of every host. */
export const release = 'bookworm';

/** Beside debootstrap's smallest set; nothing that is only recommended. */
export const packages: readonly string[] = [
  'ca-certificates',
  'curl',
  'dbus',
  'dnsmasq-base',
  'docker.io',
  'faketime',
  'iproute2',
  'ipset',
  'iputils-ping',
  'jq',
  'less',
  'libatomic1',
  'nftables',
  'nginx-light',
  'openjdk-17-jre-headless',
  'openssh-server',
  'openssl',
  'procps',
  // The generator's stand-in reads config.yaml as the real one does.
  'python3-yaml',
  'sudo',
  'systemd',
  'systemd-sysv',
  'unzip',
  'xz-utils',
];

/** Units that only take time: what they see to is seen to from outside, or not there. */
const masked = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'console-getty.service',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty.target',
  'remote-fs.target',
  'systemd-networkd.service',
  'systemd-pstore.service',
  'systemd-udevd.service',
];

/** The daemon answers `docker ps` in a container; nothing here runs a container of Docker's. */
const dockerOptions = '--iptables=false --ip-forward=false --bridge=none --storage-driver=vfs';

/** The path of the library that shifts the clock of new processes. */
export const faketimeLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/**
 * Runs as root in the new disk. Docker starts when somebody asks it (docker.socket): fourteen daemons at once would be
 * most of a boot. On a host whose clock is shifted timers and intervals stay true, as on a real one; and libfaketime
 * reads its setting once, since sshd may open no file once it has locked itself in. The journal survives a reboot.
 */
export const finishing: string = `set -eu
for unit in ${masked.join(' ')}; do ln -sf /dev/null "/etc/systemd/system/$unit"; done
cd /etc/systemd/system/multi-user.target.wants
rm -f docker.service containerd.service nginx.service
mkdir -p /etc/systemd/system/docker.service.d /etc/systemd/system.conf.d
cat > /etc/systemd/system/docker.service.d/lab.conf <<'END'
[Service]
ExecStart=
ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock ${dockerOptions}
END
cat > /etc/systemd/system.conf.d/lab.conf <<'END'
[Manager]
DefaultEnvironment=FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_CACHE_DURATION=1000000
DefaultTimeoutStopSec=20s
END
printf 'FAKETIME_DONT_FAKE_MONOTONIC=1\\nFAKETIME_CACHE_DURATION=1000000\\n' >> /etc/environment
cat > /etc/ssh/sshd_config.d/lab.conf <<'END'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
MaxStartups 100
END
rm -f /etc/ssh/ssh_host_*
useradd --create-home --shell /bin/bash --uid 1000 core
useradd --create-home --shell /bin/bash --uid 1001 ops
echo 'ops:correct horse' | chpasswd
printf 'core ALL=(ALL) NOPASSWD: ALL\\nops ALL=(ALL) ALL\\n' > /etc/sudoers.d/lab
chmod 0440 /etc/sudoers.d/lab
for home in /root /home/core /home/ops; do mkdir -p -m 700 "$home/.ssh"; done
chown core: /home/core/.ssh
chown ops: /home/ops/.ssh
mkdir -p /var/log/journal
touch /etc/default/locale
rm -f /etc/hostname /etc/machine-id /var/lib/dbus/machine-id /etc/resolv.conf
rm -rf /usr/share/doc /usr/share/man /usr/share/locale /usr/share/info /var/cache/apt /var/lib/apt/lists /var/log/*.log
mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists/partial
`;

/** Changes whenever the image would come out differently. */
export function recipeHash(): string {
  return createHash('sha256')
    .update(JSON.stringify([release, packages, finishing]))
    .digest('hex')
    .slice(0, 16);
}
