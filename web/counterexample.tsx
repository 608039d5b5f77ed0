// How a plan that is not safe goes wrong, a sentence at a time.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Story } from '../src/view/page/plan-draft.js';

/** The panel. `number`: among the stories of the page. */
export function Counterexample({
  story: { where, sentences },
  number,
}: {
  readonly story: Story;
  readonly number: number;
}): JSX.Element {
  const [at, setAt] = useState(0);
  const last = sentences.length - 1;
  const title = `counterexample-${number}`;
  return (
    <section class="panel wide counterexample" aria-labelledby={title}>
      <h2 id={title}>
        How it goes wrong{where} <small>the shortest story that breaks a rule</small>
      </h2>
      <p class="steppers">
        <button type="button" aria-disabled={at === 0} onClick={() => setAt(Math.max(0, at - 1))}>
          ‹ Back
        </button>
        <button type="button" aria-disabled={at === last} onClick={() => setAt(Math.min(last, at + 1))}>
          Next ›
        </button>
        <span>
          {at + 1} of {sentences.length}
        </span>
      </p>
      <p class="hidden" role="status">
        {at + 1}. {sentences[at]}
      </p>
      <ol class="story">
        {sentences.map((sentence, index) => (
          <li
            key={index}
            class={`${index < at ? 'past' : index === at ? 'here' : 'ahead'} ${index === last ? 'last' : ''}`}
            aria-current={index === at ? 'step' : undefined}
          >
            {sentence}
          </li>
        ))}
      </ol>
    </section>
  );
}
