// `npm run bench`, `bench:proof`, `bench:pages` and `bench:runbook`: everything that a fresh clone needs, then a program of bench/, `compare` when none is named. Arguments go to it.

import { join } from 'node:path';
import process from 'node:process';
import { root, run, setUp } from './setup.mjs';

const [program = 'compare', ...args] =
  process.argv[2]?.startsWith('-') === true ? ['compare', ...process.argv.slice(2)] : process.argv.slice(2);
setUp('test');
process.exitCode = run(join(root, 'node_modules', '.bin', 'tsx'), [`bench/${program}.ts`, ...args], 1);
