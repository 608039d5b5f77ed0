// `npm run bench`: everything that a fresh clone needs, then ours beside the runbook to the letter. Arguments go to bench/compare.ts.

import { join } from 'node:path';
import process from 'node:process';
import { root, run, setUp } from './setup.mjs';

setUp('test');
process.exitCode = run(
  join(root, 'node_modules', '.bin', 'tsx'),
  ['bench/compare.ts', ...process.argv.slice(2)],
  1,
);
