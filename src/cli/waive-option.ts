// The option that lets a run go on although some of the work around its stages is not as it should be.

import type { Option } from 'commander';
import type { DutyKind } from '../run/duty.js';
import { repeatable } from './change-options.js';
import { badInput } from './exit-status.js';

/** What may be waived: nothing that keeps the ensemble safe. */
const waivable: readonly DutyKind[] = ['audit', 'backup', 'checks', 'dns'];

/** `--waive audit`. */
export function waiveOption(): Option {
  const option = repeatable('--waive <what>', 'go on although it finds fault (repeatable)');
  // For help and completion; `choices()` would take the place of the parser.
  option.argChoices = [...waivable];
  return option;
}

/** Throws bad input for what can't be waived. */
export function waivedKinds(names: readonly string[]): readonly DutyKind[] {
  return names.map((name) => {
    const kind = waivable.find((known) => known === name);
    if (kind === undefined)
      throw badInput(`--waive: '${name}' can't be waived.`, `  Only ${waivable.join(' and ')} can be.`);
    return kind;
  });
}
