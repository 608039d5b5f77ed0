// Which of the work around the stages the operator waives, should it stand in the way.

import { Option } from 'commander';
import { type DutyKind, dutyKinds } from '../run/duty.js';
import { badInput } from './exit-status.js';

/** What the option parses to. */
export interface WaiveOptions {
  readonly waive: readonly DutyKind[];
}

/** `--waive audit`, repeatable and as a list. The journal says who waived what. */
export function waiveOption(): Option {
  const none: readonly DutyKind[] = [];
  return new Option(
    '--waive <kind>',
    `go on where this would stop the run: ${dutyKinds.join(', ')}; not all of it can be waived (repeatable)`,
  )
    .argParser((value: string, before: readonly DutyKind[]) => [...before, ...value.split(',').map(kindOf)])
    .default(none);
}

function kindOf(text: string): DutyKind {
  const kind = dutyKinds.find((known) => known === text.trim());
  if (kind === undefined)
    throw badInput(
      `--waive: '${text}' is none of the kinds of work.`,
      `  There are ${dutyKinds.join(', ')}.`,
    );
  return kind;
}
