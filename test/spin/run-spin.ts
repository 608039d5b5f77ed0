// What does Spin say of a model: which rules can be broken, how many states there are, how long it took?

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The rules that the Promela model has; `stuck` is not one of them. */
export const spinRules = ['lost-write', 'split-brain', 'two-holders'] as const;

/** One of the rules that the Promela model has. */
export type SpinRule = (typeof spinRules)[number];

/** How Spin is run. */
export interface SpinOptions {
  /** `all` goes on after a broken rule and finds each rule that can be broken; `first` stops at the first one. */
  readonly rules: 'all' | 'first';
  /** For gcc: small models are compiled quickest without, large ones searched quickest with. */
  readonly optimise: '-O0' | '-O2';
  /** The depth of the search, in steps of the model: what a depth-first search keeps its stack for. */
  readonly mostDepth: number;
  /** Memory that `pan` may take. */
  readonly mostMegabytes: number;
  /** How long `pan` may search. */
  readonly limitMs: number;
}

/** For models of a few thousand states. */
export const smallModels: SpinOptions = {
  rules: 'all',
  optimise: '-O0',
  mostDepth: 500_000,
  mostMegabytes: 1500,
  limitMs: 120_000,
};

/** For models of millions of states, of which the time to a verdict is asked. */
export const largeModels: SpinOptions = {
  rules: 'first',
  optimise: '-O2',
  mostDepth: 5_000_000,
  mostMegabytes: 6000,
  limitMs: 600_000,
};

/** What Spin found. Exact: all states are stored whole. */
export interface SpinVerdict {
  /** `cut-short`: the limit on time, depth or memory was reached first, and `broken` is what was found until then. */
  readonly verdict: 'safe' | 'unsafe' | 'cut-short';
  readonly broken: readonly SpinRule[];
  /** States stored. */
  readonly states: number;
  /** Transitions of the whole model; what happens inside an atomic sequence is not counted. */
  readonly transitions: number;
  /** Memory in use at the end. */
  readonly megabytes: number;
  /** Spin and gcc: from the model to a program. */
  readonly compileMs: number;
  /** The search itself. */
  readonly searchMs: number;
}

/** Searches a model to the end. Throws when spin or gcc is missing or refuses the model, with what they said. */
export async function runSpin(model: string, options: SpinOptions = smallModels): Promise<SpinVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'succession-spin-'));
  try {
    await writeFile(join(folder, 'model.pml'), model);
    const begun = performance.now();
    await succeeds(folder, 'spin', ['-a', 'model.pml']);
    const memory = `-DMEMLIM=${options.mostMegabytes}`;
    await succeeds(folder, 'gcc', [
      options.optimise,
      '-w',
      '-DSAFETY',
      '-DNOREDUCE',
      memory,
      '-o',
      'pan',
      'pan.c',
    ]);
    const compiled = performance.now();
    const errors = options.rules === 'all' ? '-c0' : '-c1';
    const args = ['-E', '-n', '-w20', errors, `-m${options.mostDepth}`];
    // An interrupted pan still says how far it came.
    const { output } = await run(folder, join(folder, 'pan'), args, options.limitMs);
    const searched = performance.now();
    return {
      ...readVerdict(output, options),
      compileMs: Math.round(compiled - begun),
      searchMs: Math.round(searched - compiled),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads what `pan` printed. Throws when it is no report of an exhaustive search. */
export function readVerdict(
  output: string,
  { rules }: Pick<SpinOptions, 'rules'>,
): Omit<SpinVerdict, 'compileMs' | 'searchMs'> {
  if (!output.includes('Full statespace search') || /bitstate|hash-compact/i.test(output))
    throw new Error(`pan did not search exhaustively:\n${output}`);
  const violated = [...output.matchAll(/assertion violated\W+(\w+)/g)].map(([, name = '']) => name);
  const broken = spinRules.filter((rule) => violated.includes(rule.replace('-', '_')));
  const errors = numberIn(output, /errors: (\d+)/);
  if (errors > 0 !== broken.length > 0) throw new Error(`pan found errors that are no rules:\n${output}`);
  const incomplete = /max search depth too small|out of memory|Search not completed/i.test(output);
  const decided = !incomplete || (rules === 'first' && broken.length > 0);
  return {
    verdict: !decided ? 'cut-short' : broken.length > 0 ? 'unsafe' : 'safe',
    broken,
    states: numberIn(output, /([\d.e+]+) states, stored/),
    transitions: numberIn(output, /([\d.e+]+) transitions/),
    megabytes: numberIn(output, /([\d.]+)\s+total actual memory usage/),
  };
}

function numberIn(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`pan did not say ${pattern.source}:\n${output}`);
  return Number(found);
}

interface Ended {
  readonly status: number;
  readonly output: string;
}

async function succeeds(folder: string, program: string, args: readonly string[]): Promise<void> {
  const { status, output } = await run(folder, program, args, 60_000);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${output}`);
}

function run(folder: string, program: string, args: readonly string[], limitMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      clearTimeout(limit);
      if (error?.code === 'ENOENT')
        reject(
          new Error(`${program} is not installed: apt-get install spin gcc, or node scripts/setup.mjs test`),
        );
      else resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
    // execFile's own time limit would close the pipes before pan has said how far it came.
    const limit = setTimeout(() => child.kill('SIGINT'), limitMs);
  });
}
