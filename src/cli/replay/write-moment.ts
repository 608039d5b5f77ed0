// When must the write be made that a counterexample loses, so that only its holders have it?

import type { Happening } from '../../proof/zookeeper/course-of-events.js';
import { membersOf, type ServerSet } from '../../proof/zookeeper/roster.js';

/**
 * The write is made right before the happening with this index; null where no moment is right. Its leader reigns, the
 * holders follow it, and nobody who takes part in the last election syncs with it any more. A moment at which nobody
 * else follows is best; else the latest.
 */
export function writeMoment(happenings: readonly Happening[], holders: ServerSet): number | null {
  const last = happenings.at(-1);
  if (last === undefined) return null;
  const voters = last.event.vetted & ~last.before.blank;
  const told = happenings.slice(0, -1);
  const begun = told.findLastIndex(
    ({ event, before }) => event.kind === 'elect' || (event.kind === 'gate' && before.leader >= 0),
  );
  const synced = told.findLastIndex(
    ({ event }) => event.kind === 'join' && membersOf(voters).includes(event.server),
  );
  const moments = happenings.flatMap(({ before }, index) => {
    const isRight =
      index > Math.max(begun, synced) && before.leader >= 0 && (before.group & holders) === holders;
    return isRight ? [{ index, alone: before.group === holders }] : [];
  });
  const best = moments.findLast((moment) => moment.alone) ?? moments.at(-1);
  return best?.index ?? null;
}
