import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sshdMissing, testSshd } from '../../test/support/ssh-server.js';
import type { CommandResult } from '../remote/transport.js';
import type { HostAccess } from './ssh-settings.js';
import { transportFor } from './transport-for.js';

async function runOnce(access: HostAccess, command: string): Promise<CommandResult> {
  const transport = transportFor(access);
  try {
    const signal = new AbortController().signal;
    return await transport.run('127.0.0.1', command, { timeoutMs: 20_000, signal });
  } finally {
    await transport.close();
  }
}

const sudo = `#!/bin/sh
# A stand-in for sudo: takes one password.
shift 5
read -r line && [ "$line" = 'open sesame' ] && exec "$@"
`;

if (sshdMissing !== null) test.skip(`hosts over SSH (${sshdMissing})`, () => undefined);

describe('transportFor', () => {
  test('this machine', async () => {
    expect(await runOnce({ transport: 'local' }, 'echo here')).toMatchObject({ stdout: 'here\n' });
  });

  test.skipIf(sshdMissing !== null)(
    "a host over SSH, as root with the password of a file that is its owner's alone",
    async () => {
      const sshd = await testSshd();
      try {
        const sudoPasswordFile = join(sshd.folder, 'password');
        writeFileSync(join(sshd.folder, 'bin', 'sudo'), sudo, { mode: 0o755 });
        writeFileSync(sudoPasswordFile, 'open sesame\n', { mode: 0o600 });
        const ssh = { configFile: sshd.configFile, sudo: 'password', sudoPasswordFile } as const;
        expect(await runOnce({ transport: 'ssh', ssh }, 'echo there')).toMatchObject({ stdout: 'there\n' });
        chmodSync(sudoPasswordFile, 0o640);
        expect(await runOnce({ transport: 'ssh', ssh }, 'echo there')).toEqual({
          kind: 'unknown',
          cause: 'sudo',
          reason: `no password for sudo: ${sudoPasswordFile} can be read by others: chmod 600 ${sudoPasswordFile}`,
        });
      } finally {
        await sshd.end();
      }
    },
  );
});
