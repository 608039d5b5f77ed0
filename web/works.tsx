// The work around the stages: what was done, what is under way, what comes.

import type { JSX } from 'preact';
import type { RunState } from '../src/run/run-state.js';
import { duration } from '../src/view/figures.js';
import { type WorkStop, workPath } from '../src/view/page/work-path.js';
import { lasting } from './clock.js';
import { sentenceCase } from './head.js';

const signs = { done: '✓', here: '▶', ahead: '○' } as const;
const words = { done: 'done', here: 'under way', ahead: 'ahead' } as const;

/** Nothing on a plain ensemble. */
export function Works({
  state,
  now,
}: {
  readonly state: RunState;
  readonly now: number;
}): JSX.Element | null {
  const works = workPath(state);
  if (works.length === 0) return null;
  const done = works.filter((work) => work.place === 'done').length;
  return (
    <details class="duties" open>
      <summary>
        Work around the stages: {done} of {works.length} done
      </summary>
      <ul>
        {works.map((work, index) => (
          <li key={index} class={work.place} aria-current={work.place === 'here' ? 'step' : undefined}>
            <span class="sign" aria-hidden="true">
              {signs[work.place]}
            </span>{' '}
            {sentenceCase(work.sentence)}{' '}
            <small>{[work.when, placeWords(work, now)].filter((part) => part !== '').join(', ')}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}

function placeWords({ place, startedAt, tookMs, waivedBy }: WorkStop, now: number): string {
  if (place === 'here' && startedAt !== null) return `for ${lasting(now - startedAt)}`;
  if (waivedBy !== null) return `waived by ${waivedBy}`;
  return tookMs === null ? words[place] : `done in ${duration(tookMs)}`;
}
