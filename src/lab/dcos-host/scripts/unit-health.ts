// Is a unit of DC/OS healthy, by the rule of 3dt and dcos-diagnostics? A stopped one is. (dcos/3dt `api/systemd_units.go`)

import { spawnSync } from 'node:child_process';
import { namesIn } from './pkgpanda-places.js';

/** One unit, as `/system/health/v1` shows it. `health`: 0 well, 1 not. */
export interface UnitHealth {
  readonly id: string;
  readonly health: 0 | 1;
  readonly output: string;
  readonly description: string;
  readonly help: string;
  readonly name: string;
}

const properties = [
  'Id',
  'Description',
  'LoadState',
  'ActiveState',
  'SubState',
  'ExecMainStatus',
  'ActiveEnterTimestampMonotonic',
  'InactiveEnterTimestampMonotonic',
];

/** Every unit of `dcos.target.wants`. */
export function unitsHealth(): readonly UnitHealth[] {
  const units = namesIn('/etc/systemd/system/dcos.target.wants');
  if (units.length === 0) return [];
  const shown = spawnSync('systemctl', ['show', `--property=${properties.join(',')}`, '--', ...units], {
    encoding: 'utf8',
  });
  return shown.stdout
    .trim()
    .split('\n\n')
    .map((block) => new Map(block.split('\n').map(pairOf)))
    .map((unit) => {
      const output = complaintOf(unit) ?? '';
      const description = unit.get('Description') ?? '';
      const [name = '', ...rest] = description.split(': ');
      const health = output === '' ? 0 : 1;
      return { id: unit.get('Id') ?? '', health, output, description: rest.join(': '), help: '', name };
    });
}

/** Why the rule calls a unit unhealthy, or undefined. */
export function complaintOf(unit: ReadonlyMap<string, string>): string | undefined {
  const id = unit.get('Id') ?? '';
  const load = unit.get('LoadState');
  const active = unit.get('ActiveState') ?? '';
  if (load !== 'loaded')
    return `${id} is not loaded. Please check \`systemctl show all\` to check current unit status.`;
  if (!['active', 'inactive', 'activating'].includes(active)) {
    return `${id} state is not one of the possible states [active inactive activating]. Current state is [ ${active} ].`;
  }
  if (active === 'activating' && unit.get('SubState') === 'auto-restart') {
    const entered = Number(unit.get('ActiveEnterTimestampMonotonic') ?? 0);
    if (entered === 0) return `Unit ${id} has never entered \`active\` state`;
    if (Number(unit.get('InactiveEnterTimestampMonotonic') ?? 0) > entered) return `Unit ${id} is flapping.`;
  }
  const status = unit.get('ExecMainStatus') ?? '0';
  return status === '0' || status === '' ? undefined : `ExecMainStatus return failed status for ${id}`;
}

function pairOf(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
