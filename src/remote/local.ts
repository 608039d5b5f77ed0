// How a command runs on this machine.

import { runProgram } from './run-program.js';
import type { CommandOptions, CommandResult, Transport } from './transport.js';

/** This machine stands for every host: the lab's transport. */
export function localTransport(): Transport {
  return {
    run: (_host, command, options) => runLocally(command, options),
    close: () => Promise.resolve(),
  };
}

async function runLocally(command: string, options: CommandOptions): Promise<CommandResult> {
  const end = await runProgram({ ...options, program: '/bin/sh', args: ['-c', command] });
  if (end.kind === 'exited') return end;
  const { kind, reason, cause } = end;
  return { kind, reason, ...(cause === undefined ? {} : { cause }) };
}
