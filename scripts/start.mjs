// `npm start`: everything that a fresh clone needs, then the worked example, rehearsed on real ZooKeeper servers.

import process from 'node:process';
import { setUp } from './setup.mjs';

/** The runbook's worked example: all five masters are replaced. */
const workedExample = [
  'rehearse',
  '--current=10.10.0.236,100.10.0.66,10.10.0.158,100.10.0.158,10.10.0.149',
  '--target=100.10.0.85,100.10.0.147,10.10.0.230,10.10.0.184,10.10.0.233',
];

setUp('run');
// In this very process: whoever interrupts or kills `npm start` interrupts or kills the run itself.
const { main } = await import('../dist/cli/main.js');
process.exitCode = await main([...workedExample, ...process.argv.slice(2)]);
