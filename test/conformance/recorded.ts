// How are the outcomes of real runs kept, so that a model can be held against them without servers?

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import type { RealMoment, RealOutcome } from './outcome.js';
import type { Scenario } from './scenario.js';

/** The outcomes of one version, by the name of the scenario, one a run. */
export type Recording = Readonly<Record<string, readonly RealOutcome[]>>;

/** Which versions have a recording: as `findDistribution` takes them, and exact, as in the name of the file. */
export const recordedVersions = [
  { wanted: '3.4.8', exact: '3.4.8', family: '3.4.6' },
  { wanted: '3.4.14', exact: '3.4.14', family: '3.4.13' },
  { wanted: '3.8', exact: '3.8.0', family: '3.5.4' },
  { wanted: '3.9', exact: '3.9.5', family: '3.5.4' },
] as const;

const letters = z.string().transform((text) => text.split(''));

const momentSchema = z.object({
  after: z.string(),
  serving: letters,
  leaders: letters,
  silent: letters.default([]),
  asleep: letters.default([]),
  restless: z.boolean().default(false),
});

const counts = z.record(z.string(), z.number());

const recordingSchema: z.ZodType<Recording> = z.record(
  z.string(),
  z.array(
    z.object({
      moments: z.array(momentSchema),
      end: z.object({
        acknowledged: z.number(),
        collisions: z.number(),
        superseded: z.number(),
        twoLeadersMs: z.number(),
        lost: counts,
        differing: counts,
      }),
      tookMs: z.number(),
    }),
  ),
);

/** The recording of an exact version; empty where there is none. Throws when it is damaged. */
export async function readRecording(version: string): Promise<Recording> {
  const text = await readFile(fileOf(version), 'utf8').catch(() => '{}');
  return recordingSchema.parse(JSON.parse(text));
}

/** Puts an outcome in the place of the recorded one; of a race, in the place of the last but one. */
export async function recordOutcome(
  version: string,
  scenario: Scenario,
  outcome: RealOutcome,
): Promise<void> {
  const before = await readRecording(version);
  const kept = scenario.race === true ? (before[scenario.name] ?? []).slice(-1) : [];
  const recording = { ...before, [scenario.name]: [...kept, outcome] };
  const document = Object.fromEntries(
    Object.entries(recording)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, runs]) => [
        name,
        runs.map((run) => ({ ...run, moments: run.moments.map((moment) => encodeMoment(moment)) })),
      ]),
  );
  await writeFile(
    fileOf(version),
    await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }),
  );
}

function encodeMoment({ after, serving, leaders, silent, asleep, restless }: RealMoment): object {
  return {
    after,
    serving: serving.join(''),
    leaders: leaders.join(''),
    ...(silent.length === 0 ? {} : { silent: silent.join('') }),
    ...(asleep.length === 0 ? {} : { asleep: asleep.join('') }),
    ...(restless ? { restless } : {}),
  };
}

function fileOf(version: string): string {
  return fileURLToPath(new URL(`recorded/${version}.json`, import.meta.url));
}
