// What does the generator refuse, and in which words? (`gen/calc.py`, the same from 1.9.10 to 2.2.1)

import { isIPv4 } from 'node:net';
import type { Arguments } from './load-config.js';

/** A line of the log: `<key>: <message>`. */
export interface Complaint {
  readonly key: string;
  readonly message: string;
}

/** What a value that is no list of texts is called, or the list. */
type TextList = { readonly items: readonly string[] } | { readonly complaint: string };

const required = ['bootstrap_url', 'cluster_name', 'exhibitor_storage_backend', 'master_discovery'] as const;
const choices: Readonly<Record<string, readonly string[]>> = {
  exhibitor_storage_backend: ['aws_s3', 'azure', 'shared_filesystem', 'static', 'zookeeper'],
  master_discovery: ['master_http_loadbalancer', 'static'],
};
const enterpriseChoices: typeof choices = { security: ['disabled', 'permissive', 'strict'] };
const masterCounts: readonly number[] = [1, 3, 5, 7, 9];

/**
 * Complaints in the order of their discovery; none means that the configuration is generated. A key that nobody knows
 * is not among them: that check is commented out in `gen/internals.py`.
 */
export function validateConfig(
  given: Arguments,
  surroundings: { readonly variant: 'open' | 'enterprise'; readonly hasFile: (path: string) => boolean },
): readonly Complaint[] {
  const ipDetect = given.get('ip_detect_filename') ?? 'genconf/ip-detect';
  return [
    ...chosen(given, surroundings.variant === 'enterprise' ? { ...choices, ...enterpriseChoices } : choices),
    ...masters(given),
    ...(given.get('bootstrap_url')?.endsWith('/') === true
      ? [{ key: 'bootstrap_url', message: "Must not end in a '/'" }]
      : []),
    ...resolvers(given),
    ...(surroundings.hasFile(ipDetect)
      ? []
      : [{ key: 'ip_detect_contents', message: `ip-detect script \`${ipDetect}\` must exist` }]),
    ...discovery(given),
    ...(surroundings.variant === 'enterprise' ? authority(given, surroundings.hasFile) : []),
    ...required.filter((key) => !given.has(key)).map(unset),
  ];
}

/** What `--validate-config` looks at besides: only the SSH installer needs these (`ssh/validate.py`). */
export function validateSsh(
  given: Arguments,
  surroundings: { readonly keyMode: (path: string) => number | undefined },
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const masterList = itemsOf(given.get('master_list'));
  for (const key of ['agent_list', 'public_agent_list']) {
    const both = itemsOf(given.get(key)).filter((item) => masterList.includes(item));
    if (both.length > 0) {
      complaints.push({
        key,
        message: `master_list and ${key} cannot contain duplicates ${both.join(', ')}`,
      });
    }
  }
  const port = Number(given.get('ssh_port') ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 32_000) {
    complaints.push({ key: 'ssh_port', message: 'ssh port should be int between 1 - 32000' });
  }
  const keyPath = given.get('ssh_key_path') ?? 'genconf/ssh_key';
  const mode = surroundings.keyMode(keyPath);
  if (mode === undefined)
    complaints.push({ key: 'ssh_key_path', message: `could not find ssh private key: ${keyPath}` });
  else if ((mode & 0o077) !== 0) {
    complaints.push({
      key: 'ssh_key_path',
      message: `ssh_key_path file mode must be owner-only: ${keyPath}`,
    });
  }
  if (!given.has('ssh_user')) complaints.push(unset('ssh_user'));
  return complaints;
}

/** The texts of a list that has been validated; of anything else, none. */
export function itemsOf(value: string | undefined): readonly string[] {
  const list = value === undefined ? { items: [] } : textList(value);
  return 'items' in list ? list.items : [];
}

function unset(key: string): Complaint {
  return { key, message: `Must set ${key}, no way to calculate value.` };
}

function chosen(given: Arguments, among: typeof choices): readonly Complaint[] {
  return Object.entries(among).flatMap(([key, allowed]) => {
    const value = given.get(key);
    if (value === undefined || allowed.includes(value)) return [];
    const names = allowed.map((each) => `'${each}'`).join(', ');
    return [{ key, message: `Must be one of ${names}. Got '${value}'.` }];
  });
}

/** The key is only looked at, and never taken anywhere; what is said of it is not published. */
function authority(given: Arguments, hasFile: (path: string) => boolean): readonly Complaint[] {
  if (!given.has('ca_certificate_path')) return [];
  return ['ca_certificate_path', 'ca_certificate_key_path'].flatMap((key) => {
    const path = given.get(key);
    if (path === undefined) return [unset(key)];
    return hasFile(path) ? [] : [{ key, message: `file \`${path}\` must exist` }];
  });
}

function discovery(given: Arguments): readonly Complaint[] {
  const how = given.get('master_discovery');
  if (how === undefined || how === 'static' || given.get('exhibitor_storage_backend') !== 'static') return [];
  const message =
    'When master_discovery is not static, exhibitor_storage_backend must be non-static. Masters that are found ' +
    'otherwise than by a list need a backend that follows them.';
  return ['exhibitor_storage_backend', 'master_discovery'].map((key) => ({ key, message }));
}

function masters(given: Arguments): readonly Complaint[] {
  if (given.get('master_discovery') !== 'static') return [];
  const key = 'master_list';
  const explicit = given.has('num_masters')
    ? [
        {
          key: 'num_masters',
          message:
            'num_masters must be calculated, but was explicitly set in the configuration. ' +
            'Remove it from the configuration.',
        },
      ]
    : [];
  const value = given.get(key);
  if (value === undefined) return [...explicit, unset(key)];
  const list = textList(value);
  if ('complaint' in list) return [...explicit, { key, message: list.complaint }];
  const found = list.items.length;
  const counted = masterCounts.includes(found)
    ? []
    : [{ key: 'num_masters', message: `Must have 1, 3, 5, 7, or 9 masters. Found ${found}` }];
  const wrong = addressComplaint(list.items);
  return [...explicit, ...counted, ...(wrong === undefined ? [] : [{ key, message: wrong }])];
}

function resolvers(given: Arguments): readonly Complaint[] {
  const key = 'resolvers';
  const value = given.get(key);
  if (value === undefined) return [];
  const list = textList(value);
  if ('complaint' in list) return [{ key, message: list.complaint }];
  const pairs = list.items.map((item) => item.split(':'));
  const wrong = addressComplaint(pairs.map(([address = '']) => address));
  if (wrong !== undefined) return [{ key, message: wrong }];
  const ports = pairs.flatMap((pair) => pair.slice(1).map(Number));
  return ports.every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535)
    ? []
    : [{ key, message: 'Must be between 1 and 65535 inclusive' }];
}

function addressComplaint(items: readonly string[]): string | undefined {
  const repeated = [...new Set(items)].flatMap((item) => {
    const times = items.filter((each) => each === item).length;
    return times > 1 ? [`${item} appears ${times} times`] : [];
  });
  if (repeated.length > 0) return `List cannot contain duplicates: ${repeated.join(', ')}`;
  // As strict as `inet_pton`: no blank, no leading zero.
  const invalid = items.filter((item) => !isIPv4(item));
  return invalid.length > 0 ? `Invalid IPv4 addresses in list: ${invalid.join(', ')}` : undefined;
}

function textList(value: string): TextList {
  let document: unknown;
  try {
    document = JSON.parse(value);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const complaint = `Must be a JSON formatted list, but couldn't be parsed the given value \`${value}\` as one because of: ${cause}`;
    return { complaint };
  }
  if (!Array.isArray(document)) {
    return { complaint: `Must be a JSON list. Got a ${pythonType(document)}` };
  }
  const items: readonly unknown[] = document;
  const strangers = items.filter((item) => typeof item !== 'string');
  if (strangers.length === 0) return { items: items.filter((item) => typeof item === 'string') };
  const named = strangers.map((item) => `${JSON.stringify(item)} type ${pythonType(item)}`);
  return { complaint: `Items in list must be strings, got invalid values: ${named.join(', ')}` };
}

function pythonType(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (value === null) return 'NoneType';
  return Array.isArray(value) ? 'list' : 'dict';
}
