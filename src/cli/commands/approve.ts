// `succession approve`: says yes or no to what a run waits for, from another terminal.

import { hostname } from 'node:os';
import type { Command } from 'commander';
import { leaveDecision } from '../approval-desk.js';
import { chooseOpenRun } from '../choose-run.js';
import type { CommandHost } from '../command-host.js';
import { EnvironmentCommand } from '../environment-command.js';
import { badInput, exitStatus } from '../exit-status.js';
import { untilWords } from '../../view/given-words.js';
import { readRun } from '../report-of-run.js';

interface ApproveOptions {
  readonly yes?: true;
  readonly no?: true;
}

/** The command. */
export function approveCommand(host: CommandHost): Command {
  return new EnvironmentCommand('approve')
    .description(
      'Say yes or no to the stage or step that a run waits for (apply --approve), or end a quiet time (settleMs).',
    )
    .argument('[run]', 'its name; the newest that is not over when left out')
    .option('-y, --yes', 'approve without being asked')
    .option('-n, --no', 'do not approve: the run pauses')
    .example('See what waits, and answer', 'succession approve')
    .example('From a script', 'succession approve 20261123-063144-9f3a --yes')
    .action(async (name: string | undefined, options: ApproveOptions, command: Command) => {
      const context = host.context(command);
      const folder = await chooseOpenRun(context, name);
      const state = await readRun(folder);
      const wanted = state.approvals.find((one) => one.given === null);
      if (wanted === undefined || state.status !== 'running') {
        context.say(`Run ${folder.run} waits for no approval.`);
        host.end(exitStatus.done);
        return;
      }
      const until = untilWords(wanted.until, context.terminal.now());
      context.say(
        [
          wanted.question,
          ...[...wanted.about, ...(until === null ? [] : [until])].map((line) => `  ${line}`),
        ].join('\n'),
      );
      const approved = await decision(context.terminal, options);
      if (!approved && wanted.until !== undefined && !options.no) {
        context.say('Nothing was sent: the quiet time goes on.');
        return;
      }
      await leaveDecision(folder, wanted.id, { approved, by: context.by, via: 'command', from: hostname() });
      context.say(approved ? 'Approved.' : 'Not approved: the run pauses.');
    });
}

async function decision(
  terminal: { readonly asks: boolean; readonly ask: (question: string) => Promise<string> },
  options: ApproveOptions,
): Promise<boolean> {
  if (options.yes) return true;
  if (options.no) return false;
  if (!terminal.asks) throw badInput('Nobody can answer here.', '  Give --yes or --no.');
  return /^y(?:es)?$/i.test((await terminal.ask('Approve? [y/N] ')).trim());
}
