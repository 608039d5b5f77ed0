// Are the masters healthy by their own checks: before the run, after each stage, at the end?

import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import type { DcosCluster } from '../cluster-file.js';
import { checkCommands, readNodeChecks } from './node-checks.js';
import { sideBySide } from '../side-by-side.js';
import { inWords } from './soak.js';
import { dcosVersion } from '../versions.js';

/** The upgrade script's own checks give a node five minutes (`dcos_installer/upgrade.py`); a fresh master starts all it has. */
const limitMs = 900_000;
const pollMs = 10_000;
const mostHosts = 9;

/** When, and whose checks. A wait is for masters whose services have just been started. */
export interface ChecksOrder {
  readonly id: string;
  readonly masters: readonly Address[];
  readonly waits: boolean;
  /** Dead masters without which no service starts anew: what is not healthy is told, and can't be mended before. */
  readonly shutBy?: readonly Address[];
}

/** Runs the version's own checks on each master, and waits for them where its services have just been started. */
export function checksDuty(
  cluster: DcosCluster,
  transport: Transport,
  { id, masters, waits, shutBy = [] }: ChecksOrder,
): Duty {
  const tool = dcosVersion(cluster.dcos.version)?.checkTool ?? 'dcos-check-runner';
  const command = checkCommands[tool].join(' ');
  let waited = !waits;
  const look = async (signal: AbortSignal): Promise<Look> => {
    const readings = await sideBySide(masters, mostHosts, (address) =>
      readNodeChecks(transport, address, tool, signal),
    );
    const lines = (of: 'faults' | 'warnings'): readonly string[] =>
      readings.flatMap((reading, index) => reading[of].map((line) => `${masters[index] ?? ''}: ${line}`));
    return { faults: lines('faults'), warnings: lines('warnings') };
  };
  return {
    id,
    kind: 'checks',
    sentence: `see that the masters are healthy by their own checks`,
    waivable: true,
    look: async ({ signal }) => {
      const { faults, warnings } = await look(signal);
      if (faults.length === 0)
        return { kind: 'done', evidence: [`${command}: no fault on ${masters.length} masters`, ...warnings] };
      if (shutBy.length > 0) {
        const until = `services that were started again wait until ${shutBy.join(', ')} is replaced`;
        return { kind: 'done', evidence: [`${command}: not met: ${until}`, ...faults, ...warnings] };
      }
      if (!waited) return { kind: 'to-do', evidence: faults };
      const when = waits ? `after ${inWords(limitMs)} a` : 'a';
      return {
        kind: 'refused',
        failure: {
          code: 'checks',
          blame: waits ? 'cluster' : 'operator',
          message: `${when} master is not healthy by its own checks`,
          seen: faults,
          expected: `${command} finds no fault on ${masters.join(', ')}`,
          next: [
            `set right what they name, then ${waits ? 'resume' : 'try again: nothing was changed'}`,
            'what you know to be harmless can be waived: --waive checks',
          ],
        },
      };
    },
    perform: async (context) => {
      const outcome = await awaitHealth(look, context);
      waited = true;
      return outcome;
    },
  };
}

interface Look {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** That they are not healthy by then is for the next look to say, which can be waived. */
async function awaitHealth(
  look: (signal: AbortSignal) => Promise<Look>,
  context: DutyContext,
): Promise<Outcome> {
  const until = context.now() + limitMs;
  for (;;) {
    const { faults } = await look(context.signal);
    const leftMs = until - context.now();
    if (context.signal.aborted)
      return { kind: 'unknown', reason: 'stopped meanwhile', evidence: faults, remedy: 'resume' };
    if (faults.length === 0 || leftMs <= 0) return { kind: 'done', evidence: faults };
    context.say(`checks: ${faults.length} not met, ${inWords(leftMs)} left`);
    await context.sleep(Math.min(pollMs, leftMs), context.signal);
  }
}
