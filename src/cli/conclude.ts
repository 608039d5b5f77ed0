// The end of a session: said, reported, and written into the operator's cluster file.

import { sameEnsemble } from '../model/ensemble.js';
import type { RunFolder } from '../run/run-folder.js';
import type { RunState } from '../run/run-state.js';
import type { SessionEnd } from '../run/session.js';
import { explainEnd } from './explain-end.js';
import type { ExitStatus } from './exit-status.js';
import { readLiveCluster } from './live-cluster.js';
import { printReport, readRun } from './report-of-run.js';
import type { CommandContext } from './terminal.js';

/**
 * Prints the report where there is one, tells the operator how the session ended, and gives the exit status.
 *
 * @param goOn what may be done about a run that did not get to its end, when it is not `resume` and `rollback`
 */
export async function conclude(
  context: CommandContext,
  folder: RunFolder,
  end: SessionEnd,
  goOn?: readonly string[],
): Promise<ExitStatus> {
  if (end.kind === 'finished' || end.kind === 'stopped' || end.kind === 'already-over') {
    const state = await readRun(folder);
    if (state.status === 'finished') await updateMembers(context, state);
    // In text the failure comes last, with what to do now: the last thing on a screen is what is read.
    const apart = context.output === 'text' ? { ...state, failure: null } : state;
    if (state.status === 'finished' && state.undoes !== null) context.say(undoneHint(state));
    if (end.kind !== 'already-over') await printReport(context, folder, apart);
  }
  return explainEnd(context, folder, end, goOn);
}

/** The newcomer of a stage that was undone keeps what it had, so that nothing is lost by a hasty command. */
function undoneHint({ plan, undoes }: RunState): string {
  const undone = plan.stages.find((stage) => stage.number === undoes);
  const hosts = (undone?.fresh ?? []).filter(
    (address) => !plan.to.some((member) => member.address === address),
  );
  if (hosts.length === 0) return 'Back at the last safe ensemble.';
  const clear = plan.platform === 'dcos' ? 'take DC/OS and its data off' : 'clear the data directory on';
  return `Back at the last safe ensemble. Before it is planned again, ${clear} ${hosts.join(', ')}.`;
}

/** A crash may have come between the run's end and this; a file that has moved on since is left alone. */
async function updateMembers(context: CommandContext, state: RunState): Promise<void> {
  const { purpose, clusterFile, plan } = state;
  if (purpose !== 'apply' || sameEnsemble(plan.from, plan.to)) return;
  const known = await readLiveCluster(clusterFile);
  if (!known.ok || !sameEnsemble(known.value.ensemble, plan.from)) return;
  const updated = await known.value.updateMembers(clusterFile, plan.to);
  if (updated.ok) context.say(`${clusterFile} names the members of today.`);
  else
    for (const fault of updated.faults)
      context.terminal.err(`${fault.place}: ${fault.message}\n  ${fault.remedy}\n`);
}
