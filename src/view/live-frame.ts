// What a terminal shows of a run that goes on: a frame of lines, from the fold of the journal and the gate at hand.

import type { Address } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { CanaryReading } from '../run/canary.js';
import type { RunState, StageState, StepState } from '../run/run-state.js';
import type { GateProgress } from '../run/wait-for-gate.js';
import { duration, plural, table } from './figures.js';
import { untilWords } from './given-words.js';
import type { Palette } from './palette.js';
import { remainingMs } from './time-left.js';

/** Everything that a frame is drawn from. `now` in ms since the epoch. */
export interface LiveView {
  readonly state: RunState;
  readonly gate: GateProgress | null;
  readonly canary: CanaryReading;
  readonly now: number;
  readonly pausing: boolean;
  /** How far the work around the stages is that goes on now; null when there is none. */
  readonly duty: string | null;
}

/** The whole frame; no line is longer than `width`. */
export function liveFrame(view: LiveView, width: number, palette: Palette): readonly string[] {
  const { state } = view;
  const begun = state.stages.at(-1);
  const stage = state.plan.stages.find((planned) => planned.number === begun?.number) ?? state.plan.stages[0];
  const lines = [
    palette.strong(headline(view)),
    '',
    ...(stage ? [stageTitle(stage, state), ...stepLines(stage, begun, view, palette)] : []),
    '',
    ...approvalLines(view, palette),
    ...dutyLines(view, palette),
    ...gateLines(view, palette),
    ...idTable(stage, view),
    '',
    canaryLine(view.canary),
    palette.dim(
      view.pausing
        ? 'Pausing after this step; Ctrl-C again stops at once.'
        : 'Ctrl-C pauses after this step; a second one stops at once.',
    ),
  ];
  return lines.map((line) => clip(line, width));
}

function headline({ state, now }: LiveView): string {
  const what = state.undoes === null ? state.purpose : 'rollback';
  return `${what} ${state.run} · ${duration(now - state.startedAt)} so far, about ${duration(remainingMs(state, now))} left`;
}

/** `stage 2 of 5: replace, id 1 10.10.0.149 → 10.10.0.184`. */
export function stageTitle(stage: Stage, state: RunState): string {
  return `stage ${stage.number} of ${state.plan.stages.at(-1)?.number ?? stage.number}: ${stage.kind}${changes(stage)}`;
}

function changes(stage: Stage): string {
  const before = new Map(stage.from.map((member) => [member.id, member.address]));
  const after = new Map(stage.ensemble.map((member) => [member.id, member.address]));
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.map((id) => changeOf(id, before.get(id), after.get(id), stage)).join('');
}

function changeOf(id: number, before: Address | undefined, after: Address | undefined, stage: Stage): string {
  if (before === after)
    return after !== undefined && stage.fresh.includes(after) ? `, id ${id} ${after}` : '';
  if (before === undefined) return `, id ${id} ${after ?? ''} comes`;
  return after === undefined ? `, id ${id} ${before} leaves` : `, id ${id} ${before} → ${after}`;
}

function stepLines(
  stage: Stage,
  begun: StageState | undefined,
  view: LiveView,
  palette: Palette,
): readonly string[] {
  const taken = begun?.number === stage.number ? begun.steps : [];
  const labels = new Set(taken.map((step) => `${step.step.kind} ${step.step.host}`));
  const ahead = stage.steps.filter((step) => !labels.has(`${step.kind} ${step.host}`));
  return [
    ...taken.map((step) => takenLine(step, view.now, palette)),
    ...ahead.map((step) => palette.dim(`  · ${step.kind} ${step.host}`)),
  ];
}

function takenLine(step: StepState, now: number, palette: Palette): string {
  const label = `${step.step.kind.padEnd(8)} ${step.step.host}`;
  if (step.done) return `  ${palette.good('✔')} ${label}  ${palette.dim(duration(step.done.tookMs))}`;
  return `  ${palette.warn('▸')} ${label}  ${duration(now - step.startedAt)}${step.result === null ? '' : ', waiting for its gate'}`;
}

/** `serving 4 of 5 (10.10.0.236 missing), held 0 of 6.0 s, 2.1 s of 2 min 00 s`. */
export function gateLine(gate: GateProgress): string {
  const open = gate.conditions.filter((condition) => condition.state !== 'pass');
  const what =
    open.length === 0 ? 'all conditions hold' : open.map((one) => `${one.name} ${one.seen}`).join('; ');
  return `${what}, held ${duration(gate.heldMs)} of ${duration(gate.holdMs)}, ${duration(gate.waitedMs)} of ${duration(gate.limitMs)}`;
}

function approvalLines({ state, now }: LiveView, palette: Palette): readonly string[] {
  const wanted = state.approvals.find((one) => one.given === null);
  if (wanted === undefined || state.status !== 'running') return [];
  const until = untilWords(wanted.until, now);
  return [
    palette.warn(`${until === null ? 'Waits for approval' : 'Quiet time'}: ${wanted.question}`),
    ...[...wanted.about, ...(until === null ? [] : [until])].map((line) => `  ${line}`),
    `Type y or n and Enter, or from another terminal: succession approve ${state.run}`,
    '',
  ];
}

function dutyLines({ state, duty }: LiveView, palette: Palette): readonly string[] {
  const last = state.duties.at(-1);
  if (last === undefined || last.done !== null) return [];
  return [`${palette.warn('▸')} ${last.sentence}`, ...(duty === null ? [] : [`  ${duty}`]), ''];
}

function gateLines({ gate }: LiveView, palette: Palette): readonly string[] {
  if (gate === null) return [];
  const alarmed = gate.conditions.some((condition) => condition.state === 'alarm');
  return [`gate: ${alarmed ? palette.bad(gateLine(gate)) : gateLine(gate)}`, ''];
}

function idTable(stage: Stage | undefined, { gate }: LiveView): readonly string[] {
  if (stage === undefined) return [];
  const role = (address: Address): string => gate?.services.get(address)?.mode ?? (gate ? 'silent' : '');
  const gone = stage.from.filter((old) => !stage.ensemble.some((member) => member.address === old.address));
  return table([
    ['id', 'address', 'role', ''],
    ...stage.ensemble.map((member) => [
      member.id,
      member.address,
      role(member.address),
      stage.fresh.includes(member.address) ? 'new' : '',
    ]),
    ...gone.map((member) => [member.id, member.address, role(member.address), 'leaves']),
  ]);
}

/** `3120 writes acknowledged, longest gap 0.9 s, 1.2 s unavailable`. */
export function canaryLine(reading: CanaryReading): string {
  return `${plural(reading.acknowledged, 'write')} acknowledged, longest gap ${duration(reading.longestGapMs)}, ${duration(reading.unavailableMs)} unavailable`;
}

function clip(line: string, width: number): string {
  return line.length <= width || line.includes('\u001B') ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
