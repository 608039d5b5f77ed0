// What was done, in sentences, newest first; the evidence when one asks for it.

import type { JSX } from 'preact';
import type { JournalRecord } from '../src/run/journal-record.js';
import { givenWords } from '../src/view/given-words.js';
import { sentenceCase } from './head.js';
import type { LogLine } from './run-feed.js';

/** The panel. */
export function Log({ lines }: { readonly lines: readonly LogLine[] }): JSX.Element {
  return (
    <section class="panel wide log" aria-labelledby="log-title">
      <h2 id="log-title">
        Log <small>newest first, in UTC; a line opens to its evidence</small>
      </h2>
      <ol>
        {lines.toReversed().map(({ record, sentence }) => (
          <Line key={record.seq} record={record} sentence={sentence} />
        ))}
      </ol>
    </section>
  );
}

function Line({
  record,
  sentence,
}: {
  readonly record: JournalRecord;
  readonly sentence: string;
}): JSX.Element {
  const evidence = evidenceOf(record);
  return (
    <li class={`kind-${record.kind}`}>
      <time dateTime={record.at}>{record.at.slice(11, 19)}</time>
      {evidence.length === 0 ? (
        <p>{sentenceCase(sentence)}</p>
      ) : (
        <details>
          <summary>{sentenceCase(sentence)}</summary>
          <ul class="evidence">
            {evidence.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function evidenceOf(record: JournalRecord): readonly string[] {
  switch (record.kind) {
    case 'step-done':
      return [`the gate had held for ${Math.round(record.heldMs)} ms`, ...record.gate.seen];
    case 'step-acted':
    case 'duty-acted':
    case 'duty-done':
      return record.evidence;
    case 'step-intent':
      return record.proof === undefined
        ? []
        : [
            `the rest of the stage was proved to bear ${record.proof.faults} further faults: ${record.proof.states} states explored`,
          ];
    case 'run-stopped':
      return [...record.failure.seen, `expected: ${record.failure.expected}`];
    case 'deviation':
      return record.remaining;
    case 'approval-wanted':
      return record.about;
    case 'approval-given':
      return [givenWords(record)];
    case 'audited':
      return record.members.map(
        ({ address, checked, lost }) => `${address}: ${checked} looked up, ${lost} lost`,
      );
    case 'run-started':
    case 'run-resumed':
    case 'stage-started':
    case 'duty-intent':
    case 'reseed':
    case 'stage-done':
    case 'rollback-started':
    case 'run-paused':
    case 'run-finished':
    case 'run-abandoned':
      return [];
  }
}
