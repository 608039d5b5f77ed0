// What `lab up` and `lab status` print with `--output json`, as schemas.

import { z } from 'zod';
import type { HostsStatus } from '../lab/hosts/hosts-lab.js';
import type { Lab, LabStatus } from '../lab/lab.js';

type Up = LabStatus & { readonly kind: 'up' };

/** `succession.lab/1`: a lab of processes. */
export type LabDocument = { readonly schema: 'succession.lab/1' } & (
  | Exclude<LabStatus, Up>
  | (Omit<Up, 'lab'> & { readonly lab: Omit<Lab, 'cluster'> & { readonly cluster: object } })
);

/** `succession.hosts/1`: a lab of hosts. */
export type HostsDocument = { readonly schema: 'succession.hosts/1' } & HostsStatus;

const lab = { schema: z.literal('succession.lab/1') };
const hosts = { schema: z.literal('succession.hosts/1') };
const none = { kind: z.literal('none') };
const stale = { kind: z.literal('stale'), directory: z.string() };
const up = { kind: z.literal('up') };

/** A host, and the address of this machine that stands for it; `id` as it was at first. */
const standIn = { address: z.string(), standIn: z.string(), id: z.int().nullable() };

/** `lab.cluster` is the cluster file, as it was read. */
export const labSchema: z.ZodType<LabDocument> = z.discriminatedUnion('kind', [
  z.object({ ...lab, ...none }),
  z.object({ ...lab, ...stale }),
  z.object({
    ...lab,
    ...up,
    lab: z.object({
      directory: z.string(),
      clusterFile: z.string(),
      cluster: z.looseObject({ schema: z.literal('succession.cluster/1') }),
      hosts: z.array(z.object(standIn)),
    }),
    hosts: z.array(
      z.object({
        ...standIn,
        running: z.boolean(),
        serverId: z.int().nullable(),
        mode: z.enum(['leader', 'follower', 'observer', 'standalone']).nullable(),
        evidence: z.string(),
      }),
    ),
  }),
]);

/** `troubles`: what was done to a host and holds on, in words. */
export const hostsSchema: z.ZodType<HostsDocument> = z.discriminatedUnion('kind', [
  z.object({ ...hosts, ...none }),
  z.object({ ...hosts, ...stale }),
  z.object({
    ...hosts,
    ...up,
    directory: z.string(),
    clusterFile: z.string(),
    hosts: z.array(
      z.object({
        address: z.string(),
        role: z.enum(['bootstrap', 'master', 'spare', 'private-agent', 'public-agent']),
        on: z.boolean(),
        troubles: z.array(z.string()),
      }),
    ),
  }),
]);
