// What does a first cluster file look like, with a remark on everything that a person may want to change?

import type { Address } from '../../model/ensemble.js';
import type { FoundCluster } from './configuration/genconf-folder.js';

/** What is known when the file is written. */
export interface Starter extends FoundCluster {
  /** Of the bootstrap node's folder that holds `genconf/`. */
  readonly directory: string;
  /** As a master says; null when none could be asked. */
  readonly version: string | null;
  /** Where `ssh` finds its way; the operator's own `ssh_config` when left out. */
  readonly ssh: { readonly configFile: string | null; readonly user: string | null; readonly sudo: string };
}

/** What a person has to fill in before the file can be used, each with its reason. */
export function openPlaces(starter: Starter): readonly string[] {
  return [
    ...(starter.version === null ? ['dcos.version: no master could be asked for it'] : []),
    ...(starter.variant === null ? ['dcos.variant: there is no generator beside genconf/'] : []),
    ...(starter.bootstrap === null ? ['bootstrap.address: bootstrap_url names no address'] : []),
    ...(starter.generator === null
      ? ['bootstrap.generator: not exactly one dcos_generate_config*.sh lies there']
      : []),
    ...(starter.agents.private.length + starter.agents.public.length === 0
      ? ['agents: config.yaml lists none; add them, or they keep the old list of masters']
      : []),
  ];
}

/** The text. It has the shape of a cluster file where {@link openPlaces} is empty. */
export function starterFile(starter: Starter): string {
  const { name, version, variant, security, bootstrap, directory, generator, masters, agents, ssh } = starter;
  return `# A DC/OS cluster for Succession. Written by \`succession init\` from genconf/config.yaml; yours from now on.
schema: succession.cluster/1
name: ${JSON.stringify(nameOf(name))}
platform: dcos

dcos:
  # As installed now, in quotes, with its patch: the key \`version\` of /opt/mesosphere/etc/dcos-version.json on a master.
  version: ${version === null ? '# "1.9.10"' : JSON.stringify(version)}
  # open or enterprise.
  variant: ${variant ?? '# open'}
  # disabled, or of the enterprise variant: permissive or strict.
  security: ${variant === 'open' ? 'disabled' : security}

bootstrap:
  address: ${bootstrap ?? '# 10.0.0.9, the host with genconf/'}
  # The folder that holds genconf/ and the generator.
  directory: ${JSON.stringify(directory)}
  generator: ${generator ?? '# dcos_generate_config.sh'}

# The masters as they are now. Their ZooKeeper ids follow from sorting them as text.
masters:
${list(masters, '  ')}

# Every agent: each is told of the new masters. config.yaml knows only those that the SSH installer was given.
agents:
  private:${agents.private.length === 0 ? ' []' : `\n${list(agents.private, '    ')}`}
  public:${agents.public.length === 0 ? ' []' : `\n${list(agents.public, '    ')}`}

# How hosts are reached: by the ssh of this machine, with its agent, known_hosts and ProxyJump.
ssh:
${optional('configFile', ssh.configFile, '/home/me/.ssh/config')}
${optional('user', ssh.user, 'centos')}
${optional('port', starter.sshPort === null ? null : String(starter.sshPort), '22')}
  # none (the user is root), passwordless, or password: then sudoPasswordFile names a file that only you can read.
  sudo: ${ssh.sudo}

${
  starter.exhibitorPassword
    ? `# config.yaml sets exhibitor_admin_password: put it into a file that only you can read.
exhibitor:
  passwordFile: /root/exhibitor-password`
    : `# Where exhibitor_admin_password is set, a file that holds it:
# exhibitor:
#   passwordFile: /root/exhibitor-password`
}
${enterprisePart(starter)}
# Names that point to the masters. The run waits at its end until they point to the new ones, and to no other; or it runs
# the hook, which finds them in SUCCESSION_DNS_NAMES, SUCCESSION_MASTERS and SUCCESSION_LEFT. A name under "names" points
# to every master, one under "partial" to some.
# dns:
#   names: [masters.example.com]
#   partial: [zookeeper.example.com]
#   server: 10.0.0.53
#   hook: ./change-dns.sh

# Agents are upgraded side by side, after one that is tried first.
# agentsRollout:
#   concurrency: 8
#   canary: 1
#   failureBudget: 0
#   taskLoss: 0.1

# A quiet time after each changed master, in ms, once all its services are up: none unless it is given. 15 minutes are
# what cautious procedures keep. "succession approve" ends one early.
# settleMs: 900000

# How long the cluster is watched at the end, in ms: an hour.
# soakMs: 3600000
`;
}

/** Under strict security Mesos answers nobody without a token, so the file has to name a user. */
function enterprisePart({ variant, security, superuser, customAuthority }: Starter): string {
  if (variant !== 'enterprise') return '';
  const remark = security === 'strict' ? '' : '# ';
  return `
${
  security === 'strict'
    ? "# security is strict: Mesos wants a token. Put this user's password into a file that only you can read."
    : '# Under security: strict Mesos wants a token. Who gets one, and a file with the password that only you can read:'
}
${remark}superuser:
${remark}  uid: ${JSON.stringify(superuser ?? 'bootstrapuser')}
${remark}  passwordFile: /root/superuser-password

# ${customAuthority ? 'config.yaml names' : 'Where config.yaml names'} a certificate authority of yours: its private key comes from a master that has it, unless you
# name a file of this machine that only you can read:
# customCaKeyFile: /root/custom_ca.key
`;
}

function list(addresses: readonly Address[], indent: string): string {
  return addresses.map((address) => `${indent}- ${address}`).join('\n');
}

function optional(key: string, value: string | null, example: string): string {
  return value === null ? `  # ${key}: ${example}` : `  ${key}: ${value}`;
}

/** A cluster's name may hold anything; ours is a word. */
function nameOf(name: string | null): string {
  const word = (name ?? '').replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return word === '' ? 'dcos' : word;
}
