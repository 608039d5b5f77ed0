// The gate at hand: each condition, what it saw, and since when.

import type { JSX } from 'preact';
import type { LiveCondition, LiveGate, LiveReading } from '../src/run/live-reading.js';
import type { RunState } from '../src/run/run-state.js';
import { duration } from '../src/view/figures.js';
import { clockTime, lasting } from './clock.js';

const signs = { pass: '✓', wait: '…', alarm: '!' } as const;
const words = { pass: 'holds', wait: 'not yet', alarm: 'alarm' } as const;

/** The panel. */
export function GatePanel({
  state,
  live,
  now,
}: {
  readonly state: RunState;
  readonly live: LiveReading | null;
  readonly now: number;
}): JSX.Element {
  const gate = live?.gate ?? null;
  return (
    <section class="panel gate" aria-labelledby="gate-title">
      <h2 id="gate-title">
        Gate <small>{gate === null ? 'none at this moment' : 'what must be seen before the next step'}</small>
      </h2>
      {gate === null ? <LastGate state={state} /> : <Waiting gate={gate} now={now} />}
    </section>
  );
}

function Waiting({ gate, now }: { readonly gate: LiveGate; readonly now: number }): JSX.Element {
  const open = gate.conditions.filter((condition) => condition.state !== 'pass').length;
  return (
    <>
      <p>
        {open === 0
          ? 'All conditions hold; they must go on to hold.'
          : `${gate.conditions.length - open} of ${gate.conditions.length} conditions hold.`}
      </p>
      <Bar label="held" value={gate.heldMs} most={gate.holdMs} />
      <Bar label="waited, before the run stops" value={gate.waitedMs} most={gate.limitMs} />
      <ul class="conditions">
        {gate.conditions.map((condition) => (
          <ConditionLine key={condition.name} condition={condition} now={now} />
        ))}
      </ul>
    </>
  );
}

function ConditionLine({
  condition,
  now,
}: {
  readonly condition: LiveCondition;
  readonly now: number;
}): JSX.Element {
  const { name, state, seen, since } = condition;
  return (
    <li class={state}>
      <span class="sign" aria-hidden="true">
        {signs[state]}
      </span>
      <span class="name">{name}</span>
      <span class="seen">{seen}</span>
      <span class="since">
        {words[state]}, {lasting(now - since)}
      </span>
    </li>
  );
}

function Bar({
  label,
  value,
  most,
}: {
  readonly label: string;
  readonly value: number;
  readonly most: number;
}): JSX.Element {
  return (
    <label class="bar">
      <span>
        {label} <b>{duration(Math.min(value, most))}</b> of {duration(most)}
      </span>
      <progress max={Math.max(1, most)} value={Math.min(value, most)} />
    </label>
  );
}

function LastGate({ state }: { readonly state: RunState }): JSX.Element {
  const passed = state.stages.flatMap((stage) => stage.steps).findLast((step) => step.done !== null);
  if (passed?.done == null) return <p>No gate has passed yet.</p>;
  const { gate, heldMs, at } = passed.done;
  return (
    <>
      <p>
        The last one, after {passed.step.id} {passed.step.kind} {passed.step.host}, passed at {clockTime(at)}{' '}
        UTC and had held for {duration(heldMs)}.
      </p>
      <details>
        <summary>What it saw then</summary>
        <ul class="evidence">
          {gate.seen.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </>
  );
}
