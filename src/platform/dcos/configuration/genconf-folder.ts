// What do a genconf folder and the generator beside it say of a cluster?

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import { parseAddress } from '../../../model/address.js';
import { type Checked, refuse } from '../../../model/fault.js';
import { listedMasters, readConfig } from './config-yaml.js';

/** A cluster as far as its genconf folder tells. Null: it does not say. */
export interface FoundCluster {
  readonly name: string | null;
  readonly masters: readonly Address[];
  readonly agents: { readonly private: readonly Address[]; readonly public: readonly Address[] };
  /** The host of `bootstrap_url`, when it is an address. */
  readonly bootstrap: Address | null;
  readonly variant: 'open' | 'enterprise' | null;
  readonly security: 'disabled' | 'permissive' | 'strict';
  readonly generator: string | null;
  readonly sshUser: string | null;
  readonly sshPort: number | null;
  /** Whether Exhibitor wants a password. Never the password itself. */
  readonly exhibitorPassword: boolean;
  /** The first user of the enterprise variant. */
  readonly superuser: string | null;
  /** Whether it names a certificate authority of the operator's. */
  readonly customAuthority: boolean;
}

const listSchema: z.ZodType<readonly Address[]> = z
  .array(z.string())
  .transform((all) => all.filter((text) => parseAddress(text, 'ipv4', '').ok));
const securitySchema: z.ZodType<FoundCluster['security']> = z.enum(['disabled', 'permissive', 'strict']);
const portSchema = z.coerce.number().int().min(1).max(65_535);

/** @param generators the names of files beside `genconf/` that look like a generator */
export function foundCluster(
  text: string,
  fileName: string,
  generators: readonly string[],
): Checked<FoundCluster> {
  const config = readConfig(text, fileName);
  if (!config.ok) return config;
  const list = listedMasters(config.value);
  if (!list.ok) return list;
  const masters = list.value.addresses.map((address) => parseAddress(address, 'ipv4', fileName));
  const faults = masters.flatMap((one) => (one.ok ? [] : one.faults));
  if (faults.length > 0) return { ok: false, faults };
  const { content } = config.value;
  const textOf = (key: string): string | null => {
    const value = content[key];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  if (
    (textOf('master_discovery') ?? 'static') !== 'static' ||
    (textOf('exhibitor_storage_backend') ?? 'static') !== 'static'
  ) {
    return refuse({
      rule: 'not-static',
      place: fileName,
      message: 'The masters of this cluster are no static list.',
      remedy:
        'Only clusters with master_discovery and exhibitor_storage_backend static are changed by this tool.',
    });
  }
  const [generator = null, ...others] = generators;
  const security = securitySchema.safeParse(content['security']);
  const port = portSchema.safeParse(content['ssh_port']);
  return {
    ok: true,
    value: {
      name: textOf('cluster_name'),
      masters: masters.flatMap((one) => (one.ok ? [one.value] : [])),
      agents: {
        private: addressList(content['agent_list']),
        public: addressList(content['public_agent_list']),
      },
      bootstrap: hostOf(textOf('bootstrap_url')),
      variant: variantOf(generator, content),
      security: security.success ? security.data : 'disabled',
      generator: others.length === 0 ? generator : null,
      sshUser: textOf('ssh_user'),
      sshPort: port.success && port.data !== 22 ? port.data : null,
      exhibitorPassword: textOf('exhibitor_admin_password') !== null,
      superuser: textOf('superuser_username'),
      customAuthority: textOf('ca_certificate_path') !== null,
    },
  };
}

function addressList(value: unknown): readonly Address[] {
  const list = listSchema.safeParse(value);
  return list.success ? [...new Set(list.data)] : [];
}

function hostOf(url: string | null): Address | null {
  const host = /^https?:\/\/([^:/]+)/.exec(url ?? '')?.[1] ?? '';
  return parseAddress(host, 'ipv4', '').ok ? host : null;
}

/** The enterprise generator is named `dcos_generate_config.ee.sh`; only it knows `security` and `superuser_username`. */
function variantOf(
  generator: string | null,
  content: Readonly<Record<string, unknown>>,
): FoundCluster['variant'] {
  if (generator?.includes('.ee.') === true) return 'enterprise';
  if ('superuser_username' in content || 'security' in content) return 'enterprise';
  return generator === null ? null : 'open';
}
