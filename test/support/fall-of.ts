// Where does the proof say that a measured schedule falls?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import type { MeasuredSchedule } from './measured-schedules.js';

/** The rule that breaks on one family, and at how many faults; null when none does within two. */
export function fallOf(
  { falls }: MeasuredSchedule,
  family: ZooKeeperFamily,
): { readonly rule: string; readonly faults: number } | null {
  const [rule = '', faults] = (typeof falls === 'string' ? falls : falls[family]).split(' at ');
  return faults === undefined ? null : { rule, faults: Number(faults) };
}
