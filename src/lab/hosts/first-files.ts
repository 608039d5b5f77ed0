// What is written to a machine's fresh disk before it boots for the first time.

import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Address } from '../../model/ensemble.js';
import { machineDirectory } from './hosts-files.js';
import type { HostsPlan } from './hosts-files.js';

/** The machine's name, as the runbook's cloud forms it: `ip-172-31-16-60`. */
export function nameOf(address: Address): string {
  return `ip-${address.replaceAll('.', '-')}`;
}

/** The file on the bootstrap node from which it answers for the lab's names; `/etc/hosts` has the same form. */
export const namesFile = '/etc/succession-lab/dns/names';

/** Writes them below `root`. */
export async function writeFirstFiles(
  directory: string,
  plan: HostsPlan,
  address: Address,
  root: string,
): Promise<void> {
  const key = join(machineDirectory(directory, address), 'ssh_host_ed25519_key');
  const authorized = await readFile(join(directory, 'key.pub'), 'utf8');
  const role = plan.machines.find((machine) => machine.address === address)?.role;
  const bootstrap = plan.machines.find((machine) => machine.role === 'bootstrap')?.address ?? address;
  const put = (path: string, text: string, mode = 0o644): Promise<void> =>
    writeAt(join(root, path), text, mode);
  await put('/etc/hostname', `${nameOf(address)}\n`);
  await put('/etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444);
  await put('/etc/hosts', `127.0.0.1 localhost\n${address} ${nameOf(address)}\n`);
  await put('/etc/resolv.conf', `nameserver ${bootstrap}\noptions timeout:1 attempts:2\n`);
  await put('/etc/containerd/config.toml', containerd);
  await put('/etc/succession-lab/host.json', plan.cards[address] ?? '{}\n');
  await put('/etc/ssh/ssh_host_ed25519_key', await readFile(key, 'utf8'), 0o600);
  await put('/etc/ssh/ssh_host_ed25519_key.pub', await readFile(`${key}.pub`, 'utf8'));
  for (const [home, id] of [
    ['/root', 0],
    ['/home/core', 1000],
    ['/home/ops', 1001],
  ] as const) {
    await put(`${home}/.ssh/authorized_keys`, authorized, 0o600);
    await chown(join(root, home, '.ssh/authorized_keys'), id, id);
  }
  if (role !== 'bootstrap') return;
  await put(namesFile, namesText(plan));
  await put('/etc/nginx/sites-enabled/default', site);
  await put('/etc/nginx/nginx.conf', nginx);
  await put('/etc/systemd/system/lab-dns.service', dnsUnit(address));
  const wants = join(root, '/etc/systemd/system/multi-user.target.wants');
  await symlink('/etc/systemd/system/lab-dns.service', join(wants, 'lab-dns.service'));
  await symlink('/lib/systemd/system/nginx.service', join(wants, 'nginx.service'));
}

/** What is there goes first: a link of the host's may be absolute, and would lead out of its disk into this machine's. */
async function writeAt(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, text, { flag: 'wx' });
  await chmod(path, mode);
}

/** Its CRI part would listen at a port of chance, maybe one that DC/OS wants; Docker has no use for it. */
const containerd = 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n';

function namesText(plan: HostsPlan): string {
  const masters = plan.machines.filter((machine) => machine.role === 'master');
  return plan.names.flatMap((name) => masters.map(({ address }) => `${address} ${name}\n`)).join('');
}

/** The generator's container serves `/root/dcos/genconf/serve` through nginx; so the worker must get into `/root`. */
const nginx = `user root;
worker_processes 1;
pid /run/nginx.pid;
events { worker_connections 512; }
http {
  types { text/plain sh; }
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  error_log /var/log/nginx/error.log;
  include /etc/nginx/sites-enabled/*;
}
`;

const site = `server {
  listen 80 default_server;
  root /root/dcos/genconf/serve;
}
`;

/** Files of a hosts directory are read anew when they change: whoever edits one moves a name, at once. */
function dnsUnit(address: Address): string {
  return `[Unit]
Description=The lab's name server, from the files in ${dirname(namesFile)}

[Service]
ExecStart=/usr/sbin/dnsmasq --keep-in-foreground --no-resolv --no-hosts --no-daemon --local-ttl=0 --bind-interfaces --listen-address=${address} --hostsdir=${dirname(namesFile)}
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;
}
