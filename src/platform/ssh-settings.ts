// How a cluster's hosts are reached, as its file says: the keys `transport` and `ssh`, which all platforms share.

import { z } from 'zod';

/** The block `ssh` of a cluster file. What is left out is as the operator's `ssh_config` says. */
export interface SshAccess {
  /** Instead of the operator's own `ssh_config`. Absolute. */
  readonly configFile?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Whether commands run as root through `sudo`, and whether that wants a password. */
  readonly sudo: 'none' | 'passwordless' | 'password';
  /** Holds the password in one line, for its owner alone. Absolute. With `sudo: password`, and only then. */
  readonly sudoPasswordFile?: string | undefined;
}

/** How the hosts are reached. */
export interface HostAccess {
  /** `local`: this machine stands for every host. */
  readonly transport: 'local' | 'ssh';
  /** With `ssh` only; left out, everything is as `ssh_config` says. */
  readonly ssh?: SshAccess | undefined;
}

const absolute = z.string().regex(/^\//, 'must be an absolute path');

const sshSchema: z.ZodType<SshAccess> = z
  .strictObject({
    configFile: absolute.optional(),
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/, 'must be the name of a user')
      .optional(),
    port: z.number().int().min(1).max(65_535).optional(),
    sudo: z.enum(['none', 'passwordless', 'password']).default('none'),
    sudoPasswordFile: absolute.optional(),
  })
  .superRefine(({ sudo, sudoPasswordFile }, context) => {
    if ((sudo === 'password') === (sudoPasswordFile !== undefined)) return;
    const message =
      sudo === 'password'
        ? 'wants sudoPasswordFile as well'
        : "has a sudoPasswordFile without 'sudo: password'";
    context.addIssue({ code: 'custom', message });
  });

/** The two keys, for the schema of a cluster file; {@link checkHostAccess} looks at both together. */
export const hostAccessShape: {
  readonly transport: z.ZodType<HostAccess['transport']>;
  readonly ssh: z.ZodOptional<z.ZodType<SshAccess>>;
} = {
  transport: z.enum(['local', 'ssh']),
  ssh: sshSchema.optional(),
};

/** What is wrong with the two keys together; null when nothing is. */
export function checkHostAccess({ transport, ssh }: HostAccess): string | null {
  return transport === 'local' && ssh !== undefined ? "is of no use with 'transport: local'" : null;
}
