// Changes as tests write them: only what they change.

import type { Change } from '../../src/model/change.js';

/** Edits of what is given, and of nothing else. */
export function edits(given: Partial<Extract<Change, { kind: 'edits' }>>): Change {
  return { kind: 'edits', replace: [], add: [], remove: [], rebuild: [], ...given };
}
