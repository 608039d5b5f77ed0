// Why the run stopped: what was expected, what was seen, whose move it is, and the next commands.

import type { JSX } from 'preact';
import { sentenceCase } from './head.js';
import type { Failure } from '../src/run/failure.js';
import type { RunStatus } from '../src/run/run-state.js';

const whose = { operator: 'yours', cluster: 'the cluster’s', tool: 'this program’s' } as const;

/** The panel. */
export function FailurePanel({
  failure,
  run,
  status,
}: {
  readonly failure: Failure;
  readonly run: string;
  readonly status: RunStatus;
}): JSX.Element {
  return (
    <section class="panel wide failure" aria-labelledby="failure-title">
      <h2 id="failure-title">
        Stopped{' '}
        <small>
          {failure.code}; the move is {whose[failure.blame]}
        </small>
      </h2>
      <p class="message">{sentenceCase(failure.message)}</p>
      <div class="columns">
        <div>
          <h3>Expected</h3>
          <p>{failure.expected}</p>
          <h3>Seen</h3>
          <ul class="evidence">
            {failure.seen.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
        <div>
          <h3>What to do now</h3>
          <ul>
            {failure.next.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {status === 'stopped' && (
            <p>
              <code>succession resume {run}</code> or <code>succession rollback {run}</code>
            </p>
          )}
        </div>
      </div>
    </section>
  );
}
