// The page's own files, as the build left them.

import { readFile } from 'node:fs/promises';
import type { PageFiles } from '../../view/page/page-app.js';
import { CommandError, exitStatus } from '../exit-status.js';

const types = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** Reads them. Throws when the program was compiled without its page. */
export async function readPageFiles(): Promise<PageFiles> {
  try {
    const files = await Promise.all(
      Object.entries(types).map(async ([name, type]) => {
        const body = await readFile(new URL(`../../web/${name}`, import.meta.url), 'utf8');
        return [name, { type, body }] as const;
      }),
    );
    return new Map(files);
  } catch (error) {
    throw new CommandError(exitStatus.internal, [
      `The page's files are missing: ${error instanceof Error ? error.message : String(error)}`,
      '  In a checkout: npm run build.',
    ]);
  }
}
