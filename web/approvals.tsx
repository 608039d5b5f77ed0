// What waits for a person, and the way to say yes or no.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApprovalState } from '../src/run/run-state.js';
import { untilWords } from '../src/view/given-words.js';
import { lasting } from './clock.js';
import { sentenceCase } from './head.js';
import { ask, type Presence } from './run-feed.js';

const NAME_KEY = 'succession.name';

/** The panel; only while something is wanted. */
export function Approvals({
  wanted,
  presence,
  now,
}: {
  readonly wanted: readonly ApprovalState[];
  readonly presence: Presence | null;
  readonly now: number;
}): JSX.Element {
  return (
    <section class="panel wide approvals" aria-labelledby="approvals-title">
      <h2 id="approvals-title">
        {wanted.some((one) => one.until === undefined) ? 'Your approval is wanted' : 'Quiet time'}
      </h2>
      {wanted.map((one) => (
        <Approval key={one.id} wanted={one} presence={presence} now={now} />
      ))}
    </section>
  );
}

function Approval({
  wanted,
  presence,
  now,
}: {
  readonly wanted: ApprovalState;
  readonly presence: Presence | null;
  readonly now: number;
}): JSX.Element {
  const [name, setName] = useState(localStorage.getItem(NAME_KEY) ?? '');
  const [said, setSaid] = useState('');
  const decide = async (approved: boolean): Promise<void> => {
    const by = name.trim();
    if (by === '') {
      setSaid('Say who you are first: the journal names whoever decides.');
      return;
    }
    localStorage.setItem(NAME_KEY, by);
    setSaid('Sending…');
    try {
      const answer = await ask('api/approve', { id: wanted.id, by, approved });
      const told: unknown = await answer.json();
      setSaid(answer.ok ? 'Sent. The run takes it within a second.' : errorIn(told));
    } catch {
      setSaid('The page’s server does not answer: nothing was sent.');
    }
  };
  const field = `name-${wanted.id}`;
  return (
    <div class="approval">
      <p class="question">{sentenceCase(wanted.question)}</p>
      <ul>
        {wanted.about.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="small">
        {untilWords(wanted.until, now) ??
          `Asked ${lasting(now - wanted.wantedAt)} ago. The ensemble is left as it is until somebody decides.`}
      </p>
      {presence?.readOnly === true ? (
        <p>
          This page is read-only. In a terminal: <code>succession approve {presence.run}</code>
        </p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void decide(true);
          }}
        >
          <label for={field}>Your name</label>
          <input
            id={field}
            autoComplete="name"
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="primary">
            {wanted.until === undefined ? 'Approve' : 'Go on now'}
          </button>
          <button type="button" onClick={() => void decide(false)}>
            {wanted.until === undefined ? 'Decline' : 'Pause the run'}
          </button>
        </form>
      )}
      <p role="status" class="said">
        {said}
      </p>
    </div>
  );
}

function errorIn(told: unknown): string {
  return typeof told === 'object' && told !== null && 'error' in told && typeof told.error === 'string'
    ? told.error
    : 'The page’s server refused it.';
}
