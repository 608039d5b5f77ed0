// How long does each part of a plan take, and how does anybody know?

import { stepMs } from '../plan/durations.js';
import { sameEnsemble } from '../model/ensemble.js';
import type { Around, Plan, Stage, StepKind, Work } from '../plan/plan.js';
import { type DutyKind, dutyKinds } from '../run/duty.js';

/** The median of something that was done before. */
export interface MeasuredTime {
  readonly ms: number;
  /** How many times it was done. */
  readonly count: number;
}

/** What earlier runs took. Only runs that tell of this platform and these joining rules. */
export interface MeasuredTimes {
  readonly steps: Partial<Readonly<Record<StepKind, MeasuredTime>>>;
  readonly duties: Partial<Readonly<Record<DutyKind, MeasuredTime>>>;
  /** What these runs were. */
  readonly source: 'applied' | 'rehearsed';
}

/** A part of the change. `measured`: how many times it was done before; 0 where the time is an estimate. */
export interface Part {
  readonly what: string;
  readonly ms: number;
  readonly measured: number;
}

/** The parts of a change in their order. */
export interface Timetable {
  readonly before: readonly Part[];
  readonly stages: readonly {
    readonly stage: number;
    readonly before: readonly Part[];
    readonly steps: Part;
    readonly after: readonly Part[];
  }[];
  readonly after: readonly Part[];
  readonly totalMs: number;
  /** Where the measured times come from; null where all are estimates. */
  readonly source: MeasuredTimes['source'] | null;
}

/** Work around the stages on DC/OS, in ms, where nothing was measured. The soak is the runbook's hour. */
const dutyMs: Readonly<Record<DutyKind, number>> = {
  preflight: 60_000,
  checks: 30_000,
  audit: 90_000,
  backup: 60_000,
  configure: 300_000,
  authority: 10_000,
  certificates: 120_000,
  decommission: 60_000,
  agents: 900_000,
  dns: 60_000,
  soak: 3_600_000,
};

/** The times of a plan, as far as possible from what was measured. */
export function timetable(plan: Plan, measured: MeasuredTimes | null): Timetable {
  const around = plan.around ?? usualAround(plan);
  const part = (work: Work): Part => workTime(work, measured);
  const before = around.beforeRun.map(part);
  const stages = plan.stages.map((stage, index) => ({
    stage: stage.number,
    before: (around.stages[index]?.before ?? []).map(part),
    steps: stepsPart(plan, stage, measured),
    after: (around.stages[index]?.after ?? []).map(part),
  }));
  const after = around.afterRun.map(part);
  const parts = [
    ...before,
    ...stages.flatMap((stage) => [...stage.before, stage.steps, ...stage.after]),
    ...after,
  ];
  return {
    before,
    stages,
    after,
    totalMs: parts.reduce((sum, one) => sum + one.ms, 0),
    source: parts.some((one) => one.measured > 0) ? (measured?.source ?? null) : null,
  };
}

/** How long a piece of work around the stages takes. */
export function workTime({ kind, sentence, ms }: Work, measured: Pick<MeasuredTimes, 'duties'> | null): Part {
  if (ms !== undefined) return { what: sentence, ms, measured: 0 };
  const duty = dutyKinds.find((one) => one === kind);
  const known = duty === undefined ? undefined : measured?.duties[duty];
  const estimateMs = duty === undefined ? 60_000 : dutyMs[duty];
  return { what: sentence, ms: known?.ms ?? estimateMs, measured: known?.count ?? 0 };
}

/** What a DC/OS cluster mostly needs, for a plan that was made without a cluster file, which alone could tell. */
export function usualAround({ platform, stages }: Plan): Around {
  if (platform !== 'dcos') return { beforeRun: [], stages: [], afterRun: [] };
  return {
    beforeRun: [
      { kind: 'preflight', sentence: 'look at every master, agent and newcomer' },
      { kind: 'checks', sentence: 'see that the masters are healthy by their own checks' },
      { kind: 'audit', sentence: 'look for who has a leaving master’s address hard-coded' },
      { kind: 'backup', sentence: 'keep a copy of the configuration' },
    ],
    stages: stages.map((stage) => ({
      before: changesList(stage) ? [{ kind: 'configure', sentence: 'generate the new configuration' }] : [],
      after: [
        { kind: 'certificates', sentence: 'see that the certificates have reached the newcomers' },
        { kind: 'checks', sentence: 'see that the masters are healthy by their own checks' },
        ...(changesList(stage) && stage === stages.at(-1)
          ? [
              {
                kind: 'agents',
                sentence:
                  'give the agents the new list of masters; earlier too where they would be left without one',
              },
            ]
          : []),
      ],
    })),
    afterRun: [
      { kind: 'dns', sentence: 'see that the names lead to the masters' },
      { kind: 'soak', sentence: 'watch the ensemble for a while' },
    ],
  };
}

function changesList({ from, ensemble }: Stage): boolean {
  return !sameEnsemble(from, ensemble);
}

/** How long one step takes, with its gate. */
export function stepTime(
  plan: Pick<Plan, 'platform'>,
  kind: StepKind,
  measured: Pick<MeasuredTimes, 'steps'> | null,
): Part {
  const known = measured?.steps[kind];
  return { what: kind, ms: known?.ms ?? stepMs[plan.platform][kind], measured: known?.count ?? 0 };
}

/** Counted as measured only as far as every kind of step in it was. */
function stepsPart(plan: Plan, stage: Stage, measured: MeasuredTimes | null): Part {
  const times = stage.steps.map((step) => stepTime(plan, step.kind, measured));
  return {
    what: `${stage.steps.length} steps with their gates`,
    ms: times.reduce((sum, time) => sum + time.ms, 0),
    measured: times.length === 0 ? 0 : Math.min(...times.map((time) => time.measured)),
  };
}

/** Every part in order, each with when it comes. */
export function timetableRows(times: Timetable): readonly { readonly when: string; readonly part: Part }[] {
  const rows = (when: string, parts: readonly Part[]): readonly { when: string; part: Part }[] =>
    parts.map((part) => ({ when, part }));
  return [
    ...rows('Before', times.before),
    ...times.stages.flatMap(({ stage, before, steps, after }) =>
      rows(`Stage ${stage}`, [...before, steps, ...after]),
    ),
    ...rows('After', times.after),
  ];
}

/** How the times of a document are known, in a sentence. */
export function sourceWords({ source }: Timetable): string {
  switch (source) {
    case 'applied':
      return 'What is measured is the median of earlier runs of this platform on this machine; the rest is estimated.';
    case 'rehearsed':
      return 'What is measured is the median of rehearsals on this machine; the rest is estimated.';
    case null:
      return 'No earlier run tells of such steps: all times are estimated.';
  }
}

/** `about 9 s`, `about 12 min`, `about 2 h 10 min`: no finer than such times are known. */
export function aboutTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `about ${Math.max(1, seconds)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return `about ${minutes} min`;
  return `about ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `estimated`, `measured (12 times)`. */
export function basisWords({ measured }: Pick<Part, 'measured'>): string {
  return measured === 0 ? 'estimated' : `measured (${measured} ${measured === 1 ? 'time' : 'times'})`;
}
