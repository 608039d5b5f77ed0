// What the Mesos masters of a lab did, by their own journals: who led when, and with which quorum each one began.

import type { DcosLab } from './dcos-lab.js';

/** A time for which a master led. `to` is infinite while it still does. Times in ms since the epoch. */
interface Term {
  readonly master: string;
  readonly from: number;
  readonly to: number;
}

/** A time for which a master's process ran; `to` as above. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly quorum: number;
}

/** The history of one master, oldest first. */
export interface MesosHistory {
  readonly runs: readonly Run[];
  readonly terms: readonly Term[];
}

/** Of the masters that are named: those that left as well, as long as their machines run. */
export async function mesosHistory(
  lab: DcosLab,
  masters: readonly string[],
): Promise<ReadonlyMap<string, MesosHistory>> {
  const histories = new Map<string, MesosHistory>();
  for (const master of masters) {
    const journal = await lab.on(master, 'journalctl -q --no-pager -o short-unix -u dcos-mesos-master');
    histories.set(master, historyOf(master, journal));
  }
  return histories;
}

/** Two terms that overlap, in words; none as long as there was never more than one leader. */
export function overlaps(histories: ReadonlyMap<string, MesosHistory>): readonly string[] {
  const terms = [...histories.values()].flatMap((history) => history.terms);
  const ordered = [...terms].sort((one, other) => one.from - other.from);
  return ordered.flatMap((term, index) =>
    ordered
      .slice(index + 1)
      .filter((later) => later.from < term.to)
      .map((later) => `${later.master} was elected at ${later.from}, ${term.master} led until ${term.to}`),
  );
}

function historyOf(master: string, journal: string): MesosHistory {
  const runs: Run[] = [];
  const terms: Term[] = [];
  let run: Omit<Run, 'to'> | null = null;
  let elected: number | null = null;
  const end = (to: number): void => {
    if (run !== null) runs.push({ ...run, to });
    if (elected !== null) terms.push({ master, from: elected, to });
    run = null;
    elected = null;
  };
  for (const line of journal.split('\n')) {
    const at = Number(line.split(' ', 1)[0]) * 1000;
    const quorum = /: master \S+ at \S+, quorum (\d+)/.exec(line)?.[1];
    if (quorum !== undefined) run = { from: at, quorum: Number(quorum) };
    else if (line.includes('Elected as the leading master!')) elected = at;
    else if (/: Stopping|: Stopped|Main process exited|committing suicide/.test(line)) end(at);
  }
  end(Infinity);
  return { runs, terms };
}
