import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/examples.mjs', import.meta.url));

test('docs/examples/ holds what this program writes today (npm run examples writes it anew)', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']).catch(
    (error: unknown) => ({ stderr: error instanceof Error && 'stderr' in error ? error.stderr : error }),
  );
  expect(stderr).toBe('');
});
