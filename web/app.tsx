// The page: what is happening, how safe it is, what comes next, what is wanted.

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { agentsGrid } from '../src/view/page/agents-grid.js';
import { pictureNow } from '../src/view/page/ensemble-picture.js';
import { Agents } from './agents.js';
import { Approvals } from './approvals.js';
import { AvailabilityPanel } from './availability.js';
import { useNow } from './clock.js';
import { EnsemblePanel } from './ensemble.js';
import { FailurePanel } from './failure.js';
import { GatePanel } from './gate.js';
import { Head, headWords } from './head.js';
import { Log } from './log.js';
import { PlanPanel } from './plan-path.js';
import { Counterexample } from './counterexample.js';
import type { Feed } from './run-feed.js';

/** Everything, from the feed. */
export function App({ feed }: { readonly feed: Feed }): JSX.Element {
  const { state, presence, records, log } = feed;
  const live = presence?.live ?? null;
  const now = useNow(presence?.aheadMs ?? 0);
  const words = state === null ? null : headWords(state, live, now);
  const wanted = state?.approvals.filter((one) => one.given === null) ?? [];
  useEffect(() => {
    const title = wanted.some((one) => one.until === undefined)
      ? 'Approval wanted'
      : (words?.title ?? 'Succession');
    document.title = `${title} · ${presence?.run ?? ''}`;
  });
  if (state === null || words === null)
    return (
      <main class="first" aria-busy="true">
        {feed.link === 'refused' ? <Refused /> : <p>Reading the run…</p>}
      </main>
    );
  const agents = agentsGrid(records, live?.duty ?? null);
  const picture = pictureNow(state, live);
  const asking = state.status === 'running' ? wanted : [];
  return (
    <>
      <a class="skip" href="#main">
        To the ensemble
      </a>
      <Head state={state} live={live} words={words} now={now} />
      <p class="announce" role="status">
        {log.at(-1)?.sentence ?? ''}
      </p>
      {feed.link === 'lost' && (
        <p class="notice" role="alert">
          The page’s server does not answer; what is shown is what it last said. The run goes on without it:{' '}
          <code>succession watch {presence?.run ?? ''}</code> brings it back, and nothing is missed.
        </p>
      )}
      {feed.link === 'refused' && <Refused />}
      {presence?.damage != null && (
        <p class="notice" role="alert">
          {presence.damage}
        </p>
      )}
      <main id="main" tabIndex={-1}>
        {asking.length > 0 && <Approvals wanted={asking} presence={presence} now={now} />}
        {state.failure !== null && (
          <FailurePanel failure={state.failure} run={state.run} status={state.status} />
        )}
        {picture !== null && (
          <EnsemblePanel
            picture={picture}
            state={state}
            seenMs={live?.servicesAt == null ? null : now - live.servicesAt}
          />
        )}
        <GatePanel state={state} live={live} now={now} />
        <PlanPanel state={state} now={now} />
        <AvailabilityPanel state={state} live={live} />
        {agents !== null && <Agents grid={agents} />}
        <Counterexample proof={state.plan.proof} />
        <Log lines={log} />
      </main>
      <footer>
        Run {state.run}, begun by {state.by}. Times are in UTC. Succession {presence?.version ?? ''}
        {presence?.readOnly === true ? ', read-only' : ''}.
      </footer>
    </>
  );
}

function Refused(): JSX.Element {
  return (
    <p class="notice" role="alert">
      This address has no valid token. Open the one that <code>succession watch</code> printed.
    </p>
  );
}
