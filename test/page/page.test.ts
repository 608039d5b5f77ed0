// The live page in a real browser, beside a real run on real servers.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { source as axe } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../src/run/journal-record.js';
import { readJournal } from '../../src/run/journal.js';
import { runFolder, type RunFolder } from '../../src/run/run-folder.js';
import { foldJournal } from '../../src/run/run-state.js';
import { recordLine } from '../../src/view/record-line.js';
import { begin, run, type RunningCommand } from '../support/command.js';
import { type TestLab, testLab } from '../support/lab.js';

const here = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const patience = { timeout: 120_000 };

let lab: TestLab;
let browser: Browser;
let watching: RunningCommand | null = null;

beforeAll(async () => {
  lab = await testLab(here, ['10.0.0.25'], null, 300);
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await endWatching();
  await lab?.end();
});

/** Begins `succession watch`, and gives the address that it prints. */
async function watch(name: string): Promise<string> {
  const command = begin(lab.home, ['watch', name]);
  watching = command;
  let out = '';
  command.child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  await command.says('Ctrl-C ends the page');
  await expect.poll(() => out).toContain('\n');
  return out.trim();
}

async function endWatching(): Promise<void> {
  const command = watching;
  watching = null;
  command?.child.kill('SIGINT');
  await command?.end;
}

async function recordsOf(folder: RunFolder): Promise<readonly JournalRecord[]> {
  const reading = await readJournal(folder.journal);
  return reading.kind === 'read' ? reading.records : [];
}

/** The seqs that one more page is told, until the run has finished. */
async function readToEnd(url: string): Promise<readonly number[]> {
  const answer = await fetch(url.replace('/?', '/api/events?'));
  const seqs: number[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (!text.includes('"kind":"run-finished"') || !text.endsWith('\n\n')) continue;
    for (const [, seq] of text.matchAll(/^id: (\d+)$/gm)) seqs.push(Number(seq));
    break;
  }
  return seqs;
}

async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found: { violations: { id: string; nodes: { target: string[] }[] }[] } =
    await page.evaluate('axe.run()');
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

function roleOf(page: Page, address: string) {
  return page.getByRole('region', { name: 'Servers' }).getByRole('row', { name: ` ${address} ` });
}

describe('succession watch', () => {
  test('shows a run as it goes, takes an approval, and misses nothing over reloads and restarts', async () => {
    const change = ['--current', here.join(','), '--replace', '10.0.0.2=10.0.0.25'];
    const version = ['--zookeeper', lab.lab.cluster.zookeeper.version];
    const planned = await run(lab.home, 'plan', ...change, ...version, '-o', 'json');
    expect(planned.status, planned.err).toBe(0);
    const plan = join(lab.home, 'plan.json');
    await writeFile(plan, planned.out);
    const apply = ['apply', plan, '--cluster', lab.lab.clusterFile, '--approve', 'stages', '--yes'];
    const running = begin(lab.home, apply);
    await running.says('succession approve');
    const listed = await run(lab.home, 'runs', '-o', 'json');
    const { runs } = JSON.parse(listed.out) as { readonly runs: readonly { readonly run: string }[] };
    const folder = runFolder(lab.home, runs[0]?.run ?? '');
    const url = await watch(folder.run);

    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const asked = new Set<string>();
    const troubles: string[] = [];
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/ERR_|net::/.test(message.text())) troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(url);
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.waitFor(patience);
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await approve.waitFor({ state: 'detached', ...patience });

    await roleOf(page, '10.0.0.2').getByText('stopped').waitFor(patience);
    await endWatching();
    const silent = page.getByText('The page’s server does not answer');
    await silent.waitFor(patience);
    expect(await watch(folder.run)).toBe(url);
    const others = Array.from({ length: 10 }, () => readToEnd(url));
    await silent.waitFor({ state: 'detached', ...patience });
    await page.reload();
    await roleOf(page, '10.0.0.25').getByText('follows, in sync').waitFor(patience);
    await page.getByRole('heading', { name: 'The ensemble is as wanted' }).waitFor(patience);
    expect((await running.end).status).toBe(0);
    const records = await recordsOf(folder);
    for (const seqs of await Promise.all(others)) expect(seqs).toEqual(records.map(({ seq }) => seq));
    const state = foldJournal(records);
    const lines = records.filter((record) => state !== null && recordLine(record, state) !== null);
    expect(await page.locator('.log > ol > li').count()).toBe(lines.length);
    const journal = await readFile(folder.journal, 'utf8');
    expect(journal).toContain(
      '"kind":"approval-given","id":"stage-1","by":"Ada","via":"page","from":"127.0.0.1"',
    );
    expect(await readFile(folder.live, 'utf8').catch(() => 'gone')).toBe('gone');
    expect([...asked]).toEqual([new URL(url).origin]);
    expect(troubles).toEqual([]);

    for (const look of [
      { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
      { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    ] as const) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize(look.viewport);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    await context.close();
  });

  test('is less than 100 KB, compressed', async () => {
    const files = ['index.html', 'page.js', 'page.css', 'icon.svg'];
    const sizes = files.map(
      async (name) => gzipSync(await readFile(new URL(`../../dist/web/${name}`, import.meta.url))).length,
    );
    expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
  });
});
