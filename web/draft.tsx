// The page of a plan that nobody has begun: what it would do, and what the proof says of it.

import type { JSX } from 'preact';
import type { RunState } from '../src/run/run-state.js';
import { type PlanDraft, storiesOf } from '../src/view/page/plan-draft.js';
import { capital, changeWords, settingWords } from '../src/view/plan-words.js';
import { lasting } from './clock.js';
import { Counterexample } from './counterexample.js';
import { PlanPanel } from './plan-path.js';

const verdicts = {
  safe: { tone: 'good', sign: '✓', words: 'proved safe' },
  unsafe: { tone: 'bad', sign: '■', words: 'unsafe' },
  unproved: { tone: 'warn', sign: '?', words: 'not proved' },
} as const;

/** Everything of it. */
export function DraftPage({
  state,
  draft,
}: {
  readonly state: RunState;
  readonly draft: PlanDraft;
}): JSX.Element {
  const { plan } = state;
  const { tone, sign, words } = verdicts[draft.verification.verdict];
  return (
    <>
      <header class={`head ${tone}`}>
        <p class="about">
          <span class="chip">
            <span aria-hidden="true">{sign}</span> {words}
          </span>{' '}
          a plan{state.cluster === '' ? '' : ' for '}
          <strong>{state.cluster}</strong>: nothing has been done
        </p>
        <h1>{plan.stages.length === 0 ? 'A plan without a stage' : capital(changeWords(plan))}</h1>
        <p class="detail">{settingWords(plan)}</p>
        <dl class="times">
          <div>
            <dt>about, in all</dt>
            <dd>{lasting(draft.totalMs)}</dd>
          </div>
          <div>
            <dt>{plan.stages.length === 1 ? 'stage' : 'stages'}</dt>
            <dd>{plan.stages.length}</dd>
          </div>
          <div>
            <dt>steps</dt>
            <dd>{plan.stages.reduce((sum, stage) => sum + stage.steps.length, 0)}</dd>
          </div>
        </dl>
      </header>
      <main id="main" tabIndex={-1}>
        {storiesOf(state, draft).map((story, index) => (
          <Counterexample key={index} story={story} number={index + 1} />
        ))}
        <PlanPanel state={state} now={state.startedAt} />
      </main>
    </>
  );
}
