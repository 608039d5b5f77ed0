// How is the proof built with a mistake in it?

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { build } from 'esbuild';
import type { proveScript } from '../../src/proof/prove-script.js';
import type { mergesRightly, modelOf, reachableOf } from '../support/reachable-rules.js';
import type { Mutant } from './mutants.js';

/** The doors of src/proof that the checks go through. */
export interface ProofDoors {
  readonly proveScript: typeof proveScript;
  readonly modelOf: typeof modelOf;
  readonly reachableOf: typeof reachableOf;
  readonly mergesRightly: typeof mergesRightly;
}

const root = join(import.meta.dirname, '..', '..');

const doors = `
export { proveScript } from './src/proof/prove-script.js';
export { mergesRightly, modelOf, reachableOf } from './test/support/reachable-rules.js';
`;

/** The proof as it is, or with a mistake. Throws when the mistake's text is not there, or more than once. */
export async function proofWith(mutant: Mutant | null): Promise<ProofDoors> {
  const built = await build({
    stdin: { contents: doors, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'doors',
    target: 'node20',
    plugins: [
      {
        name: 'mistake',
        setup: (plugins) => {
          plugins.onLoad({ filter: /\/src\/(model|proof)\/.*\.ts$/ }, ({ path }) => ({
            contents: mutated(path, mutant),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  const code = built.outputFiles[0]?.text ?? '';
  return runInThisContext(`${code}; doors`) as ProofDoors;
}

function mutated(path: string, mutant: Mutant | null): string {
  const text = readFileSync(path, 'utf8');
  if (mutant === null || path !== join(root, mutant.file)) return text;
  const pieces = text.split(mutant.find);
  if (pieces.length !== 2)
    throw new Error(
      `'${mutant.mistake}': its text is ${pieces.length - 1} times in ${mutant.file}; give the mistake its new place: ${mutant.find}`,
    );
  return pieces.join(mutant.replace);
}
