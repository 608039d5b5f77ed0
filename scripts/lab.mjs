// `npm run test:lab`: everything that a fresh clone needs, then whole runs on labs of DC/OS hosts. It takes an hour or two.
// Arguments go to vitest: `-- -t 'five in a row'`.

import { join } from 'node:path';
import process from 'node:process';
import { root, run, setUp } from './setup.mjs';

setUp('test');
process.exitCode = run(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--config', 'vitest.lab.config.ts', ...process.argv.slice(2)],
  1,
);
