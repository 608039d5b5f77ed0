// The cluster file of a lab of hosts.

import { stringify } from 'yaml';
import type { HostsFile } from './hosts-file.js';
import { quote } from '../../remote/quote.js';
import { generatorName } from '../dcos-host/bootstrap-files.js';
import { namesFile } from './first-files.js';
import { namesHookPath, sshConfigPath, superuser, superuserPasswordPath } from './hosts-files.js';

/** Its text. */
export function clusterYaml(directory: string, file: HostsFile): string {
  const { name, dcos, bootstrap, masters, agents, dns } = file;
  return stringify(
    {
      schema: 'succession.cluster/1',
      name,
      platform: 'dcos',
      dcos: { version: dcos.version, variant: dcos.variant, security: dcos.security },
      bootstrap: { address: bootstrap, directory: '/root/dcos', generator: generatorName(dcos.variant) },
      masters,
      agents: { private: agents.private, public: agents.public },
      ssh: { configFile: sshConfigPath(directory), user: 'core', sudo: 'passwordless' },
      ...(dcos.security === 'strict'
        ? { superuser: { uid: superuser.uid, passwordFile: superuserPasswordPath(directory) } }
        : {}),
      ...(dns.names.length === 0
        ? {}
        : { dns: { server: bootstrap, names: dns.names, hook: quote(namesHookPath(directory)) } }),
      // The runbook waits an hour; a minute shows what it does.
      soakMs: 60_000,
    },
    { lineWidth: 0 },
  );
}

/** The program that gives the lab's names to the masters of the day: what an operator's own would do at a real name server. */
export function namesHook(directory: string, { bootstrap }: HostsFile): string {
  return `#!/bin/sh
# Points the names of this lab to the masters that it is told.
set -eu
for name in $SUCCESSION_DNS_NAMES; do
  for master in $SUCCESSION_MASTERS; do echo "$master $name"; done
done | ssh -F ${quote(sshConfigPath(directory))} root@${bootstrap} ${quote(`cat >/run/names && cp /run/names ${namesFile}`)}
`;
}
