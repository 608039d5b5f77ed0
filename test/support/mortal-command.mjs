// The command line, killed by `kill -9` right after its n-th journal record is on disk: node mortal-command.mjs N ARGS…
import process from 'node:process';
import { main } from '../../dist/cli/main.js';
import { processTerminal } from '../../dist/cli/terminal.js';

const [, , after, ...args] = process.argv;
let records = 0;
const onRecord = () => {
  records += 1;
  if (records === Number(after)) process.kill(process.pid, 'SIGKILL');
};
process.exitCode = await main(args, { ...processTerminal(), onRecord });
