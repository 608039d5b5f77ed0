// How a plan that is not safe goes wrong, a sentence at a time.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Proof } from '../src/plan/plan.js';
import { splitStory } from '../src/view/timeline.js';

/** The panel; nothing for a plan without a counterexample. */
export function Counterexample({ proof }: { readonly proof: Proof }): JSX.Element | null {
  const [at, setAt] = useState(0);
  if (proof.counterexample === null) return null;
  const { where, story } = splitStory(proof.counterexample);
  const last = story.length - 1;
  return (
    <section class="panel wide counterexample" aria-labelledby="counterexample-title">
      <h2 id="counterexample-title">
        How it goes wrong{where} <small>the shortest story that breaks a rule</small>
      </h2>
      <p class="steppers">
        <button type="button" disabled={at === 0} onClick={() => setAt(at - 1)}>
          ‹ Back
        </button>
        <button type="button" disabled={at === last} onClick={() => setAt(at + 1)}>
          Next ›
        </button>
        <span role="status">
          {at + 1} of {story.length}
        </span>
      </p>
      <ol class="story">
        {story.map((sentence, index) => (
          <li
            key={index}
            class={index < at ? 'past' : index === at ? 'here' : 'ahead'}
            aria-current={index === at ? 'step' : undefined}
          >
            {sentence}
          </li>
        ))}
      </ol>
    </section>
  );
}
