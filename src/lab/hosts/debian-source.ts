// Where this machine gets Debian's packages from, so that the lab's hosts get them from there too.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnit } from '../../model/ensemble.js';

/** A mirror, and the keys that its signatures are checked with (undefined: debootstrap's own). */
export interface DebianSource {
  readonly mirror: string;
  readonly keyring?: string;
}

/** The first source of apt's that has this release. Undefined when the machine has none. */
export async function debianSource(release: string, folder = '/etc/apt'): Promise<DebianSource | undefined> {
  const parts = await readdir(join(folder, 'sources.list.d')).catch(() => []);
  const files = [
    join(folder, 'sources.list'),
    ...parts.sort(byCodeUnit).map((name) => join(folder, 'sources.list.d', name)),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = file.endsWith('.sources') ? fromStanzas(text, release) : fromLines(text, release);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The one-line form: `deb [signed-by=KEYS] URI SUITE COMPONENT…`. */
function fromLines(text: string, release: string): DebianSource | undefined {
  for (const line of text.split('\n')) {
    const found = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    const [, options = '', mirror = '', suite, components = ''] = found ?? [];
    if (suite !== release || !components.split(/\s+/).includes('main')) continue;
    return source(mirror, /signed-by=(\S+)/.exec(options)?.[1]);
  }
  return undefined;
}

/** The form of deb822: fields in stanzas. */
function fromStanzas(text: string, release: string): DebianSource | undefined {
  const plain = text.replaceAll(/^#.*\n/gm, '');
  for (const stanza of plain.split(/\n\s*\n/)) {
    const field = (name: string): readonly string[] =>
      (new RegExp(`^${name}:(.*)$`, 'im').exec(stanza)?.[1] ?? '').trim().split(/\s+/);
    if (!field('Types').includes('deb') || field('Enabled')[0] === 'no') continue;
    if (!field('Suites').includes(release) || !field('Components').includes('main')) continue;
    return source(field('URIs')[0] ?? '', field('Signed-By')[0]);
  }
  return undefined;
}

function source(mirror: string, keyring: string | undefined): DebianSource {
  return keyring?.startsWith('/') === true ? { mirror, keyring } : { mirror };
}
