// `npm start`: everything that a fresh clone needs, then the worked example, rehearsed on real ZooKeeper servers.
//
// Where there can be none, the same engine carries it out on simulated ones, and says so.

import process from 'node:process';
import { setUp } from './setup.mjs';

/** The runbook's worked example: all five masters are replaced. */
const workedExample = [
  'rehearse',
  '--current=10.10.0.236,100.10.0.66,10.10.0.158,100.10.0.158,10.10.0.149',
  '--target=100.10.0.85,100.10.0.147,10.10.0.230,10.10.0.184,10.10.0.233',
];

const given = process.argv.slice(2);
setUp('run');
const lacking = given.includes('--simulate') ? null : await whatIsLacking();
if (lacking !== null) {
  process.stderr.write(`start: no real ZooKeeper servers here: ${lacking}.
start: So this is a SIMULATION: the same engine, gates and journal, on a model of ZooKeeper with a virtual clock.
start: For real servers: Linux with Java and ZooKeeper (as root on Debian or Ubuntu: apt-get install
start: default-jre-headless libzookeeper-java; elsewhere set JAVA_HOME and ZOOKEEPER_HOME), then npm start again.
`);
}
// In this very process: whoever interrupts or kills `npm start` interrupts or kills the run itself.
const { main } = await import('../dist/cli/main.js');
process.exitCode = await main([...workedExample, ...given, ...(lacking === null ? [] : ['--simulate'])]);

/** Why no real servers can be started, or null. */
async function whatIsLacking() {
  if (process.platform !== 'linux') return `a lab needs Linux, and this is ${process.platform}`;
  const { findDistribution, thisMachine } = await import('../dist/lab/zookeeper-distribution.js');
  const found = await findDistribution(versionAskedFor(), thisMachine());
  return found.kind === 'found' ? null : found.what;
}

/** @returns {string | null} the ZooKeeper version among the arguments or in the environment */
function versionAskedFor() {
  const at = given.findIndex((arg) => arg === '--zookeeper' || arg.startsWith('--zookeeper='));
  const arg = given[at];
  if (arg === undefined) return process.env['SUCCESSION_ZOOKEEPER'] ?? null;
  return arg === '--zookeeper' ? (given[at + 1] ?? null) : arg.slice('--zookeeper='.length);
}
