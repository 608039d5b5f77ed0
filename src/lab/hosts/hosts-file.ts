// What a lab of hosts is made of: the document that `lab up --hosts` takes, and what is wrong with it.

import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { parseAddress } from '../../model/address.js';
import type { Address } from '../../model/ensemble.js';
import { refuse } from '../../model/fault.js';
import type { Checked, Fault } from '../../model/fault.js';
import { dcosVersion } from '../../platform/dcos/versions.js';

/** What a host is for. */
export type HostRole = 'bootstrap' | 'master' | 'spare' | 'private-agent' | 'public-agent';

/** The whole document. */
export interface HostsFile {
  readonly schema: 'succession.hosts-lab/1';
  readonly name: string;
  readonly dcos: {
    /** Such as `1.9.10`. */
    readonly version: string;
    readonly variant: 'open' | 'enterprise';
    readonly security: 'disabled' | 'permissive' | 'strict';
    /** Whether a person has given the cluster a certificate authority (`ca_certificate_path`). */
    readonly customCa: boolean;
    /** Whether Exhibitor wants a client's certificate (`exhibitor_tls_enabled`): from 2.0 on. */
    readonly exhibitorTls: boolean;
  };
  readonly bootstrap: Address;
  readonly masters: readonly Address[];
  /** Booted, with nothing installed: the newcomers of a plan. */
  readonly spares: readonly Address[];
  readonly agents: { readonly private: readonly Address[]; readonly public: readonly Address[] };
  /** Names that point to every master at first; the bootstrap node answers for them. */
  readonly dns: { readonly names: readonly string[] };
  /** ms by name, such as `exhibitorCheckMs`; what is left out is DC/OS' own. */
  readonly timing: Readonly<Record<string, number>>;
}

const address = z.string().transform((text, context) => {
  const checked = parseAddress(text, 'ipv4', 'address');
  if (checked.ok) return checked.value;
  for (const { message, remedy } of checked.faults)
    context.addIssue({ code: 'custom', message: `${message} ${remedy}` });
  return z.NEVER;
});
const addresses = z.array(address).default([]);
const label = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const schema: z.ZodType<HostsFile> = z
  .strictObject({
    schema: z.literal('succession.hosts-lab/1'),
    name: z.string().regex(label, 'may hold letters, digits, dots, dashes and underscores'),
    dcos: z.strictObject({
      version: z.string('must be a version in quotes, such as "1.9.10"'),
      variant: z.enum(['open', 'enterprise']).default('enterprise'),
      security: z.enum(['disabled', 'permissive', 'strict']).default('disabled'),
      customCa: z.boolean().default(false),
      exhibitorTls: z.boolean().default(false),
    }),
    bootstrap: address,
    masters: z.array(address).min(1),
    spares: addresses,
    agents: z
      .strictObject({ private: addresses, public: addresses })
      .default(() => ({ private: [], public: [] })),
    dns: z
      .strictObject({ names: z.array(z.string().regex(label, 'is no DNS name')).default([]) })
      .default(() => ({ names: [] })),
    timing: z.record(z.string(), z.number().int().positive()).default(() => ({})),
  })
  .superRefine((file, context) => {
    const { variant, version, security, customCa, exhibitorTls } = file.dcos;
    const facts = dcosVersion(version);
    const issue = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['dcos', key], message });
    if (variant === 'open' && security !== 'disabled') issue('security', 'is of the enterprise variant');
    if (customCa && (security === 'disabled' || facts?.customAuthority !== true))
      issue('customCa', 'is of the enterprise variant from 1.10 on, permissive or strict');
    if (exhibitorTls && (variant === 'open' || facts?.exhibitorTls !== true))
      issue('exhibitorTls', 'is of the enterprise variant from 2.0 on');
    const all = machinesOf(file).map((machine) => machine.address);
    const twice = all.find((one, index) => all.indexOf(one) < index);
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `names ${twice} twice` });
  });

/** One machine of the lab. */
export interface LabMachine {
  readonly address: Address;
  readonly role: HostRole;
}

/** Every machine that is booted, the bootstrap node first. */
export function machinesOf(file: HostsFile): readonly LabMachine[] {
  return [
    ...inRole('bootstrap', [file.bootstrap]),
    ...inRole('master', file.masters),
    ...inRole('spare', file.spares),
    ...inRole('private-agent', file.agents.private),
    ...inRole('public-agent', file.agents.public),
  ];
}

function inRole(role: HostRole, list: readonly Address[]): readonly LabMachine[] {
  return list.map((one) => ({ address: one, role }));
}

/** Reads the document. An unreadable file is a fault like any other. */
export async function readHostsFile(path: string): Promise<Checked<HostsFile>> {
  try {
    return parseHostsFile(await readFile(path, 'utf8'), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(fault(path, `The file of the lab can't be read: ${reason}.`));
  }
}

/** Parses the document's text. */
export function parseHostsFile(text: string, fileName: string): Checked<HostsFile> {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((error) => fault(fileName, `This is not YAML: ${error.message}.`)),
    };
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? 'The document' : `'${issue.path.join('.')}'`;
    return fault(fileName, `${where}: ${issue.message.replace(/\.$/, '')}.`);
  });
  return { ok: false, faults };
}

function fault(place: string, message: string): Fault {
  return {
    rule: 'hosts-file',
    place,
    message,
    remedy: 'Correct it; examples/lab-5-masters.yaml is a whole one.',
  };
}
