// The quorum and the margin as a picture: a mark for each member, a line where the quorum ends.

import type { JSX } from 'preact';
import { type RunState, stepInFlight } from '../src/run/run-state.js';
import type { EnsemblePicture } from '../src/view/page/ensemble-picture.js';

/** Beside the ring. */
export function Quorum({
  picture,
  state,
}: {
  readonly picture: EnsemblePicture;
  readonly state: RunState | null;
}): JSX.Element {
  const { serving, quorum, size, margin } = picture;
  const step = state === null ? null : stepInFlight(state);
  const tone = margin === null ? 'calm' : margin < 0 ? 'bad' : margin === 0 ? 'warn' : 'good';
  return (
    <div class={`quorum ${tone}`}>
      <p class="margin">
        <strong aria-hidden="true">{margin === null ? '?' : margin < 0 ? 'no' : margin}</strong>
        <span>{marginWords(margin)}</span>
      </p>
      <div class="pips" aria-hidden="true">
        {Array.from({ length: Math.max(size, serving) }, (_, index) => (
          <span
            key={index}
            class={`pip ${margin === null ? 'unknown' : index < serving ? 'on' : 'off'} ${index === quorum - 1 ? 'last' : ''}`}
          />
        ))}
      </div>
      <p class="small">
        {margin === null ? `${size} members` : `${serving} of ${size} serve`}; {quorum} are a quorum.
      </p>
      {step !== null && (
        <p class={margin !== null && margin < step.step.margin ? 'below' : 'small'}>
          Planned during {step.step.id}: {predicted(step.step.margin)}
          {margin !== null && margin < step.step.margin ? '. This is less' : ''}.
        </p>
      )}
    </div>
  );
}

function marginWords(margin: number | null): string {
  if (margin === null) return 'not known yet how many may fail';
  if (margin < 0) return 'quorum: nobody can write';
  return margin === 1
    ? 'more may fail'
    : margin === 0
      ? 'more may fail: one failure stops the service'
      : 'more may fail';
}

function predicted(margin: number): string {
  return margin < 0 ? 'no service' : `${margin} more may fail`;
}
