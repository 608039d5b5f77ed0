// What does CockroachDB say of its nodes and ranges? (CockroachDB 1.1 to 2.1, `cockroach node`)

import type { Member } from './zookeeper-members.js';

/** Any number will do: all ranges of a small database share one fate. */
const rangeCount = 20;

/** The sums over a cluster that wants `replicas` copies of each range. */
export interface RangeState {
  readonly ranges: number;
  readonly underreplicated: number;
  readonly unavailable: number;
}

/**
 * A range is whole on as many live members as it wants copies, each a member long enough to have been filled; it is
 * out of reach when less than a majority of the copies live.
 */
export function rangeState(
  members: readonly Member[],
  replicas: number,
  at: { readonly nowMs: number; readonly fillMs: number },
): RangeState {
  const current = members.filter(({ membership, state }) => membership === 'member' && state === 'live');
  // The first members have nothing to be filled with.
  const filled = current.filter(({ joinedAtMs, id }) => id <= replicas || at.nowMs - joinedAtMs >= at.fillMs);
  return {
    ranges: rangeCount,
    underreplicated: filled.length < replicas ? rangeCount : 0,
    unavailable: filled.length < Math.floor(replicas / 2) + 1 ? rangeCount : 0,
  };
}

/** Which columns `node status` shows. */
export interface StatusColumns {
  readonly ranges: boolean;
  readonly decommission: boolean;
}

/** The rows of `node status`, a header first. Who has left is shown with `--decommission` or `--all` only. */
export function statusRows(
  members: readonly Member[],
  state: RangeState,
  columns: StatusColumns,
  build: string,
): readonly (readonly string[])[] {
  const shown = members.filter(({ membership }) => columns.decommission || membership === 'member');
  const teller = shown.find((member) => member.state === 'live')?.id;
  const header = [
    'id',
    'address',
    'build',
    'updated_at',
    'started_at',
    ...(columns.ranges
      ? [
          'replicas_leaders',
          'replicas_leaseholders',
          'ranges',
          'ranges_unavailable',
          'ranges_underreplicated',
        ]
      : []),
    ...(columns.decommission ? ['is_live', 'gossiped_replicas', 'is_decommissioning', 'is_draining'] : []),
  ];
  const rows = shown.map((member) => {
    const time = new Date(member.joinedAtMs).toISOString().replace('T', ' ').slice(0, 19);
    // Each range is counted once, by the node that holds its lease.
    const counts =
      member.id === teller
        ? [state.ranges, state.ranges, state.ranges, state.unavailable, state.underreplicated]
        : [0, 0, 0, 0, 0];
    const left = member.membership === 'left';
    return [
      String(member.id),
      `${member.address}:26257`,
      build,
      time,
      time,
      ...(columns.ranges ? counts.map(String) : []),
      ...(columns.decommission
        ? [String(member.state === 'live'), left ? '0' : String(state.ranges), String(left), String(left)]
        : []),
    ];
  });
  return [header, ...rows];
}

/** `/_status/nodes`: every node that ever was; the first that lives tells of all ranges. */
export function nodesDocument(
  members: readonly Member[],
  state: RangeState,
  naming: 'snake' | 'camel',
): object {
  const teller = members.find((member) => member.state === 'live')?.id;
  const [id, field, stores] =
    naming === 'snake'
      ? ['node_id', 'address_field', 'store_statuses']
      : ['nodeId', 'addressField', 'storeStatuses'];
  return {
    nodes: members.map((member) => ({
      desc: { [id]: member.id, address: { [field]: `${member.address}:26257` } },
      [stores]: [
        {
          metrics: {
            ranges: member.id === teller ? state.ranges : 0,
            'ranges.unavailable': member.id === teller ? state.unavailable : 0,
            'ranges.underreplicated': member.id === teller ? state.underreplicated : 0,
          },
        },
      ],
    })),
  };
}

/** `/_admin/v1/liveness`: who was told to leave. */
export function livenessDocument(members: readonly Member[], naming: 'snake' | 'camel'): object {
  const id = naming === 'snake' ? 'node_id' : 'nodeId';
  return {
    livenesses: members.map((member) => ({
      [id]: member.id,
      decommissioning: member.membership === 'left',
      draining: member.state === 'dead',
    })),
  };
}

/** A table as the terminal gets it, or separated values. */
export function drawTable(rows: readonly (readonly string[])[], format: string): string {
  if (format === 'tsv' || format === 'csv') {
    const separator = format === 'tsv' ? '\t' : ',';
    return rows.map((row) => `${row.join(separator)}\n`).join('');
  }
  const [header = [], ...body] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (row: readonly string[]): string =>
    `|${row.map((cell, column) => ` ${cell.padStart(widths[column] ?? 0)} `).join('|')}|\n`;
  const count = `(${body.length} ${body.length === 1 ? 'row' : 'rows'})\n`;
  return rule + line(header) + rule + body.map(line).join('') + rule + count;
}
