// The cluster file of a lab of hosts.

import { stringify } from 'yaml';
import type { HostsFile } from './hosts-file.js';
import { sshConfigPath } from './hosts-files.js';

/** Its text. */
export function clusterYaml(directory: string, file: HostsFile): string {
  const { name, dcos, bootstrap, masters, agents, dns } = file;
  return stringify(
    {
      schema: 'succession.cluster/1',
      name,
      platform: 'dcos',
      dcos: { version: dcos.version, variant: dcos.variant, security: dcos.security },
      bootstrap: { address: bootstrap, directory: '/root/dcos', generator: generatorOf(file) },
      masters,
      agents: { private: agents.private, public: agents.public },
      ssh: { configFile: sshConfigPath(directory), user: 'core', sudo: 'passwordless' },
      ...(dns.names.length === 0 ? {} : { dns: { server: bootstrap, names: dns.names } }),
    },
    { lineWidth: 0 },
  );
}

/** The name of the configuration generator on the bootstrap node. */
export function generatorOf(file: HostsFile): string {
  return file.dcos.variant === 'enterprise' ? 'dcos_generate_config.ee.sh' : 'dcos_generate_config.sh';
}
