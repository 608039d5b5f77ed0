// What resume and rollback share: an unfinished run, its cluster, and the lab that a rehearsal waits in.

import { ownLab } from '../lab/keeper-client.js';
import { stopLab } from '../lab/lab.js';
import type { DutyKind } from '../run/duty.js';
import type { RunFolder } from '../run/run-folder.js';
import type { SessionEnd, SessionHost } from '../run/session.js';
import { carryOut, gentleLoad } from './carry-out.js';
import { chooseOpenRun } from './choose-run.js';
import { conclude } from './conclude.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { labOfRun } from './lab-of-run.js';
import { readCluster } from './live-side.js';
import { type NotifyOptions, recipientsOf } from './notify-options.js';
import { readRun } from './report-of-run.js';
import { repeatLines, usualRehearsal } from './repeat-simulation.js';
import type { CommandContext } from './terminal.js';

/** Goes on with the named run, or the newest, by `work`. */
export async function goOn(
  context: CommandContext,
  name: string | undefined,
  work: (host: SessionHost, folder: RunFolder) => Promise<SessionEnd>,
  { waived = [], notify }: { readonly waived?: readonly DutyKind[]; readonly notify: NotifyOptions },
): Promise<ExitStatus> {
  const folder = await chooseOpenRun(context, name);
  const state = await readRun(folder);
  if (state.simulation !== null && state.status !== 'finished' && state.status !== 'abandoned') {
    const why = `Run ${folder.run} was simulated: its servers ended with its process, and nothing can go on with it.`;
    context.terminal.err(`${[why, ...repeatLines(folder, state, state.simulation)].join('\n')}\n`);
    return exitStatus.notAsExpected;
  }
  const rehearsal = state.purpose === 'rehearsal';
  const lab = labOfRun(context.home, folder.run);
  if (state.status === 'finished' || state.status === 'abandoned') {
    // Its process may have died before it could end the lab.
    if (rehearsal) await stopLab(lab, 'remove');
    return conclude(context, folder, { kind: 'already-over', state });
  }
  const ownership = rehearsal ? await ownLab(lab) : null;
  if (rehearsal && ownership === null) {
    context.terminal.err(`The lab of run ${folder.run} has ended, and with it the run. Rehearse again.\n`);
    return exitStatus.notAsExpected;
  }
  try {
    const cluster = await readCluster(folder.cluster);
    const end = await carryOut(
      context,
      { cluster, plan: state.plan },
      folder,
      state.settings,
      {
        load: rehearsal ? usualRehearsal : gentleLoad,
        waived,
        recipients: recipientsOf(notify, cluster.notify),
      },
      (session) => work(session, folder),
    );
    const status = await conclude(context, folder, end);
    if (rehearsal && end.kind === 'finished') await stopLab(lab, 'remove');
    return status;
  } finally {
    ownership?.release();
  }
}
