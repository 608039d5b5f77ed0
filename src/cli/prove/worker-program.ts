// Where is the program of a proving thread?

import { fileURLToPath } from 'node:url';

/** The path of `dist/cli/prove/NAME.js`. A thread runs the built program, also where a test runs this module's source. */
export function workerProgram(name: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../../dist/cli/prove' : '.';
  return fileURLToPath(new URL(`${folder}/${name}.js`, import.meta.url));
}
