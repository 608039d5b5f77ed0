// Why the run stopped: whose move it is, the next commands, what was expected, what was seen.

import type { JSX } from 'preact';
import { sentenceCase } from './head.js';
import type { Failure } from '../src/run/failure.js';
import type { RunState } from '../src/run/run-state.js';

const whose = {
  operator: 'it waits for you',
  cluster: 'something in the cluster must be mended first',
  tool: 'a fault of this program',
} as const;

/** The panel. The head has said what happened. */
export function FailurePanel({
  failure,
  state: { run, status, clusterFile },
}: {
  readonly failure: Failure;
  readonly state: RunState;
}): JSX.Element {
  return (
    <section class="panel wide failure" aria-labelledby="failure-title">
      <h2 id="failure-title">
        What to do now{' '}
        <small>
          {failure.code}: {whose[failure.blame]}
        </small>
      </h2>
      <div class="columns">
        <div>
          <ul>
            {failure.next.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {status === 'stopped' && (
            <dl class="commands">
              <dt>how it stands now</dt>
              <dd>
                <code>succession status --cluster {clusterFile}</code>
              </dd>
              <dt>what this failure means</dt>
              <dd>
                <code>succession explain {failure.code}</code>
              </dd>
              <dt>go on</dt>
              <dd>
                <code>succession resume {run}</code>
              </dd>
              <dt>or go back</dt>
              <dd>
                <code>succession rollback {run}</code>
              </dd>
            </dl>
          )}
        </div>
        <div>
          <h3>Expected</h3>
          <p>{sentenceCase(failure.expected)}</p>
          <h3>Seen when it stopped</h3>
          <ul class="evidence">
            {failure.seen.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}
