// Change requests and reports in a real browser: what a tool for accessibility says of them, and that they ask nobody for anything.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportHtml } from '../../src/view/html/report-page.js';
import { accessibilityFaults } from '../support/accessibility.js';
import { sampleReport } from '../support/sample-run.js';

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-documents-'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** A change request, a report, and one of a run that had every kind of trouble. */
async function documents(): Promise<readonly string[]> {
  const sample = join(folder, 'every-trouble.html');
  await writeFile(sample, reportHtml(sampleReport));
  return [join(examples, 'change-request.html'), join(examples, 'stopped-run.html'), sample];
}

test.each([
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const)('no fault on $width pixels, $colorScheme', async ({ width, height, colorScheme }) => {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const files = (await documents()).map((file) => pathToFileURL(file).href);
  for (const file of files) {
    await page.goto(file);
    expect(await accessibilityFaults(page), file).toEqual([]);
  }
  expect(asked).toEqual(files);
  await context.close();
});
