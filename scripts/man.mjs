// `npm run man`: the pages of man/ from the commands of today, and their list in package.json.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const { commandTree } = await import('../dist/cli/command-tree.js');
const { manPages } = await import('../dist/cli/man-pages.js');
const { buildProgram } = await import('../dist/cli/program.js');
const { processTerminal } = await import('../dist/cli/terminal.js');
const { version } = await import('../dist/cli/version.js');

const pages = manPages(commandTree(buildProgram(processTerminal(), () => undefined)), version);
rmSync(join(root, 'man'), { recursive: true, force: true });
mkdirSync(join(root, 'man'));
for (const { file, text } of pages) writeFileSync(join(root, 'man', file), text);

const path = join(root, 'package.json');
const manifest = JSON.parse(readFileSync(path, 'utf8'));
manifest.man = pages.map(({ file }) => `man/${file}`);
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
