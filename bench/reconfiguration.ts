// The same change within the running ensemble, beside a rolling restart: both as `succession` carries them out.

import { familyOf, hasRollingChangeBug } from '../src/model/family.js';
import { type Change, missingFrom } from '../src/model/change.js';
import { type Address, type Ensemble, ensembleOf } from '../src/model/ensemble.js';
import { makePlan } from '../src/plan/make-plan.js';
import type { Plan } from '../src/plan/plan.js';
import { duration, markdownTable } from '../src/view/figures.js';
import { type Figures, measure, ours, ratio, type Scenario } from './measure.js';

function list(...ids: readonly number[]): Ensemble {
  return ensembleOf(ids.map((id) => ({ id, address: `zk${id}` })));
}

const scenarios: readonly (Scenario & { readonly leader: Address })[] = [
  { name: 'reconfig: a follower of three replaced', from: list(1, 2, 3), to: list(1, 3, 4), leader: 'zk3' },
  { name: 'reconfig: the leader of three replaced', from: list(1, 2, 3), to: list(1, 2, 4), leader: 'zk3' },
  { name: 'reconfig: three to five', from: list(1, 2, 3), to: list(1, 2, 3, 4, 5), leader: 'zk3' },
  { name: 'reconfig: five to three', from: list(1, 2, 3, 4, 5), to: list(1, 2, 3), leader: 'zk5' },
];

/** Prints a table, where the version can be reconfigured. */
export async function compareReconfiguration(
  distribution: string | null,
  version: string,
  tickMs: number,
  only: string,
): Promise<void> {
  if (familyOf(version) !== '3.5.4' || hasRollingChangeBug(version)) return;
  const rows: (string | number)[][] = [
    ['change', 'figure', 'rolling restart', 'reconfiguration', 'restart : reconfiguration'],
  ];
  for (const scenario of scenarios.filter((one) => one.name.includes(only))) {
    const side = (reconfig: boolean): Promise<Figures> =>
      measure(
        { ...scenario, idPolicy: 'explicit', reconfig },
        distribution,
        tickMs,
        ours(planFor(scenario, version, reconfig ? { reconfigure: true } : {}), tickMs),
      );
    const restart = await side(false);
    const reconfiguration = await side(true);
    const line = (
      figure: string,
      read: (figures: Figures) => number,
      write: (value: number) => string,
    ): void => {
      const [a, b] = [read(restart), read(reconfiguration)];
      rows.push([scenario.name.replace('reconfig: ', ''), figure, write(a), write(b), ratio(a, b)]);
    };
    line('acknowledged writes lost', (one) => one.lost, String);
    line('longest write gap', (one) => one.longestGapMs, duration);
    line('unavailable', (one) => one.unavailableMs, duration);
    line('elections (epochs)', (one) => one.epochs, String);
    line('wall time', (one) => one.wallMs, duration);
  }
  process.stdout.write(
    `\nZooKeeper ${version}, tickTime ${tickMs} ms, 3 clients\n\n${markdownTable(rows).join('\n')}\n`,
  );
}

/** By restart the newcomer takes the id of the member that it replaces, by reconfiguration a new one. */
function changeFrom(from: Ensemble, to: Ensemble): Change {
  const [come, gone] = [missingFrom(from, to), missingFrom(to, from)];
  const replace = gone.flatMap((old, index) => {
    const next = come[index];
    return next === undefined ? [] : [{ old, new: next }];
  });
  const [add, remove] = [come.slice(replace.length), gone.slice(replace.length)];
  return { kind: 'edits', replace, add, remove, rebuild: [] };
}

function planFor(
  { from, to, leader }: Scenario & { readonly leader: Address },
  zookeeper: string,
  how: { readonly reconfigure?: boolean },
): Plan {
  const result = makePlan({
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper,
    cluster: null,
    createdBy: 'bench',
    current: from,
    change: changeFrom(from, to),
    leader,
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
    ...how,
  });
  if (result.kind !== 'planned') throw new Error(`no plan: ${result.kind}`);
  return result.plan;
}
