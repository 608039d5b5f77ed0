// What the operator tells us about a cluster: the document `succession.yaml`, and what is wrong with it.

import { stringify } from 'yaml';
import { z } from 'zod';
import { parseAddress } from '../../model/address.js';
import { describeEnsemble, ensembleOf, sameEnsemble, sortedEnsemble } from '../../model/ensemble.js';
import type { Address, Ensemble, IdPolicy } from '../../model/ensemble.js';
import type { Checked } from '../../model/fault.js';
import { parseClusterDocument, readDocument } from '../cluster-document.js';
import { notifySchema, type NotifySettings } from '../notify-settings.js';
import { checkHostAccess, hostAccessShape, type HostAccess } from '../ssh-settings.js';

/** A key of `zoo.cfg` beside the server lines and the data directories. Text may hold `{address}` and `{directory}`. */
export type Setting = string | number | boolean;

/** One machine that is, was or may become a member. */
export interface ClusterHost {
  readonly address: Address;
  /** The address that is really dialled and written into `zoo.cfg`, where it differs: the lab's. */
  readonly standIn?: string | undefined;
  /** What `{directory}` means in the templates; absolute. */
  readonly directory: string;
}

/** Shell commands, one for each deed. `{directory}` and `{address}` are put in as one shell word each. */
export interface ClusterCommands {
  /** Returns once the server's process runs. */
  readonly start: string;
  /** Returns once the server's process is gone; harmless when it does not run. */
  readonly stop: string;
  /** Prints the process id; exit status 1 when the server does not run, any other when that can't be told. */
  readonly running: string;
  readonly enable: string;
  readonly disable: string;
  /** Exit status 0 when the server comes back after a reboot, 1 when not. */
  readonly enabled: string;
}

/** The whole document. */
export interface Cluster extends HostAccess {
  readonly schema: 'succession.cluster/1';
  readonly name: string;
  readonly platform: 'zookeeper';
  readonly idPolicy: IdPolicy;
  readonly zookeeper: {
    /** The version that runs, such as `3.4.8`: it decides who can join when. */
    readonly version: string;
    readonly clientPort: number;
    readonly quorumPort: number;
    readonly electionPort: number;
    readonly settings: Readonly<Record<string, Setting>>;
    /** A file that holds `super:PASSWORD`, for the changes of the list that the servers make themselves. Absolute. */
    readonly credentialsFile?: string | undefined;
  };
  /** The members expected now. */
  readonly ensemble: Ensemble;
  readonly hosts: readonly ClusterHost[];
  /** Absolute paths, as templates with `{directory}` and `{address}`. */
  readonly paths: {
    /** The file `zoo.cfg` itself. */
    readonly configuration: string;
    readonly dataDirectory: string;
    readonly dataLogDirectory?: string | undefined;
  };
  readonly commands: ClusterCommands;
  readonly notify?: NotifySettings | undefined;
}

const versionRule = 'must be a version in quotes, such as "3.4.8"';

function isSetting(key: string): boolean {
  return /^[\w.]+$/.test(key) && !/^(?:server\..*|dataDir|dataLogDir|clientPort)$/.test(key);
}

const port = z.number().int().min(1).max(65_535);
const address = z.string().transform((text, context) => {
  const checked = parseAddress(text, 'ipv4-or-host-name', 'address');
  if (checked.ok) return checked.value;
  for (const { message, remedy } of checked.faults)
    context.addIssue({ code: 'custom', message: `${message} ${remedy}` });
  return z.NEVER;
});
const template = z
  .string()
  .min(1)
  .refine(
    (text) =>
      [...text.matchAll(/\{(\w+)\}/g)].every(([, name]) => name === 'directory' || name === 'address'),
    'may hold {directory} and {address}, and nothing else in braces',
  );
const absolute = template.refine((text) => /^(?:\/|\{directory\}\/?)/.test(text), 'must be an absolute path');

const clusterSchema: z.ZodType<Cluster> = z
  .strictObject({
    schema: z.literal('succession.cluster/1'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'may hold letters, digits, dots, dashes and underscores'),
    platform: z.literal('zookeeper'),
    idPolicy: z.enum(['sorted', 'explicit']),
    zookeeper: z.strictObject({
      version: z.string(versionRule).regex(/^3\.\d+(?:\.\d+)?$/, versionRule),
      clientPort: port.default(2181),
      quorumPort: port.default(2888),
      electionPort: port.default(3888),
      settings: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .superRefine((settings, context) => {
          for (const key of Object.keys(settings).filter((name) => !isSetting(name))) {
            context.addIssue({
              code: 'custom',
              path: [key],
              message: 'is written by us, or is no key of zoo.cfg',
            });
          }
        }),
      credentialsFile: z.string().regex(/^\//, 'must be an absolute path').optional(),
    }),
    ensemble: z.array(z.strictObject({ id: z.number().int().min(1).max(255), address })).min(1),
    hosts: z.array(
      z.strictObject({
        address,
        standIn: address.optional(),
        directory: z.string().regex(/^\/./, 'must be an absolute path, and not /'),
      }),
    ),
    ...hostAccessShape,
    paths: z.strictObject({
      configuration: absolute,
      dataDirectory: absolute,
      dataLogDirectory: absolute.optional(),
    }),
    commands: z.strictObject({
      start: template,
      stop: template,
      running: template,
      enable: template,
      disable: template,
      enabled: template,
    }),
    notify: notifySchema.optional(),
  })
  .superRefine((cluster, context) => {
    const access = checkHostAccess(cluster);
    if (access !== null) context.addIssue({ code: 'custom', path: ['ssh'], message: access });
    for (const [path, values] of [
      [['ensemble'], cluster.ensemble.map((member) => String(member.id))],
      [['ensemble'], cluster.ensemble.map((member) => member.address)],
      [['hosts'], cluster.hosts.map((host) => host.address)],
      [['hosts'], cluster.hosts.map((host) => host.standIn ?? host.address)],
    ] as const) {
      const twice = values.find((value, index) => values.indexOf(value) < index);
      if (twice !== undefined) {
        context.addIssue({
          code: 'custom',
          path: [...path, values.lastIndexOf(twice)],
          message: `has ${twice} twice`,
        });
        return;
      }
    }
    for (const [index, member] of cluster.ensemble.entries()) {
      if (!cluster.hosts.some((host) => host.address === member.address)) {
        const message = `names ${member.address}, which is not among the hosts`;
        context.addIssue({ code: 'custom', path: ['ensemble', index], message });
      }
    }
    if (cluster.ensemble.length === 0 || cluster.idPolicy === 'explicit') return;
    const sorted = sortedEnsemble(cluster.ensemble.map((member) => member.address));
    if (
      !sameEnsemble(
        [...cluster.ensemble].sort((a, b) => a.id - b.id),
        sorted,
      )
    ) {
      const message = `does not follow the policy 'sorted', which makes it ${describeEnsemble(sorted)}`;
      context.addIssue({ code: 'custom', path: ['ensemble'], message });
    }
  })
  .transform((cluster) => ({ ...cluster, ensemble: ensembleOf(cluster.ensemble) }));

const example = '`succession lab up` writes a complete example, cluster.yaml.';

/** Reads the file. An unreadable file is a fault like any other. */
export async function readClusterFile(path: string): Promise<Checked<Cluster>> {
  const text = await readDocument(path);
  return text.ok ? parseClusterFile(text.value, path) : text;
}

/** Parses the text of a cluster file: the document, or everything that is wrong with it, each with `file:line`. */
export function parseClusterFile(text: string, fileName: string): Checked<Cluster> {
  return parseClusterDocument(text, fileName, clusterSchema, example);
}

/** The document's text, as the lab writes it. */
export function renderClusterFile(cluster: Cluster): string {
  return stringify(cluster, { lineWidth: 0 });
}
