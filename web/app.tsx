// The page: what is happening, how safe it is, what comes next, what is wanted.

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { agentsGrid } from '../src/view/page/agents-grid.js';
import { storiesOf } from '../src/view/page/plan-draft.js';
import { pictureNow } from '../src/view/page/ensemble-picture.js';
import { Agents } from './agents.js';
import { Approvals } from './approvals.js';
import { AvailabilityPanel } from './availability.js';
import { useNow } from './clock.js';
import { DraftPage } from './draft.js';
import { EnsemblePanel } from './ensemble.js';
import { FailurePanel } from './failure.js';
import { GatePanel } from './gate.js';
import { Head, headWords, NoWrites, pausedBecause } from './head.js';
import { Log } from './log.js';
import { PlanPanel } from './plan-path.js';
import { Counterexample } from './counterexample.js';
import type { Feed } from './run-feed.js';

/** Everything, from the feed. */
export function App({ feed }: { readonly feed: Feed }): JSX.Element {
  const { state, presence, records, log } = feed;
  const live = presence?.live ?? null;
  const now = useNow(presence?.aheadMs ?? 0);
  const words = state === null ? null : headWords(state, live, now, pausedBecause(records));
  const draft = presence?.draft ?? null;
  const wanted = state?.approvals.filter((one) => one.given === null) ?? [];
  // Whoever asked may have died meanwhile: then nobody takes an answer.
  const asking = words?.waits === true ? wanted : [];
  useEffect(() => {
    const asks = asking.some((one) => one.until === undefined);
    const title = draft !== null ? 'Plan' : asks ? 'Approval wanted' : (words?.title ?? 'Succession');
    document.title = `${title} · ${presence?.run ?? ''}`;
  });
  if (state === null || words === null || presence === null)
    return (
      <main class="first" aria-busy="true">
        {feed.link === 'refused' ? <Refused /> : <p>Reading the run…</p>}
      </main>
    );
  const lost = feed.link === 'lost' && (
    <p class="notice" role="alert">
      The page’s server does not answer; what is shown is what it last said.{' '}
      {draft === null && 'The run goes on without it: '}
      <code>succession watch {draft?.file ?? presence.run}</code> brings it back
      {draft === null && ', and nothing is missed'}.
    </p>
  );
  if (draft !== null)
    return (
      <>
        {lost}
        <DraftPage state={state} draft={draft} />
        <footer>
          Plan {draft.file}, made by {state.by}. Succession {presence.version}.
        </footer>
      </>
    );
  const agents = agentsGrid(records, live?.duty ?? null);
  // What goes on now comes first.
  const agentsNow = state.duties.some((duty) => duty.kind === 'agents' && duty.done === null);
  const picture = pictureNow(state, live);
  return (
    <>
      <a class="skip" href="#main">
        To the ensemble
      </a>
      <Head state={state} live={live} words={words} now={now} />
      <p class="announce" role="status">
        {log.at(-1)?.sentence ?? ''}
      </p>
      <NoWrites live={live} />
      {lost}
      {feed.link === 'refused' && <Refused />}
      {presence.damage !== null && (
        <p class="notice" role="alert">
          {presence.damage}
        </p>
      )}
      <main id="main" tabIndex={-1}>
        {asking.length > 0 && <Approvals wanted={asking} presence={presence} now={now} />}
        {state.failure !== null && <FailurePanel failure={state.failure} state={state} />}
        {picture !== null && (
          <EnsemblePanel
            picture={picture}
            state={state}
            seenMs={live?.servicesAt == null ? null : now - live.servicesAt}
            over={words.overAt !== null}
          />
        )}
        <GatePanel state={state} live={live} now={now} />
        {agents !== null && agentsNow && <Agents grid={agents} />}
        <PlanPanel state={state} now={words.overAt ?? now} />
        <AvailabilityPanel state={state} live={live} />
        {agents !== null && !agentsNow && <Agents grid={agents} />}
        {storiesOf(state, null).map((story, index) => (
          <Counterexample key={index} story={story} number={index + 1} />
        ))}
        <Log lines={log} />
      </main>
      <footer>
        Run {state.run}, begun by {state.by}. Times are in UTC. Succession {presence.version}
        {presence.readOnly ? ', read-only' : ''}.
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
