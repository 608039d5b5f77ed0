// The first line: what is happening, for how long, and how long it may still take.

import type { JSX } from 'preact';
import type { LiveReading } from '../src/run/live-reading.js';
import { type RunState, stepInFlight } from '../src/run/run-state.js';
import type { JournalRecord } from '../src/run/journal-record.js';
import { stageTitle } from '../src/view/live-frame.js';
import { remainingMs } from '../src/view/time-left.js';
import { stageAt } from '../src/view/page/ensemble-picture.js';
import { clockTime, lasting } from './clock.js';

/** How a run stands, in words, and as a sign for those who see no colour. */
export interface HeadWords {
  readonly sign: string;
  readonly status: string;
  readonly tone: 'good' | 'calm' | 'warn' | 'bad';
  readonly title: string;
  readonly what: string;
  readonly detail: string;
  /** When nobody works on it any more, ms since the epoch; null while somebody does. */
  readonly overAt: number | null;
  /** Whether a process is there that takes an answer. */
  readonly waits: boolean;
}

/** A process needs a moment to say that it lives. */
const SILENT_MS = 5000;

/** The words of the state. */
export function headWords(
  state: RunState,
  live: LiveReading | null,
  now: number,
  paused: string | null,
): HeadWords {
  const stage = stageAt(state);
  const where = stage === undefined ? 'Nothing to do' : sentenceCase(stageTitle(stage, state));
  const over = { overAt: state.lastAt, detail: where, waits: false } as const;
  const goesOn = `${where}. It goes on with: succession resume ${state.run}`;
  switch (state.status) {
    case 'finished':
      return {
        sign: '✓',
        status: 'finished',
        tone: 'good',
        title: '✓ finished',
        what: finishedWords(state),
        ...over,
        detail: '',
      };
    case 'stopped':
      return {
        sign: '■',
        status: 'stopped',
        tone: 'bad',
        title: '■ stopped',
        what: sentenceCase(state.failure?.message ?? 'stopped'),
        ...over,
      };
    case 'paused':
      return {
        sign: '‖',
        status: 'paused',
        tone: 'warn',
        title: '‖ paused',
        what: paused === null ? 'Paused between two steps' : sentenceCase(paused),
        ...over,
        detail: goesOn,
      };
    case 'abandoned':
      return {
        sign: '×',
        status: 'given up',
        tone: 'warn',
        title: '× given up',
        what: 'Given up for good',
        ...over,
      };
    case 'running':
  }
  if (live === null && now - state.lastAt > SILENT_MS)
    return {
      sign: '?',
      status: 'interrupted',
      tone: 'warn',
      title: '? interrupted',
      what: 'No process works on this run now',
      ...over,
      detail: goesOn,
    };
  const { title, what } = atWork(state);
  return {
    sign: '▶',
    status: live?.pausing === true ? 'pausing after this step' : 'running',
    tone: 'calm',
    title: `▶ ${title}`,
    what,
    detail: where,
    overAt: null,
    waits: true,
  };
}

/** What the last pause was made for; null while there was none. */
export function pausedBecause(records: readonly JournalRecord[]): string | null {
  const paused = records.findLast((record) => record.kind === 'run-paused');
  return paused?.kind === 'run-paused' ? paused.reason : null;
}

function atWork(state: RunState): { readonly title: string; readonly what: string } {
  const asked = state.approvals.find((one) => one.given === null);
  if (asked !== undefined)
    return asked.until === undefined
      ? { title: 'approval wanted', what: `Waits for an approval: ${asked.question}` }
      : { title: 'quiet time', what: 'Quiet time: nothing is done, everything is watched' };
  const duty = state.duties.at(-1);
  if (duty !== undefined && duty.done === null)
    return { title: duty.kind, what: sentenceCase(duty.sentence) };
  const step = stepInFlight(state);
  if (step === null) return { title: 'between steps', what: 'Looks at everything before the next step' };
  const { id, kind, host } = step.step;
  const waits = step.result === null ? '' : ': done, waits for its gate';
  return { title: `${id} ${kind} ${host}`, what: `${sentenceCase(kind)} ${host}${waits}` };
}

function finishedWords(state: RunState): string {
  const lost = state.audit?.members.reduce((sum, member) => sum + member.lost, 0) ?? null;
  const audit =
    state.audit === null || lost === null
      ? ''
      : `: ${state.audit.acknowledged} acknowledged writes looked up, ${lost} lost`;
  return `${state.undoes === null ? 'The ensemble is as wanted' : 'Back at the last safe ensemble'}${audit}`;
}

/** The first letter large. */
export function sentenceCase(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The head of the page. */
export function Head({
  state,
  live,
  words,
  now,
}: {
  readonly state: RunState;
  readonly live: LiveReading | null;
  readonly words: HeadWords;
  readonly now: number;
}): JSX.Element {
  const spent = (words.overAt ?? Math.max(now, state.lastAt)) - state.startedAt;
  const left = remainingMs(state, words.overAt ?? now);
  return (
    <header class={`head ${words.tone}`}>
      <p class="about">
        <span class="chip">
          <span aria-hidden="true">{words.sign}</span> {words.status}
        </span>{' '}
        {state.undoes === null ? state.purpose : 'rollback'} on <strong>{state.cluster}</strong>
        {state.simulation === null ? '' : ', simulated: nothing is measured'}
      </p>
      <h1>{words.what}</h1>
      {words.overAt !== null && (
        <p class="detail">
          {words.status === 'interrupted' ? 'Last heard of' : 'Since'} {clockTime(words.overAt)} UTC,{' '}
          {lasting(now - words.overAt)} ago
        </p>
      )}
      {words.detail !== '' && <p class="detail">{words.detail}</p>}
      {live?.duty != null && <p class="detail">{live.duty}</p>}
      <dl class="times">
        <div>
          <dt>{words.overAt === null ? 'so far' : 'took'}</dt>
          <dd>{lasting(spent)}</dd>
        </div>
        {state.status !== 'finished' && state.status !== 'abandoned' && (
          <div>
            <dt>about left</dt>
            <dd>{lasting(left)}</dd>
          </div>
        )}
        <div>
          <dt>steps</dt>
          <dd>
            {doneSteps(state)} of {allSteps(state)}
          </dd>
        </div>
      </dl>
    </header>
  );
}

function doneSteps({ stages }: RunState): number {
  return stages.flatMap((stage) => stage.steps).filter((step) => step.done !== null).length;
}

function allSteps(state: RunState): number {
  const planned = state.plan.stages
    .filter((stage) => stage.number !== state.undoes)
    .reduce((sum, stage) => sum + stage.steps.length, 0);
  return Math.max(planned, doneSteps(state));
}

/** Shorter silence is what an election takes, and no news. In ms. */
const QUIET_MS = 2000;

/** What clients feel right now, when it is bad; the canary is one of them. */
export function NoWrites({ live }: { readonly live: LiveReading | null }): JSX.Element | null {
  const quietMs = live?.canary.sinceLastWriteMs ?? 0;
  if (quietMs < QUIET_MS) return null;
  return (
    <p class="notice bad" role="alert">
      <strong>Clients can’t write:</strong> no write has been acknowledged for {lasting(quietMs)}.
    </p>
  );
}
