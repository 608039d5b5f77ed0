// When could clients write, and which step was to blame when they could not?

import type { AvailabilityReport, RunReport } from '../report.js';
import { duration, plural } from '../figures.js';
import { markup, type Markup } from './markup.js';

const [width, left, right] = [960, 52, 8];
const [stageTop, stepTop, labelTop, plotTop, plotBottom, height] = [4, 24, 36, 84, 224, 256];
const labelRows = 3;

/** x of a moment in ms since the epoch. */
type Scale = (ms: number) => number;

/** Acknowledged writes a second over the run, its stages and steps above, each gap marked with its number. */
export function availabilityChart(report: RunReport, availability: AvailabilityReport): Markup {
  const fromMs = Date.parse(report.startedAt);
  const spanMs = Math.max(1, Date.parse(report.endedAt) - fromMs);
  const x: Scale = (ms) =>
    round(left + (width - left - right) * Math.min(1, Math.max(0, (ms - fromMs) / spanMs)));
  const { gaps } = availability;
  const words = `${plural(gaps.length, 'gap')} of more than half a second without an acknowledged write`;
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Writes over time: ${words}">
${stageBands(report, x)}${stepTicks(report, x)}${writes(availability, x)}${gapMarks(availability, x)}${timeAxis(fromMs, spanMs, x)}</svg>`;
}

function stageBands(report: RunReport, x: Scale): readonly Markup[] {
  return report.stages.map((stage, index) => {
    const [from, to] = [x(Date.parse(stage.startedAt)), x(Date.parse(stage.endedAt ?? report.endedAt))];
    const name = to - from > 60 ? `stage ${stage.stage}` : String(stage.stage);
    return markup`<rect class="band${index % 2 === 1 ? ' odd' : ''}" x="${from}" y="${stageTop}" width="${round(Math.max(1, to - from))}" height="17"/><text class="strong" x="${round((from + to) / 2)}" y="${stageTop + 13}" text-anchor="middle">${name}</text>
`;
  });
}

function stepTicks(report: RunReport, x: Scale): readonly Markup[] {
  const steps = report.stages.flatMap((stage) => stage.steps);
  return steps.map((step, index) => {
    const begun = Date.parse(step.startedAt);
    const ended = step.tookMs === null ? Date.parse(report.endedAt) : begun + step.tookMs;
    return markup`<rect class="tick${index % 2 === 1 ? ' odd' : ''}" x="${x(begun)}" y="${stepTop}" width="${round(Math.max(1.5, x(ended) - x(begun)))}" height="7"><title>${step.id} ${step.kind} ${step.host}</title></rect>
`;
  });
}

/** The area of acknowledged writes, and what was not measured. */
function writes({ startedAt, bucketMs, acknowledged }: AvailabilityReport, x: Scale): Markup {
  const rates = acknowledged.map((count) => (count === null ? null : (count * 1000) / bucketMs));
  const top = niceAbove(Math.max(1, ...rates.map((rate) => rate ?? 0)));
  const y = (rate: number): number => round(plotBottom - ((plotBottom - plotTop) * rate) / top);
  const at = (bucket: number): number => x(Date.parse(startedAt) + bucket * bucketMs);
  const runs = runsOf(rates);
  return markup`<path class="axis" d="M${left} ${plotTop}H${width - right}M${left} ${plotBottom}H${width - right}"/>
<text x="${left - 6}" y="${plotTop + 4}" text-anchor="end">${top}</text><text x="${left - 6}" y="${plotBottom}" text-anchor="end">0</text><text x="4" y="${plotTop - 8}">writes/s</text>
${runs.map(({ from, values }) =>
  values === null
    ? null
    : markup`<path class="area" d="M${at(from)} ${plotBottom}${values.map((rate, index) => `V${y(rate)}H${at(from + index + 1)}`).join('')}V${plotBottom}Z"/>
`,
)}${runs.map(({ from, to, values }) =>
    values !== null
      ? null
      : markup`<rect class="blind" x="${at(from)}" y="${plotTop}" width="${round(at(to) - at(from))}" height="${plotBottom - plotTop}"><title>not measured</title></rect>
`,
  )}`;
}

/** Neighbouring buckets that were measured, or were not. */
function runsOf(
  rates: readonly (number | null)[],
): readonly { readonly from: number; readonly to: number; readonly values: readonly number[] | null }[] {
  const runs: { from: number; to: number; values: number[] | null }[] = [];
  for (const [bucket, rate] of rates.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && (last.values === null) === (rate === null)) {
      last.to = bucket + 1;
      if (rate !== null) last.values?.push(rate);
    } else runs.push({ from: bucket, to: bucket + 1, values: rate === null ? null : [rate] });
  }
  return runs;
}

/** Numbers stand in rows where they would meet; a number without room is in the table only. */
function gapMarks({ gaps }: AvailabilityReport, x: Scale): readonly Markup[] {
  const taken = Array.from({ length: labelRows }, () => Number.NEGATIVE_INFINITY);
  return gaps.map((gap, index) => {
    const from = x(Date.parse(gap.at));
    const wide = Math.max(2, x(Date.parse(gap.at) + gap.tookMs) - from);
    const middle = round(from + wide / 2);
    const name = `${index + 1}`;
    const row = taken.findIndex((end) => end < middle - 4 * name.length - 3);
    if (row >= 0) taken[row] = middle + 4 * name.length + 3;
    const y = labelTop + 12 + row * 14;
    const label =
      row < 0
        ? null
        : markup`<text class="label" x="${middle}" y="${y}" text-anchor="middle">${name}</text><path class="axis" d="M${middle} ${y + 3}V${plotTop}"/>`;
    return markup`<rect class="gap" x="${from}" y="${plotTop}" width="${round(wide)}" height="${plotBottom - plotTop}"><title>gap ${name}: ${duration(gap.tookMs)}, ${gap.cause ?? 'between steps'}</title></rect>${label}
`;
  });
}

const tickSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

function timeAxis(fromMs: number, spanMs: number, x: Scale): readonly Markup[] {
  const stepMs = (tickSeconds.find((seconds) => spanMs / (seconds * 1000) <= 8) ?? 604_800) * 1000;
  const ticks = Array.from({ length: Math.floor(spanMs / stepMs) + 1 }, (_, index) => index * stepMs);
  return ticks.map(
    (ms) =>
      markup`<path class="axis" d="M${x(fromMs + ms)} ${plotBottom}v5"/><text x="${x(fromMs + ms)}" y="${plotBottom + 19}" text-anchor="middle">${elapsed(ms)}</text>
`,
  );
}

/** `0:45`, `12:30`, `1:05:00`: since the beginning. */
function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

/** 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= value) ?? value;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
