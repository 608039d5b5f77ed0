// In what does a configuration differ from the one that the masters run, besides its list? Pure.

import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { byCodeUnit, type Address } from '../../../model/ensemble.js';
import { type ConfigDocument, isMasterList } from './config-yaml.js';

/** What the generator was given, key by key, as texts: so it stands in `etc/user.config.yaml` of every node. */
export type Given = Readonly<Record<string, string>>;

/** A configuration, as far as it is compared. Null: it could not be read. */
export interface Compared {
  readonly given: Given | null;
  /** The text of `ip-detect`, on a node `bin/detect_ip`. */
  readonly ipDetect: string | null;
}

/** What a master runs with. */
export interface Running extends Compared {
  readonly address: Address;
}

/** In the generator's place of a secret (`gen/__init__.py` in dcos/dcos 1.9.10). */
const hiddenValue = '**HIDDEN**';
/** Only the generator's own installer reads these (`ssh/validate.py`): a host that was added later may stand in them. */
const installerKeys: readonly string[] = [
  'agent_list',
  'public_agent_list',
  'ssh_user',
  'ssh_port',
  'ssh_key_path',
  'ssh_parallelism',
  'process_timeout',
];

const givenSchema: z.ZodType<Given> = z.record(z.string(), z.coerce.string());

/** Reads a node's `etc/user.config.yaml`. */
export function givenIn(text: string): Given | null {
  try {
    const given = givenSchema.safeParse(parse(text, { version: '1.1' }));
    return given.success ? given.data : null;
  } catch {
    return null;
  }
}

/** `genconf/config.yaml` as the generator turns it into texts: lists as JSON (`stringify_configuration`). */
export function givenOf({ content }: ConfigDocument): Given {
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** What differs, as `address: key, key`, and what is worth telling of the comparison. */
export function differencesFrom(
  wanted: Compared,
  masters: readonly Running[],
): { readonly differing: readonly string[]; readonly notes: readonly string[] } {
  const differing: string[] = [];
  const hidden = new Set<string>();
  const ignored = new Set<string>();
  const [whole, partly]: [Address[], Address[]] = [[], []];
  for (const { address, given, ipDetect } of masters) {
    const keys: string[] = [];
    if (wanted.given === null || given === null || wanted.ipDetect === null || ipDetect === null)
      partly.push(address);
    else whole.push(address);
    for (const key of wanted.given === null || given === null ? [] : keysOf(wanted.given, given)) {
      const [left, right] = [wanted.given?.[key], given?.[key]];
      if ([left, right].includes(hiddenValue) && left !== undefined && right !== undefined) hidden.add(key);
      else if (isSame(left, right)) continue;
      else if (installerKeys.includes(key)) ignored.add(key);
      else keys.push(key);
    }
    if (wanted.ipDetect !== null && ipDetect !== null && trimmed(wanted.ipDetect) !== trimmed(ipDetect))
      keys.push('ip-detect');
    if (keys.length > 0) differing.push(`${address}: ${keys.join(', ')}`);
  }
  return {
    differing,
    notes: [
      ...(whole.length === 0 ? [] : [`besides the list genconf says what ${whole.join(', ')} run`]),
      ...(partly.length === 0
        ? []
        : [
            `${partly.join(', ')}: not compared with what runs there: no etc/user.config.yaml or bin/detect_ip`,
          ]),
      ...(hidden.size === 0
        ? []
        : [`not compared, for its value is hidden on the masters: ${[...hidden].join(', ')}`]),
      ...(ignored.size === 0 ? [] : [`differs, but only an installer reads it: ${[...ignored].join(', ')}`]),
    ],
  };
}

/** What a person can do about a difference. */
export const bringBack: string =
  'bring genconf/ back to what the masters run (/opt/mesosphere/etc/user.config.yaml and bin/detect_ip there), or give every node that other change first, by itself';

/** Their list, under whatever spelling, is judged elsewhere. */
function keysOf(left: Given, right: Given): readonly string[] {
  const all = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...all].filter((key) => !isMasterList(key)).sort(byCodeUnit);
}

/** Python writes blanks into its JSON, and a block of YAML ends with a new line. */
function isSame(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return left.trim() === right.trim() || isDeepStrictEqual(jsonIn(left), jsonIn(right));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function trimmed(text: string): string {
  return text.replaceAll(/[ \t\r]+$/gm, '').trim();
}
