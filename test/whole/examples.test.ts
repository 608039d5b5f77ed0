import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/run/journal.js';
import { foldJournal } from '../../src/run/run-state.js';

const script = fileURLToPath(new URL('../../scripts/examples.mjs', import.meta.url));
const runs = fileURLToPath(new URL('../../docs/examples/runs/', import.meta.url));

test('docs/examples/ holds what this program makes today of the runs that are kept there (npm run examples)', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']).catch(
    (error: unknown) => ({ stderr: error instanceof Error && 'stderr' in error ? error.stderr : error }),
  );
  expect(stderr).toBe('');
});

describe('the kept runs', () => {
  test.each([
    ['five-masters', { status: 'finished', done: 5, lost: 0, stoppedAs: undefined }],
    ['stopped-run', { status: 'stopped', done: 1, lost: undefined, stoppedAs: 'member-down' }],
  ])('%s went on real servers, as it is told of', async (name, expected) => {
    const file = join(runs, name, 'journal.jsonl');
    const reading = await readJournal(file);
    const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
    expect({
      status: state?.status,
      done: state?.stages.filter((stage) => stage.endedAt !== null).length,
      lost: state?.audit?.members.reduce((sum, { lost }) => sum + lost, 0),
      stoppedAs: state?.failure?.code,
    }).toEqual(expected);
    expect(state).toMatchObject({ purpose: 'rehearsal', simulation: null, by: 'ana@ops' });
    // Where it was recorded is nobody's business: `--home` names a place that says nothing.
    expect(await readFile(file, 'utf8')).not.toMatch(/\/(?:tmp|home|root|work|var|Users)\//);
  });
});
