// What each of the lab's machines is doing, in one document.

import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import type { Disks } from './disks.js';
import type { HostRole } from './hosts-file.js';
import type { HostsPlan } from './hosts-files.js';
import { clockSkew } from './inner-faults.js';
import type { Machines } from './machines.js';
import type { Switch } from './switch.js';

/** One machine. */
export interface MachineState {
  readonly address: string;
  readonly role: HostRole;
  readonly on: boolean;
  /** What was done to it and holds on, in words. */
  readonly troubles: readonly string[];
}

const statesSchema: z.ZodType<readonly MachineState[]> = z.array(
  z.object({
    address: z.string(),
    role: z.enum(['bootstrap', 'master', 'spare', 'private-agent', 'public-agent']),
    on: z.boolean(),
    troubles: z.array(z.string()),
  }),
);

/** Reads the keeper's answer. */
export function parseStates(text: string): readonly MachineState[] {
  return statesSchema.parse(JSON.parse(text));
}

/** The machines as they are. */
export async function machineStates(
  plan: HostsPlan,
  machines: Machines,
  disks: Disks,
  network: Switch,
): Promise<readonly MachineState[]> {
  return Promise.all(
    plan.machines.map(async ({ address, role }) => {
      const on = machines.isOn(address);
      const inner = on ? await innerTroubles((await disks.mount(address)).root) : [];
      return { address, role, on, troubles: [...network.troubles(address), ...inner] };
    }),
  );
}

async function innerTroubles(root: string): Promise<readonly string[]> {
  const skew = await clockSkew(root);
  const { bavail } = await statfs(root);
  return [
    ...(skew === 0 ? [] : [`clock off by ${skew} s for new programs`]),
    ...(bavail < 8 ? ['disk full'] : []),
  ];
}
