// Which stories are told to real servers and to the model?

import type { Scenario } from './scenario.js';
import { faults } from './scenarios-faults.js';
import { replacements } from './scenarios-replace.js';
import { resizings } from './scenarios-resize.js';

/** All scenarios: what splits or loses writes first, the long matrix of places and leaders last. */
export const scenarios: readonly Scenario[] = [...resizings, ...faults, ...replacements];
