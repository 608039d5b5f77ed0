// Bundles the live page of `succession watch`: web/ becomes four small files in dist/web.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const to = join(root, 'dist', 'web');

/** The types are `tsc -b`'s matter. */
export async function buildPage() {
  mkdirSync(to, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { page: 'web/main.tsx' },
    outdir: to,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: root,
    entryPoints: { page: 'web/page.css' },
    outdir: to,
    minify: true,
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(root, 'web', name), join(to, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
