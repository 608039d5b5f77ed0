// What does the model say of a scenario?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import type { ModelOutcome } from './outcome.js';
import type { Scenario } from './scenario.js';

/** Whether {@link modelOutcome} answers yet; until then only what is measured is checked. */
export const modelIsWired = false;

/** What the model says of a scenario on servers of this family. Throws: it is not wired to the explorer yet. */
export function modelOutcome(scenario: Scenario, family: ZooKeeperFamily): ModelOutcome {
  throw new Error(`not wired yet: ${scenario.name} on ${family}`);
}
