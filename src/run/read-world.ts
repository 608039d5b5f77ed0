// Which state of a stage is seen, whichever way the stage changes the list?

import { readReconfigureWorld } from './reconfigure-world.js';
import type { Sighting } from './sighting.js';
import { readStageWorld, type StageContext, type WorldReading } from './stage-world.js';

/** Reads the state of a stage off what was seen. Never guesses: what fits no state of the stage is refused. */
export function readWorld(context: StageContext, sighting: Sighting): WorldReading {
  return context.stage.method === 'reconfigure'
    ? readReconfigureWorld(context, sighting)
    : readStageWorld(context, sighting);
}
