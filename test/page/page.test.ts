// The live page in a real browser, beside a real run on real servers.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { dcosRun } from '../support/dcos-run.js';
import { type TestLab, testLab } from '../support/lab.js';

const here = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const patience = { timeout: 120_000 };

let lab: TestLab;
let browser: Browser;
let watching: readonly RunningCommand[] = [];

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
async function watch(...args: readonly string[]): Promise<string> {
  const command = begin(lab.home, ['watch', ...args]);
  watching = [...watching, command];
  let out = '';
  command.child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  await command.says('Ctrl-C ends the page');
  await expect.poll(() => out).toContain('\n');
  return out.trim();
}

async function endWatching(): Promise<void> {
  const commands = watching;
  watching = [];
  for (const { child } of commands) child.kill('SIGINT');
  await Promise.all(commands.map(({ end }) => end));
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

/** A page that counts what it asks for and what goes wrong on it. */
async function openedPage(url: string): Promise<{
  readonly page: Page;
  readonly asked: ReadonlySet<string>;
  readonly troubles: readonly string[];
}> {
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
  return { page, asked, troubles };
}

function roleOf(page: Page, address: string) {
  return page.getByRole('region', { name: 'Servers' }).getByRole('row', { name: ` ${address} ` });
}

/** The plan's steps one by one, and the evidence of a line of the log: with the keyboard alone. */
async function walkByKeyboard(page: Page): Promise<void> {
  const card = page.getByRole('region', { name: 'Plan' }).locator('.card h4');
  const last = await card.textContent();
  await page.getByRole('button', { name: 'Step before' }).press('Enter');
  expect(await card.textContent()).not.toBe(last);
  await page.getByRole('button', { name: 'Next step' }).press('Enter');
  expect(await card.textContent()).toBe(last);
  await page.getByRole('button', { name: 'Where the run is' }).press('Enter');
  const line = page.locator('.log li.kind-step-done').first();
  const evidence = line.getByText('10.0.0.1: ');
  expect(await evidence.isVisible()).toBe(false);
  await line.locator('summary').press('Enter');
  expect(await evidence.isVisible()).toBe(true);
}

describe('succession watch', () => {
  test('shows a run as it goes, takes a no and a yes, and misses nothing over reloads and restarts', async () => {
    const change = ['--current', here.join(','), '--replace', '10.0.0.2=10.0.0.25'];
    const version = ['--zookeeper', lab.lab.cluster.zookeeper.version];
    const planned = await run(lab.home, 'plan', ...change, ...version, '-o', 'json');
    expect(planned.status, planned.err).toBe(0);
    const plan = join(lab.home, 'plan.json');
    await writeFile(plan, planned.out);
    const apply = ['apply', plan, '--cluster', lab.lab.clusterFile, '--approve', 'stages', '--yes'];
    const asking = begin(lab.home, apply);
    await asking.says('succession approve');
    const listed = await run(lab.home, 'runs', '-o', 'json');
    const { runs } = JSON.parse(listed.out) as { readonly runs: readonly { readonly run: string }[] };
    const folder = runFolder(lab.home, runs[0]?.run ?? '');
    const url = await watch(folder.run);

    const { page, asked, troubles } = await openedPage(url);
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.waitFor(patience);
    expect(await accessibilityFaults(page)).toEqual([]);

    // Whoever decides sees how the ensemble is by then.
    for (const address of here)
      await roleOf(page, address)
        .getByText(/follows|leads/)
        .waitFor(patience);

    // Whoever may only look has no button, and no way past it.
    const shared = await watch(folder.run, '--read-only');
    const { page: reader } = await openedPage(shared);
    await reader.getByText('This page is read-only').waitFor(patience);
    expect(await reader.getByRole('button', { name: /Approve|Decline/ }).count()).toBe(0);
    const token = new URL(shared).searchParams.get('token') ?? '';
    const decide = (at: string) =>
      fetch(new URL('/api/approve', at), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ id: 'stage-1', by: 'Eve' }),
      });
    for (const at of [shared, url]) expect((await decide(at)).status).toBe(403);
    await reader.context().close();

    // A no pauses the run: nothing was done, and it asks again when it goes on.
    await page.getByLabel('Your name').fill('Bo');
    await page.getByRole('button', { name: 'Decline' }).click();
    expect((await asking.end).status).toBe(4);
    await page.getByRole('heading', { name: 'Bo did not approve: begin stage 1' }).waitFor(patience);
    expect(await approve.count()).toBe(0);
    expect(await page.getByText(`succession resume ${folder.run}`).count()).toBe(1);
    expect((await recordsOf(folder)).map(({ kind }) => kind)).not.toContain('step-intent');
    const running = begin(lab.home, ['resume', folder.run]);
    await approve.waitFor(patience);

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
    await walkByKeyboard(page);
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
    await page.context().close();
  });

  test('shows a plan before it is begun, and lets one walk through what breaks it', async () => {
    const url = await watch(fileURLToPath(new URL('../../examples/runbook-expansion.json', import.meta.url)));
    const { page, asked, troubles } = await openedPage(url);
    await page.getByRole('heading', { name: 'Add 2 masters' }).waitFor(patience);
    const story = page.getByRole('region', { name: 'How it goes wrong in stage 1' });
    const sentences = await story.locator('.story li').allTextContents();
    expect(sentences.length).toBeGreaterThan(2);
    await story.getByRole('button', { name: 'Next' }).focus();
    for (const sentence of sentences.slice(1)) {
      await page.keyboard.press('Enter');
      expect(await story.getByRole('status').textContent()).toContain(sentence);
    }
    // At the end it stays where it is, and keeps the focus.
    await page.keyboard.press('Enter');
    expect(await story.getByText(`${sentences.length} of ${sentences.length}`).count()).toBe(1);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await story.getByText(`${sentences.length - 1} of ${sentences.length}`).count()).toBe(1);
    const card = page.getByRole('region', { name: 'Plan' }).locator('.card h4');
    const first = await card.textContent();
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    expect(await card.textContent()).not.toBe(first);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect([...asked]).toEqual([new URL(url).origin]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('shows the agents of a DC/OS run as a grid, with names for what is at work and what failed', async () => {
    const dcos = await dcosRun(lab.home);
    const { page, troubles } = await openedPage(await watch(dcos.folder.run));
    const grid = page.getByRole('region', { name: 'Agents' });
    await grid.getByText('2 of 5 done, 2 at work, 0 with a fault.').waitFor(patience);
    expect(await grid.getByText('(172.31.20.13, 172.31.20.14)').count()).toBe(1);
    const squares = async (kind: string): Promise<number> => grid.locator(`.cell.${kind}`).count();
    expect(await Promise.all(['done', 'work', 'failed', 'ahead'].map(squares))).toEqual([2, 2, 0, 1]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dcos.fail();
    await grid.getByText('4 of 5 done, 0 at work, 1 with a fault.').waitFor(patience);
    expect(await grid.getByText('172.31.20.13: docker ps ends with 1').count()).toBe(1);
    expect(await Promise.all(['done', 'work', 'failed', 'ahead'].map(squares))).toEqual([4, 0, 1, 0]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('is less than 100 KB, compressed', async () => {
    const files = ['index.html', 'page.js', 'page.css', 'icon.svg'];
    const sizes = files.map(
      async (name) => gzipSync(await readFile(new URL(`../../dist/web/${name}`, import.meta.url))).length,
    );
    expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
  });
});
