// What a lab of hosts needs beside its machines to have DC/OS on them, and whether it is there.

import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { invariant } from '../../model/invariant.js';
import { dcosVersion } from '../../platform/dcos/versions.js';
import type { DcosVersion } from '../../platform/dcos/versions.js';
import { bootstrapFiles, type LabFile } from '../dcos-host/bootstrap-files.js';
import { findDistribution, thisMachine } from '../zookeeper-distribution.js';
import { makeAuthority } from '../dcos-host/web/certificates.js';
import type { HostsFile } from './hosts-file.js';
import { type SharedFolder, superuser } from './hosts-files.js';

/** Everything at hand, or what is missing. */
export type Preparation =
  | {
      readonly kind: 'ready';
      readonly version: DcosVersion;
      /** What every host has to see: the ZooKeeper that this version ships. */
      readonly shared: readonly SharedFolder[];
      readonly files: readonly LabFile[];
    }
  | { readonly kind: 'missing'; readonly reason: string; readonly remedy: string };

/** Of config.yaml, where a person has given the cluster an authority. */
export const authorityKeys = {
  ca_certificate_path: 'genconf/dcos-ca-certificate.crt',
  ca_certificate_key_path: 'genconf/dcos-ca-certificate-key.key',
} as const;

/** Fetches the ZooKeeper if need be. */
export async function prepareDcos(file: HostsFile): Promise<Preparation> {
  const { dcos, bootstrap, masters, agents } = file;
  const version = dcosVersion(dcos.version);
  if (version === undefined)
    return missing(`nobody studied DC/OS ${dcos.version}`, 'ask for one from 1.9 to 2.2, such as 1.9.10');
  const authority = dcos.customCa ? await makeAuthority("The operator's own root") : null;
  const files = [
    ...bootstrapFiles({
      ...dcos,
      bootstrap,
      masters,
      privateAgents: agents.private,
      publicAgents: agents.public,
      resolvers: [bootstrap],
      extra: {
        ...(dcos.variant === 'enterprise' ? { superuser_password_hash: await passwordHash() } : {}),
        ...(authority === null ? {} : authorityKeys),
        ...(dcos.exhibitorTls ? { exhibitor_tls_enabled: "'true'", exhibitor_tls_required: "'true'" } : {}),
      },
    }),
    ...(authority === null
      ? []
      : [
          { path: authorityKeys.ca_certificate_path, mode: 0o644, content: authority.certificate },
          { path: authorityKeys.ca_certificate_key_path, mode: 0o600, content: authority.key },
        ]),
  ];
  const found = await findDistribution(version.zookeeper, thisMachine());
  if (found.kind === 'missing') return missing(found.what, found.remedy);
  const [jar = ''] = found.distribution.classPath.split(':');
  const shared = [{ here: dirname(jar), there: `/usr/lib/zookeeper/${version.zookeeper}` }];
  return { kind: 'ready', version, shared, files };
}

/** As the installer's `--hash-password` prints it, but for its rounds. */
async function passwordHash(): Promise<string> {
  const made = execFile('openssl', ['passwd', '-6', '-stdin']);
  made.stdin?.end(`${superuser.password}\n`);
  invariant(made.stdout !== null, "openssl's standard output is a pipe");
  return (await text(made.stdout)).trim();
}

function missing(reason: string, remedy: string): Preparation {
  return { kind: 'missing', reason, remedy };
}
