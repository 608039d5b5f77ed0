// Which simulation is it, and which command repeats it?

import { createHash } from 'node:crypto';
import { quote } from '../remote/quote.js';
import type { SimulationFacts } from '../run/journal-record.js';
import type { Plan } from '../plan/plan.js';
import { type RunFolder, simulationName } from '../run/run-folder.js';
import type { RunSettings } from '../run/settings.js';
import { inKeyOrder } from '../view/fingerprint.js';
import { version } from './version.js';

/** The load of a rehearsal unless its options say otherwise; also the options' defaults. Times in ms. */
export const usualRehearsal = { tickMs: 2000, clients: 3, pauseMs: 20 } as const;

/** The name of a simulation: the same again for the same plan, options, seed and version of this program. */
export function nameOfSimulation(plan: Plan, settings: RunSettings, facts: SimulationFacts): string {
  const all = JSON.stringify({ version, plan, settings, facts }, inKeyOrder);
  return simulationName(facts.seed, createHash('sha256').update(all).digest('hex'));
}

/** What may be done about a simulation that did not get to its end, as lines. */
export function repeatLines(
  folder: RunFolder,
  { settings }: { readonly settings: RunSettings },
  facts: SimulationFacts,
): readonly string[] {
  const command = [
    `succession rehearse ${quote(folder.plan)} --simulate --seed ${facts.seed}`,
    ...unless(facts.faults, 0, '--simulate-faults'),
    ...unless(settings.tickMs, usualRehearsal.tickMs, '--tick'),
    ...unless(facts.clients, usualRehearsal.clients, '--clients'),
    ...unless(facts.pauseMs, usualRehearsal.pauseMs, '--pause'),
    ...facts.down.map((address) => `--down ${address}`),
  ];
  return [`  the same again: ${command.join(' ')}`];
}

function unless(value: number, usual: number, option: string): readonly string[] {
  return value === usual ? [] : [`${option} ${value}`];
}
