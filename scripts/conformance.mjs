// `npm run test:conformance`: everything that a fresh clone needs, then each scenario on real servers of each version.
// Arguments go to vitest: `-- -t '3.8 staying'`.

import { join } from 'node:path';
import process from 'node:process';
import { root, run, setUp } from './setup.mjs';

setUp('test');
process.exitCode = run(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--config', 'vitest.conformance.config.ts', ...process.argv.slice(2)],
  1,
);
