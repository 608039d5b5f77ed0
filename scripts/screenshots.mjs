// Pictures of the live page for docs/images, from real runs on labs of this machine: light and dark, wide and phone.
//
// npm run screenshots [-- FOLDER] [-- --only plan|run|stopped|agents]; `agents` wants a lab of hosts: root on Linux.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { root, setUp } from './setup.mjs';

const looks = [
  { name: 'wide-light', width: 1280, height: 960, scheme: /** @type {const} */ ('light') },
  { name: 'wide-dark', width: 1280, height: 960, scheme: /** @type {const} */ ('dark') },
  { name: 'phone-light', width: 390, height: 844, scheme: /** @type {const} */ ('light') },
  { name: 'phone-dark', width: 390, height: 844, scheme: /** @type {const} */ ('dark') },
];

const members = ['10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14', '10.0.0.15'];
const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const images = positionals[0] ?? join(root, 'docs', 'images');
const bin = join(root, 'bin', 'succession');

setUp('test');
const home = mkdtempSync(join(tmpdir(), 'succession-screenshots-'));
const env = { ...process.env, SUCCESSION_HOME: home, NO_COLOR: '1' };
/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  mkdirSync(images, { recursive: true });
  const wanted = (/** @type {string} */ name) => values.only === undefined || values.only === name;
  if (wanted('plan')) await planShown();
  if (wanted('run') || wanted('stopped')) smallLab();
  if (wanted('run')) await realRun();
  if (wanted('stopped')) await stoppedRun();
  if (wanted('run') || wanted('stopped')) succession('lab', 'down');
  if (wanted('agents') && process.getuid?.() === 0) await agentsRun();
} finally {
  for (const child of children) child.kill('SIGINT');
  await browser.close();
  spawnSync(process.execPath, [bin, 'lab', 'down'], { env });
  rmSync(home, { recursive: true, force: true });
}

/** The runbook's own expansion: what breaks it. */
async function planShown() {
  const url = await served(join(root, 'examples', 'runbook-expansion.json'));
  await shoot(url, 'plan', async (page) => {
    const next = page.getByRole('button', { name: 'Next ›' });
    await next.click();
    await next.click();
  });
}

function smallLab() {
  succession(
    'lab',
    'up',
    '--current',
    members.join(','),
    '--spare',
    '10.0.0.125',
    '--spare',
    '10.0.0.135',
    '--tick',
    '500',
  );
}

/** Five members, one replaced: wanted, running, done. */
async function realRun() {
  const plan = join(home, 'plan.json');
  const cluster = join(home, 'labs', 'default', 'cluster.yaml');
  const change = ['--cluster', cluster, '--replace', '10.0.0.12=10.0.0.125', '-o', 'json'];
  writeFileSync(plan, succession('plan', ...change));
  const run = begin('apply', plan, '--cluster', cluster, '--approve', 'stages', '--yes');
  await run.says('approve');
  const url = await served();
  await shoot(url, 'approval', (page) => page.getByRole('button', { name: 'Approve' }).waitFor());
  await approve(url);
  await shoot(url, 'running', (page) =>
    page.getByText('conditions hold').first().waitFor({ timeout: 120_000 }),
  );
  await run.ended;
  await shoot(url, 'finished', (page) => page.getByText('finished').first().waitFor());
}

/** Another one, in the middle of which a member dies. */
async function stoppedRun() {
  const plan = join(home, 'stopped.json');
  const cluster = join(home, 'labs', 'default', 'cluster.yaml');
  writeFileSync(
    plan,
    succession('plan', '--cluster', cluster, '--replace', '10.0.0.13=10.0.0.135', '-o', 'json'),
  );
  const run = begin('apply', plan, '--cluster', cluster, '--yes');
  await run.says('1.3 install');
  succession('lab', 'kill', '10.0.0.11');
  await run.ended;
  await shoot(await served(), 'stopped', (page) => page.getByText('What to do now').waitFor());
}

/** A master of a whole DC/OS cluster is replaced: while its agents get the new list. */
async function agentsRun() {
  const masters = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
  const spare = '172.31.31.150';
  const lab = join(home, 'lab.yaml');
  const timing = { exhibitorCheckMs: 2000, bootstrapRetryMs: 2500, mesosRetryMs: 2500, mesosPingMs: 1000 };
  const file = {
    schema: 'succession.hosts-lab/1',
    name: 'lab',
    dcos: { version: '1.9.10', variant: 'enterprise', security: 'permissive' },
    bootstrap: '172.31.16.198',
    masters,
    spares: [spare],
    agents: { private: ['172.31.20.11', '172.31.20.12'], public: ['172.31.20.21'] },
    dns: { names: ['masters.test.example'] },
    timing: { ...timing, logRetryMs: 500, mesosLookMs: 500, marathonLookMs: 1000 },
  };
  writeFileSync(lab, JSON.stringify(file));
  succession('lab', 'up', '--hosts', lab);
  const folder = join(home, 'labs', 'default');
  const cluster = join(folder, 'succession.yaml');
  writeFileSync(cluster, readFileSync(cluster, 'utf8').replace(/^soakMs: .*$/m, 'soakMs: 60000'));
  const inside = ['lab', 'run', '--', process.execPath, bin];
  const plan = join(home, 'dcos.json');
  const change = ['--cluster', cluster, '--replace', `${masters[2]}=${spare}`, '-o', 'json'];
  writeFileSync(plan, succession(...inside, 'plan', ...change));
  const run = begin(...inside, 'apply', plan, '--cluster', cluster, '--yes', '--waive', 'audit');
  await run.says('1.1 stop');
  const url = await served();
  await run.says('give the 3 agents');
  await shoot(url, 'agents', (page) => page.locator('.cell.work').first().waitFor());
  await run.ended;
}

/** @param {readonly string[]} args */
function succession(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** @param {readonly string[]} args */
function begin(...args) {
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => children.delete(child));
  /** @param {string} text */
  const says = async (text) => {
    for (let tries = 0; tries < 1200 && !said.includes(text); tries += 1) {
      if (!children.has(child)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (!said.includes(text)) throw new Error(`never said '${text}':\n${said}`);
    return said;
  };
  return { ended, says };
}

/** Of the newest run, unless something is named. @param {readonly string[]} what */
async function served(...what) {
  const said = await begin('watch', ...what).says('Ctrl-C ends the page');
  return /http:\S+/.exec(said)?.[0] ?? '';
}

/** @param {string} url @param {string} state @param {(page: import('playwright-core').Page) => Promise<unknown>} ready */
async function shoot(url, state, ready) {
  // One state in every look; of the others the two that differ most.
  const shown = looks.filter(
    ({ name }) => state === 'running' || name === 'wide-light' || name === 'phone-dark',
  );
  for (const { name, width, height, scheme } of shown) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    await page.goto(url);
    await ready(page);
    await page.waitForTimeout(300);
    if (state === 'agents') await page.locator('.agents').scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(images, `watch-${state}-${name}.png`) });
    await context.close();
  }
}

/** @param {string} url */
async function approve(url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Your approval is wanted').waitFor({ state: 'detached' });
  await page.close();
}
