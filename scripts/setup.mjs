// What a fresh clone needs before anything runs; nothing is done twice. `node scripts/setup.mjs [test]`

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Sets up for running or for testing. Ends the process when it can't go on.
 *
 * @param {'run' | 'test'} purpose the tests need Maven as well, to fetch the ZooKeeper of DC/OS 1.9, Spin with gcc, and
 *   OpenSSH, a browser, and what a lab of hosts is made with
 */
export function setUp(purpose) {
  checkNode();
  installPackages();
  build();
  installDebianPackages(purpose);
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) stop(`Node ${process.versions.node} is too old: Node 20 or later is needed.`);
}

/** `npm ci`, when what lies in node_modules is not what package-lock.json says. */
function installPackages() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const missing = Object.entries(wanted).filter(
    ([path, { version, optional }]) =>
      path !== '' && (path in present ? present[path].version !== version : optional !== true),
  );
  if (missing.length === 0) return;
  say(`npm ci (${missing.length} packages are missing or of another version)`);
  if (runSilently('npm', ['ci'])) return;
  // A registry that lacks the packages of other platforms leaves them out of the lock file, and `npm ci` then refuses it.
  say('npm ci refused; npm install --no-save');
  if (run('npm', ['install', '--no-save']) !== 0) stop('npm install failed: see above.');
}

/** @param {string} path */
function packagesIn(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/** Quick when nothing has changed: the compiler keeps its own record. */
function build() {
  if (!existsSync(join(root, 'dist', 'cli', 'main.js'))) say('npm run build');
  if (run(join(root, 'node_modules', '.bin', 'tsc'), ['-b']) !== 0) stop('The build failed: see above.');
  if (run(process.execPath, [join(root, 'scripts', 'build-page.mjs')]) !== 0)
    stop('The page was not built: see above.');
}

/** @param {'run' | 'test'} purpose */
function installDebianPackages(purpose) {
  const { ZOOKEEPER_HOME, JAVA_HOME } = process.env;
  const missing = [
    ...(JAVA_HOME || hasProgram('java') ? [] : ['default-jre-headless']),
    ...(ZOOKEEPER_HOME || existsSync('/usr/share/java/zookeeper.jar') ? [] : ['libzookeeper-java']),
    ...(purpose === 'run' || hasProgram('mvn') ? [] : ['maven']),
    ...(purpose === 'run' || hasProgram('spin') ? [] : ['spin']),
    ...(purpose === 'run' || hasProgram('gcc') ? [] : ['gcc', 'libc6-dev']),
    ...(purpose === 'run' || hasProgram('ssh') ? [] : ['openssh-client']),
    ...(purpose === 'run' || hasProgram('openssl') ? [] : ['openssl']),
    // Debian starts it as a daemon where systemd runs; the tests have one of their own, on a loopback address.
    ...(purpose === 'run' || existsSync('/usr/sbin/sshd') ? [] : ['openssh-server']),
    // The live page is looked at in a real browser.
    ...(purpose === 'run' || hasProgram('chromium') ? [] : ['chromium']),
    ...(purpose === 'run' ? [] : missingForHosts()),
  ];
  if (missing.length === 0) return;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const install = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-q'];
  const hint = `apt-get install ${missing.join(' ')}`;
  const allowed = sudo.length === 0 || (hasProgram('sudo') && runSilently('sudo', ['-n', 'true']));
  if (!hasProgram('apt-get') || !allowed) {
    say(`Missing, and not ours to install here: ${missing.join(', ')}.`);
    say(`As root on Debian or Ubuntu: ${hint}`);
    if (purpose === 'test') process.exit(1);
    return;
  }
  say(hint);
  if (runAll([[...install, ...missing]])) return;
  if (
    !runAll([
      [...sudo, 'apt-get', 'update', '-q'],
      [...install, ...missing],
    ])
  ) {
    say(`That failed: see above. By hand, as root: ${hint}`);
    if (purpose === 'test') process.exit(1);
  }
}

/** A lab of hosts can only be run by root on Linux; its tests are skipped elsewhere. */
function missingForHosts() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  const programs = [
    ['debootstrap', 'debootstrap'],
    ['systemd-nspawn', 'systemd-container'],
    ['ip', 'iproute2'],
    ['nft', 'nftables'],
    ['mkfs.ext4', 'e2fsprogs'],
  ];
  return programs.flatMap(([program = '', name = '']) => (hasProgram(program) ? [] : [name]));
}

/** @param {string} name */
function hasProgram(name) {
  // Where root's programs lie, also when PATH is an ordinary user's.
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'].filter((folder) => folder !== '');
  return folders.some((folder) => existsSync(join(folder, name)));
}

/**
 * Runs a program in the checkout.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {1 | 2} output where its standard output goes; by default to standard error, so that ours stays clean
 * @returns {number} its exit status, 1 when it did not start or a signal ended it
 */
export function run(program, args, output = 2) {
  return spawnSync(program, args, { cwd: root, stdio: ['ignore', output, 2] }).status ?? 1;
}

/** @param {readonly (readonly string[])[]} commands */
function runAll(commands) {
  return commands.every(([program = '', ...args]) => run(program, args) === 0);
}

/** @param {string} program @param {readonly string[]} args */
function runSilently(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0;
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** @param {string} text @returns {never} */
function stop(text) {
  say(text);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp(process.argv[2] === 'test' ? 'test' : 'run');
