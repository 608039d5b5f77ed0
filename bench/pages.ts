// What do ten open pages cost a run? The same run without a page and with ten, by turns, on this machine.
//
// npm run bench:pages [-- --pairs 6] [-- --pages 10] [-- --tick 500] [-- --only simulation]

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureLedger } from '../src/probe/ledger-figures.js';
import { readJournal } from '../src/run/journal.js';
import { type RunFolder, runFolder } from '../src/run/run-folder.js';
import { markdownTable } from '../src/view/figures.js';
import { begin, run } from '../test/support/command.js';
import { gateOverheadMs } from './overhead.js';
import { type OpenPages, openPages } from './open-pages.js';
import { takenByEnded } from './processor-time.js';

/** Of one run, in ms; NaN where a run has no such figure. */
interface Figures {
  /** From the first to the last record of the journal; of a simulation, whose clock is virtual, from start to exit. */
  readonly wall: number;
  /** What the run's process and its children took of the processors. */
  readonly cpu: number;
  readonly gate: number;
  readonly gap: number;
}

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '6' },
    pages: { type: 'string', default: '10' },
    tick: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
  },
});
const pages = Number(values.pages);
const home = await mkdtemp(join(tmpdir(), 'succession-pages-'));

async function must(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await run(home, ...args);
  if (status !== 0) throw new Error(`${args.join(' ')}: ${status ?? 'killed'}\n${err}`);
  return out;
}

/** Where a run is: known before it begins, or found once it has begun. */
type Place = RunFolder | (() => Promise<RunFolder>);

/** Carries a run out. What the pages' server takes is not the run's: it still lives when the run's figure is taken. */
async function carriedOut(args: readonly string[], place: Place, watched: boolean): Promise<Figures> {
  const look = (folder: RunFolder): Promise<OpenPages | null> =>
    watched ? openPages(home, folder.run, pages) : Promise.resolve(null);
  const ahead = typeof place === 'function' ? null : await look(place);
  const before = await takenByEnded();
  const from = performance.now();
  const running = begin(home, args);
  const opening =
    typeof place === 'function'
      ? place().then(async (folder) => ({ folder, open: await look(folder) }))
      : Promise.resolve({ folder: place, open: ahead });
  const end = await running.end;
  if (end.status !== 0) throw new Error(`${args.join(' ')}: ${end.status ?? 'killed'}\n${end.err}`);
  const took = performance.now() - from;
  const cpu = (await takenByEnded()) - before;
  const { folder, open } = await opening;
  const reading = await readJournal(folder.journal);
  const records = reading.kind === 'read' ? reading.records : [];
  await closed(open, records.length);
  if (typeof place !== 'function') return { wall: took, cpu, gate: Number.NaN, gap: Number.NaN };
  const wall = Date.parse(records.at(-1)?.at ?? '') - Date.parse(records[0]?.at ?? '');
  const { longestGapMs } = await measureLedger(folder.ledger, { fromMs: 0, toMs: Number.POSITIVE_INFINITY });
  return { wall, cpu, gate: (await gateOverheadMs(folder.journal)).median, gap: longestGapMs };
}

/** A page that missed a record would be no page. */
async function closed(open: OpenPages | null, records: number): Promise<void> {
  if (open === null) return;
  await wait(1500);
  const told = await open.close();
  if (told.pages !== pages || told.records !== records)
    throw new Error(`of ${records} records one of ${told.pages} pages was told ${told.records}`);
  shares.push(told.serverShare);
  process.stderr.write(
    `  ${pages} pages read ${(told.bytes / 1e6).toFixed(1)} MB; their server took ${told.serverShare.toFixed(1)} % of a processor\n`,
  );
}

/** Of each run that was watched: what its page's server took, in percent of a processor. */
const shares: number[] = [];

interface Pair {
  readonly without: Figures;
  readonly watched: Figures;
}

/** Each pair begins with the other kind than the one before: neither has the warmer machine. */
async function pairs(carry: (watched: boolean) => Promise<Figures>): Promise<readonly Pair[]> {
  const all: Pair[] = [];
  for (let index = 0; index < Number(values.pairs); index += 1) {
    const first = await carry(index % 2 === 1);
    const second = await carry(index % 2 === 0);
    const pair = index % 2 === 0 ? { without: first, watched: second } : { without: second, watched: first };
    process.stderr.write(`${JSON.stringify(pair)}\n`);
    all.push(pair);
  }
  return all;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function rows(name: string, all: readonly Pair[]): readonly (readonly string[])[] {
  const figures = [
    ['wall time', 'wall', 's'],
    ['processor time of the run', 'cpu', 's'],
    ['gate true to next action, median', 'gate', 'ms'],
    ['longest gap of the canary', 'gap', 'ms'],
  ] as const;
  return figures.flatMap(([figure, key, unit]) => {
    const ratios = all.map(({ without, watched }) => watched[key] / without[key]);
    if (ratios.some(Number.isNaN)) return [];
    const text = (ms: number): string =>
      unit === 's' ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms)} ms`;
    return [
      [
        name,
        figure,
        text(median(all.map(({ without }) => without[key]))),
        text(median(all.map(({ watched }) => watched[key]))),
        median(ratios).toFixed(2),
        `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      ],
    ];
  });
}

/** Five members replaced by five, simulated: as fast as a processor goes, so that whatever takes it away is seen. */
async function simulation(): Promise<readonly Pair[]> {
  const plan = join(home, 'simulated.json');
  const here = [11, 12, 13, 14, 15].map((last) => `10.0.0.${last}`).join(',');
  const target = [111, 112, 113, 114, 115].map((last) => `10.0.0.${last}`).join(',');
  await writeFile(plan, await must('plan', '--current', here, '--target', target, '-o', 'json'));
  const args = ['rehearse', plan, '--simulate', '--seed', '7'];
  // The first one makes its folder, in which the same again takes place.
  await must(...args);
  const [name = ''] = await readdir(join(home, 'runs'));
  return pairs((watched) => carriedOut(args, runFolder(home, name), watched));
}

/** One of five real servers replaced, each time on a fresh lab. */
async function replacement(): Promise<readonly Pair[]> {
  const members = [11, 12, 13, 14, 15].map((last) => `10.0.0.${last}`).join(',');
  const plan = join(home, 'plan.json');
  const cluster = join(home, 'labs', 'default', 'cluster.yaml');
  const change = ['--cluster', cluster, '--replace', '10.0.0.12=10.0.0.125'];
  return pairs(async (watched) => {
    try {
      await must('lab', 'up', '--current', members, '--spare', '10.0.0.125', '--tick', values.tick);
      await writeFile(plan, await must('plan', ...change, '-o', 'json'));
      const known = new Set(await readdir(join(home, 'runs')).catch(() => []));
      return await carriedOut(['apply', plan, '--cluster', cluster, '--yes'], () => begun(known), watched);
    } finally {
      await run(home, 'lab', 'down');
    }
  });
}

/** The folder of the run that was begun since. */
async function begun(known: ReadonlySet<string>): Promise<RunFolder> {
  for (let tries = 0; tries < 600; tries += 1) {
    const names = await readdir(join(home, 'runs')).catch(() => []);
    const name = names.find((one) => !known.has(one));
    if (name !== undefined) {
      const folder = runFolder(home, name);
      if ((await readJournal(folder.journal)).kind === 'read') return folder;
    }
    await wait(100);
  }
  throw new Error('no run began');
}

const cases = [
  ['five members replaced by five, simulated', simulation],
  ['one of five replaced, on real servers', replacement],
] as const;
const table: (readonly string[])[] = [
  ['run', 'figure', 'no page', `${pages} pages`, 'ratio', 'of the pairs'],
];
try {
  for (const [name, measured] of cases)
    if (name.includes(values.only)) table.push(...rows(name, await measured()));
} finally {
  await rm(home, { recursive: true, force: true });
}
process.stdout.write(
  `${values.pairs} pairs; the page's server took ${median(shares).toFixed(1)} % of a processor in the median, once open\n\n${markdownTable(table).join('\n')}\n`,
);
