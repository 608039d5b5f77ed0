// What the operator tells us about a DC/OS cluster: the document `succession.yaml`, and what is wrong with it.

import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parseAddress } from '../../model/address.js';
import type { Address } from '../../model/ensemble.js';
import type { Checked } from '../../model/fault.js';
import { cannotEdit, editDocument, parseClusterDocument, withList } from '../cluster-document.js';
import { notifySchema, type NotifySettings } from '../notify-settings.js';
import { sshAccessSchema, type SshAccess } from '../ssh-settings.js';
import { dcosVersion } from './versions.js';

/** The whole document. */
export interface DcosCluster {
  readonly schema: 'succession.cluster/1';
  readonly name: string;
  readonly platform: 'dcos';
  readonly dcos: {
    /** As installed, such as `1.9.10`. */
    readonly version: string;
    readonly variant: 'open' | 'enterprise';
    readonly security: 'disabled' | 'permissive' | 'strict';
  };
  readonly bootstrap: {
    readonly address: Address;
    /** Holds `genconf/` and the generator. Absolute. */
    readonly directory: string;
    /** The generator's file name, such as `dcos_generate_config.ee.sh`. */
    readonly generator: string;
  };
  /** The masters expected now; their ids follow from sorting. */
  readonly masters: readonly Address[];
  readonly agents: { readonly private: readonly Address[]; readonly public: readonly Address[] };
  readonly ssh: SshAccess;
  /** A file that holds the password of Exhibitor's user `admin`, where one is set. Absolute. */
  readonly exhibitor?: { readonly passwordFile: string } | undefined;
  /** The private key of the certificate authority that config.yaml names: a file of this machine. Absolute. */
  readonly customCaKeyFile?: string | undefined;
  /** Who may ask Mesos under strict security, and a file that holds the password. Absolute. */
  readonly superuser?: { readonly uid: string; readonly passwordFile: string } | undefined;
  /** The names that must point to the masters, whom to ask, and the operator's command that changes them. */
  readonly dns?:
    | {
        readonly server?: string | undefined;
        /** Each must lead to every master. */
        readonly names: readonly string[];
        /** Each leads to one master or several. */
        readonly partial?: readonly string[] | undefined;
        readonly hook?: string | undefined;
      }
    | undefined;
  readonly agentsRollout?:
    | {
        readonly concurrency: number;
        readonly canary: number;
        readonly failureBudget: number;
        /** The share of the tasks that may be gone after an agent's upgrade, 0 to 1. */
        readonly taskLoss?: number | undefined;
      }
    | undefined;
  readonly notify?: NotifySettings | undefined;
  /** A wait after each upgraded master, in ms. */
  readonly settleMs?: number | undefined;
  /** How long the changed cluster is watched at the end, in ms. */
  readonly soakMs?: number | undefined;
}

const versionRule = 'must be a version of DC/OS from 1.9 to 2.2, in quotes, such as "1.9.10"';
const absolute = z.string().regex(/^\/\S*$/, 'must be an absolute path without blanks');
const whole = z.number().int().min(0);
const address = z.string().transform((text, context) => {
  const checked = parseAddress(text, 'ipv4', 'address');
  if (checked.ok) return checked.value;
  for (const { message, remedy } of checked.faults)
    context.addIssue({ code: 'custom', message: `${message} ${remedy}` });
  return z.NEVER;
});

const clusterSchema: z.ZodType<DcosCluster> = z
  .strictObject({
    schema: z.literal('succession.cluster/1'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'may hold letters, digits, dots, dashes and underscores'),
    platform: z.literal('dcos'),
    dcos: z.strictObject({
      version: z
        .string(versionRule)
        .refine((text) => dcosVersion(text) !== undefined, versionRule)
        .refine((text) => text.split('.').length === 3, 'must name its patch as well, such as "1.9.10"'),
      variant: z.enum(['open', 'enterprise']),
      security: z.enum(['disabled', 'permissive', 'strict']).default('disabled'),
    }),
    bootstrap: z.strictObject({
      address,
      directory: absolute,
      generator: z.string().regex(/^[A-Za-z0-9._-]+$/, 'must be the name of a file'),
    }),
    // `Must have 1, 3, 5, 7, or 9 masters`: gen/calc.py in dcos/dcos.
    masters: z
      .array(address)
      .refine(
        (all) => [1, 3, 5, 7, 9].includes(all.length),
        'must be 1, 3, 5, 7 or 9: DC/OS allows no other',
      ),
    agents: z
      .strictObject({ private: z.array(address).default([]), public: z.array(address).default([]) })
      .default({ private: [], public: [] }),
    ssh: sshAccessSchema.default({ sudo: 'none' }),
    exhibitor: z.strictObject({ passwordFile: absolute }).optional(),
    customCaKeyFile: absolute.optional(),
    superuser: z.strictObject({ uid: z.string().min(1), passwordFile: absolute }).optional(),
    dns: z
      .strictObject({
        server: z.string().optional(),
        names: z.array(z.string().min(1)).default([]),
        partial: z.array(z.string().min(1)).optional(),
        hook: z.string().min(1).optional(),
      })
      .refine(
        ({ names, partial = [] }) => names.length + partial.length > 0,
        'must name at least one, in `names` or in `partial`',
      )
      .refine(
        ({ names, partial = [] }) => !partial.some((name) => names.includes(name)),
        'has a name in `names` and in `partial`',
      )
      .optional(),
    agentsRollout: z
      .strictObject({
        concurrency: whole.min(1).default(8),
        canary: whole.default(1),
        failureBudget: whole.default(0),
        taskLoss: z.number().min(0).max(1).optional(),
      })
      .optional(),
    notify: notifySchema.optional(),
    settleMs: whole.optional(),
    soakMs: whole.optional(),
  })
  .superRefine(({ masters, agents, dcos, customCaKeyFile, superuser }, context) => {
    const listed = [
      ...masters.map((one, index) => [one, ['masters', index]] as const),
      ...agents.private.map((one, index) => [one, ['agents', 'private', index]] as const),
      ...agents.public.map((one, index) => [one, ['agents', 'public', index]] as const),
    ];
    for (const [place, [one, path]] of listed.entries()) {
      if (listed.findIndex(([other]) => other === one) < place)
        context.addIssue({ code: 'custom', path: [...path], message: `names ${one} a second time` });
    }
    if (dcos.variant === 'enterprise') return;
    const ofEnterprise = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message: `is of the enterprise variant${message}` });
    if (dcos.security !== 'disabled') ofEnterprise(['dcos', 'security'], ": must be 'disabled'");
    if (customCaKeyFile !== undefined) ofEnterprise(['customCaKeyFile'], '');
    if (superuser !== undefined) ofEnterprise(['superuser'], '');
  });

const example = '`succession init` writes a complete one from a genconf folder.';

/** Parses the text of a cluster file: the document, or everything that is wrong with it, each with `file:line`. */
export function parseDcosClusterFile(text: string, fileName: string): Checked<DcosCluster> {
  return parseClusterDocument(text, fileName, clusterSchema, example);
}

/** The document's text, as the lab writes it. */
export function renderDcosClusterFile(cluster: DcosCluster): string {
  return stringify(cluster, { lineWidth: 0 });
}

/** The text with these masters; every other byte stays. The result is compared with what was meant. */
export function withMasters(text: string, masters: readonly Address[], fileName: string): Checked<string> {
  const cannot = (reason: string): Checked<string> => cannotEdit(fileName, '`masters`', reason);
  const before = parseDcosClusterFile(text, fileName);
  if (!before.ok) return before;
  const edited = withList(text, 'masters', masters);
  if (edited === null) return cannot('its `masters` has no place of its own');
  const after = parseDcosClusterFile(edited, fileName);
  const asMeant = after.ok && isDeepStrictEqual(after.value, { ...before.value, masters: [...masters] });
  return asMeant ? { ok: true, value: edited } : cannot('the edit would change more than its `masters`');
}

/** Writes these masters into the file, whole or not at all. */
export function updateMasters(path: string, masters: readonly Address[]): Promise<Checked<string>> {
  return editDocument(path, (text) => withMasters(text, masters, path));
}
