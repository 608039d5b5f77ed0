// How the end of a session reads, with the exact next commands, and which exit status it has.

import type { RunFolder } from '../run/run-folder.js';
import type { SessionEnd } from '../run/session.js';
import { failureLines } from '../view/failure-text.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import type { CommandContext } from './terminal.js';

/** The commands that go on with a run that did not get to its end. */
function waysOn({ run }: RunFolder): readonly string[] {
  return [`  go on:   succession resume ${run}`, `  go back: succession rollback ${run}`];
}

/**
 * Says how a session ended, with the exact next command, and gives the exit status.
 *
 * @param goOn what may be done about a run that did not get to its end
 */
export function explainEnd(
  context: CommandContext,
  folder: RunFolder,
  end: SessionEnd,
  goOn: readonly string[] = waysOn(folder),
): ExitStatus {
  const { palette } = context;
  const say = (...lines: readonly string[]): void => context.terminal.err(`${lines.join('\n')}\n`);
  switch (end.kind) {
    case 'finished':
      return exitStatus.done;
    case 'paused':
      say(`${palette.warn('Paused')}: ${end.reason}.`, ...goOn);
      return exitStatus.stopped;
    case 'stopped':
      say(...failureLines(end.failure, palette), ...goOn);
      return exitStatus.stopped;
    case 'refused':
      say(...failureLines(end.failure, palette), 'Nothing was changed.');
      return exitStatus.notAsExpected;
    case 'locked':
      say(
        `${palette.bad('Locked')}: run ${end.by.run} of ${end.by.owner} holds this cluster since ${end.by.since}. Nothing was changed.`,
        `  Let it finish, or on ${end.by.owner.split('@')[1] ?? 'its machine'}: succession resume ${end.by.run}`,
        `  If it will never go on: succession runs --abandon ${end.by.run} --cluster FILE`,
      );
      return exitStatus.locked;
    case 'busy':
      say(`${palette.bad('Locked')}: another process works on run ${folder.run}. Nothing was changed.`);
      return exitStatus.locked;
    case 'no-such-run':
      say(
        `There is no run ${folder.run} to go on with.`,
        '  `succession runs` lists the runs that there are.',
      );
      return exitStatus.badInput;
    case 'damaged':
      say(`${folder.journal}, line ${end.fault.line}: ${end.fault.message}`, `  ${end.fault.remedy}`);
      return exitStatus.badInput;
    case 'already-over':
      say(`Run ${folder.run} is ${end.state.status} already; there is nothing to do.`);
      return end.state.status === 'finished' ? exitStatus.done : exitStatus.badInput;
    case 'nothing-to-undo':
      say(
        `Run ${folder.run} has no stage that could be undone: the ensemble is whole, and what left it was given up.`,
        '  Plan a new change to go elsewhere.',
      );
      return exitStatus.done;
  }
}
