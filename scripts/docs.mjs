// `npm run docs`: the pages that are made of the program itself.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from './setup.mjs';

const { failuresPage } = await import('../dist/view/failure-pages.js');
writeFileSync(
  join(root, 'docs', 'reference', 'failures.md'),
  await format(failuresPage(), { parser: 'markdown', singleQuote: true, printWidth: 110 }),
);
