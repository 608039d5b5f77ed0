// The agents as a grid: one square each.

import type { JSX } from 'preact';
import type { AgentsGrid } from '../src/view/page/agents-grid.js';

/** More squares than this are no picture any more: then each stands for several. */
const MOST_CELLS = 400;

/** The panel. */
export function Agents({ grid }: { readonly grid: AgentsGrid }): JSX.Element {
  const each = Math.max(1, Math.ceil(grid.total / MOST_CELLS));
  const cells = Math.ceil(grid.total / each);
  const done = Math.floor(grid.done / each);
  const work = Math.ceil(grid.atWork / each);
  const failed = Math.min(Math.ceil(grid.failed / each), cells);
  const kind = (index: number): string =>
    index < done ? 'done' : index < done + work ? 'work' : index >= cells - failed ? 'failed' : 'ahead';
  return (
    <section class="panel wide agents" aria-labelledby="agents-title">
      <h2 id="agents-title">
        Agents <small>{grid.words}</small>
      </h2>
      <div class="cells" aria-hidden="true">
        {Array.from({ length: cells }, (_, index) => (
          <span key={index} class={`cell ${kind(index)}`} />
        ))}
      </div>
      <p class="small">
        {grid.done} of {grid.total} done, {grid.atWork} at work, {grid.failed} with a fault
        {each > 1 ? `; a square stands for ${each} agents` : ''}.
      </p>
      {grid.faults.length > 0 && (
        <ul class="evidence">
          {grid.faults.map(({ agent, seen }) => (
            <li key={agent}>
              <b>{agent}</b>: {seen}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
