// `succession completion`: what a shell needs to complete our commands, options, runs and files.

import { Argument, type Command } from 'commander';
import { commandTree, type CommandNode } from '../command-tree.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';
import type { CommandHost } from '../command-host.js';
import { EnvironmentCommand } from '../environment-command.js';
import { exitStatus } from '../exit-status.js';

/** The shells, each with what it makes of the commands. */
const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** The command. */
export function completionCommand(host: CommandHost): Command {
  return new EnvironmentCommand('completion')
    .description('Print a script that has your shell complete commands, options, runs and files.')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(scripts)))
    .example('bash: in ~/.bashrc', 'source <(succession completion bash)')
    .example('zsh: in ~/.zshrc, after compinit', 'source <(succession completion zsh)')
    .example('fish: in ~/.config/fish/config.fish', 'succession completion fish | source')
    .action((shell: keyof typeof scripts, _options: object, command: Command) => {
      const context = host.context(command);
      context.terminal.out(completionScript(shell, commandTree(command.parent ?? command)));
      host.end(exitStatus.done);
    });
}

function completionScript(shell: keyof typeof scripts, program: CommandNode): string {
  return scripts[shell](program);
}
