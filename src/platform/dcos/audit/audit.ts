// Who has a master's address hard-coded? What hosts, Marathon and DNS said, judged.

import { isMap, isNode, isPair, isScalar } from 'yaml';
import { z } from 'zod';
import { type Address, byCodeUnit } from '../../../model/ensemble.js';
import type { AuditFinding } from '../../../run/address-audit.js';
import { mostHits } from './audit-scripts.js';
import { masterListKey, readConfig } from '../configuration/config-yaml.js';

const follow = 'Write a name that follows the masters (leader.mesos, master.mesos, zk-1.zk)';

/** One line of a file that holds an address. */
interface Hit {
  readonly file: string;
  readonly line: number;
  readonly address: Address;
}

/** What the files of a host say. `values`: as `filesScript` printed them. */
export function fileFindings(host: Address, values: ReadonlyMap<string, string>): readonly AuditFinding[] {
  return [
    ...hitsIn(values).map(({ file, line, address }): AuditFinding => ({
      rule: 'address-in-file',
      severity: 'warning',
      subject: `${host}:${file}:${line}`,
      address,
      message: `It names ${address}.`,
      remedy: `${follow}, or the address of a master that stays.`,
    })),
    ...searchFindings(`${host}: files`, values),
  ];
}

/** What the folder `genconf` says, but for the master list itself: the run changes that. */
export function genconfFindings(
  host: Address,
  directory: string,
  values: ReadonlyMap<string, string>,
): readonly AuditFinding[] {
  const [first, last] = linesOfList(values.get('config') ?? '');
  const isListed = ({ file, line }: Hit): boolean =>
    file === './config.yaml' && line >= first && line <= last;
  const scripts = Number(values.get('scripts')?.trim() ?? '0');
  return [
    ...hitsIn(values)
      .filter((hit) => !isListed(hit))
      .map(({ file, line, address }): AuditFinding => ({
        rule: 'address-in-genconf',
        severity: 'warning',
        subject: `${host}:${directory}/genconf/${file.replace(/^\.\//, '')}:${line}`,
        address,
        message: `It names ${address}, and every node gets what is generated from it.`,
        remedy: `${follow}. ip-detect must print a host's own address without naming any.`,
      })),
    ...searchFindings(`${host}: ${directory}/genconf`, values),
    ...(scripts > 0 ? [oldScripts(host, directory, scripts)] : []),
  ];
}

function oldScripts(host: Address, directory: string, count: number): AuditFinding {
  return {
    rule: 'old-upgrade-scripts',
    severity: 'info',
    subject: `${host}:${directory}/genconf/serve/upgrade`,
    address: null,
    message: `${count} upgrade scripts of earlier configurations are served and stay valid; whoever runs one takes its node back to the masters of then.`,
    remedy: 'Remove those that nobody may need for a rollback.',
  };
}

type Application = { readonly id: string } & Readonly<Record<string, unknown>>;

const appsSchema: z.ZodType<{ readonly apps: readonly Application[] }> = z.object({
  apps: z.array(z.looseObject({ id: z.string() })),
});

/** What Marathon's apps say. `output`: as `appsScript` printed it. Null when that is no list of apps. */
export function appFindings(output: string, addresses: readonly Address[]): readonly AuditFinding[] | null {
  const body = output.slice(0, output.lastIndexOf('\n'));
  let parsed: ReturnType<typeof appsSchema.safeParse>;
  try {
    parsed = appsSchema.safeParse(JSON.parse(body));
  } catch {
    return null;
  }
  if (!parsed.success) return null;
  return parsed.data.apps.flatMap((app) =>
    textsIn(app, '').flatMap(({ path, text }) =>
      addressesNamedIn(text, addresses).map((address): AuditFinding => ({
        rule: 'address-in-app',
        severity: 'warning',
        subject: `Marathon app ${app.id}, ${path}`,
        address,
        message: `It names ${address}.`,
        remedy: `${follow}, and deploy it before that master goes.`,
      })),
    ),
  );
}

/** What a name resolves to. The duty `dns` sees to it after the last stage. */
export function dnsFindings(
  name: string,
  found: readonly Address[],
  addresses: readonly Address[],
): readonly AuditFinding[] {
  return found
    .filter((address) => addresses.includes(address))
    .map((address) => ({
      rule: 'address-in-dns',
      severity: 'info',
      subject: `DNS name ${name}`,
      address,
      message: `It points to ${address}.`,
      remedy:
        'It must point to masters that stay: the run waits for that at its end, or changes it by `dns.hook`.',
    }));
}

/** Whoever could not be asked may hold anything. */
export function notLookedAt(subject: string, reason: string): AuditFinding {
  return {
    rule: 'not-looked-at',
    severity: 'warning',
    subject,
    address: null,
    message: `It could not be looked at: ${reason}.`,
    remedy: 'See that it answers and ask again, or look yourself.',
  };
}

/** The addresses that stand in the text, each whole: 10.0.0.1 is not in 10.0.0.12. */
export function addressesNamedIn(text: string, addresses: readonly Address[]): readonly Address[] {
  return addresses.filter((address) =>
    new RegExp(`(?<![\\w.])${address.replaceAll('.', '\\.')}(?!\\w|\\.\\d)`).test(text),
  );
}

function hitsIn(values: ReadonlyMap<string, string>): readonly Hit[] {
  const lines = (values.get('hits') ?? '').split('\n').slice(0, mostHits);
  const hits = lines.flatMap((text): readonly Hit[] => {
    const [, file, line, address] = /^(.+):(\d+):([\d.]+)$/.exec(text) ?? [];
    return file === undefined || line === undefined || address === undefined
      ? []
      : [{ file, line: Number(line), address }];
  });
  const keys = hits.map((hit) => `${hit.file}:${hit.line}:${hit.address}`);
  return hits
    .filter((_, index) => keys.indexOf(keys[index] ?? '') === index)
    .sort((a, b) => byCodeUnit(a.file, b.file) || a.line - b.line);
}

/** That nothing was found tells something only where something was searched. */
function searchFindings(subject: string, values: ReadonlyMap<string, string>): readonly AuditFinding[] {
  const reason = whyUntold(values);
  return reason === null ? [] : [notLookedAt(subject, reason)];
}

function whyUntold(values: ReadonlyMap<string, string>): string | null {
  const number = (key: string): number | null => {
    const text = (values.get(key) ?? '').trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  };
  const [status, find, grep] = [number('status'), number('find'), number('grep')];
  if (status === 124) return 'time was up before the last file';
  const said = values.get('said')?.trim() ?? '';
  if (status !== 0 || find === null || grep === null)
    return `the search did not end${said === '' ? '' : `: ${said}`}`;
  if ((values.get('hits') ?? '').split('\n').length > mostHits)
    return `there are more than ${mostHits} such lines`;
  // 123: grep found nothing in some of the files, or complained.
  if (![0, 123].includes(grep) || find > 1 || said !== '')
    return said === '' ? `find ended with ${find}, xargs with ${grep}` : said;
  return (number('files') ?? 0) > 0 ? null : 'there was no file to search';
}

/** First and last line of the master list; an empty range where there is none. */
function linesOfList(text: string): readonly [number, number] {
  const config = readConfig(text, 'config.yaml');
  if (!config.ok || !isMap(config.value.document.contents)) return [1, 0];
  const { document, lines } = config.value;
  const pair = isMap(document.contents)
    ? document.contents.items.find(
        (one) => isPair(one) && isScalar(one.key) && one.key.value === masterListKey,
      )
    : undefined;
  if (!pair || !isNode(pair.key) || !isNode(pair.value) || !pair.key.range || !pair.value.range)
    return [1, 0];
  return [lines.linePos(pair.key.range[0]).line, lines.linePos(pair.value.range[1]).line];
}

/** Every text in a document, with its path: `env.ZK`, `constraints.0.2`. */
function textsIn(value: unknown, path: string): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, path === '' ? key : `${path}.${key}`),
  );
}
