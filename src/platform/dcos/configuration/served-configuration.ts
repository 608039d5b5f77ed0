// Is what was generated the configuration that the stage wants, and can every master load it?

import { parse } from 'yaml';
import { z } from 'zod';
import { type Address, addressesIn, describeEnsemble, type Ensemble } from '../../../model/ensemble.js';
import { listInWords, sameAddresses } from './config-yaml.js';
import { versionIn } from './generator-build.js';
import { bringBack, differencesFrom, type Given, givenIn } from './running-configuration.js';

/** What a generation made. */
export interface Generated {
  /** Empty on a way back on which no master needs it. */
  readonly upgradeUrl: string;
  readonly installUrl: string;
  /** `dcos-config--setup_<40 hex>`. */
  readonly configurationPackage: string;
}

/** What a master runs with, or why it could not be asked. Null: it did not say. */
export type MasterReading =
  | {
      readonly kind: 'read';
      readonly address: Address;
      readonly package: string | null;
      readonly masterList: readonly string[] | null;
      readonly given: Given | null;
      readonly ipDetect: string | null;
      /** The text of its `etc/dcos-version.json`; empty: there is none. */
      readonly versionFile: string;
      /** HTTP status of the upgrade URL from there, `000` without an answer; null when it was not asked. */
      readonly urlStatus: string | null;
    }
  | { readonly kind: 'unknown'; readonly address: Address; readonly reason: string };

/** `generate`: it must be made (again). `refused`: making it again would not help. */
export type Judgement =
  | { readonly kind: 'good'; readonly evidence: readonly string[] }
  | { readonly kind: 'generate'; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly seen: readonly string[];
      readonly expected: string;
      readonly remedy: string;
    };

/** What a stage wants of what is served. */
export interface WantedConfiguration {
  readonly target: Ensemble;
  /** Of the cluster. */
  readonly version: string;
  /** Whether it leads back to the very package that the masters ran before: nothing is installed from it. */
  readonly isWayBack: boolean;
}

/** Judges what the bootstrap node serves, as `servedScript` printed it, and what the masters say. */
export function judgeServed(
  generated: Generated,
  wanted: WantedConfiguration,
  served: ReadonlyMap<string, string>,
  masters: readonly MasterReading[],
): Judgement {
  const { upgradeUrl, configurationPackage } = generated;
  const { target, isWayBack } = wanted;
  const addresses = addressesIn(target);
  const installs = served.get('install') === 'yes';
  for (const [isGood, what] of [
    [served.get('script') === 'yes', 'the upgrade script is not there any more'],
    [installs || isWayBack, `dcos_install.sh does not lead to ${configurationPackage} any more`],
    [served.get('upgrade') === 'yes', `the upgrade script does not lead to ${configurationPackage}`],
  ] as const) {
    if (!isGood) return { kind: 'generate', why: what };
  }
  const wrong = wrongContent(wanted, addresses, served);
  if (wrong.length > 0) {
    return {
      kind: 'refused',
      message: `the generated ${configurationPackage} is not the configuration that this stage wants`,
      seen: wrong,
      expected: `it lists ${listInWords(addresses)}, with the ids ${describeEnsemble(target)}`,
      remedy: 'see that the generator and genconf/ in the cluster file belong to this cluster',
    };
  }
  const unreached = judgeReach(upgradeUrl, served, masters);
  if (unreached !== null) return unreached;
  const reached = judgeMasters(generated, addresses, masters);
  if (reached.kind !== 'good') return reached;
  const notes = [
    ...reached.evidence,
    ...(installs
      ? []
      : [`dcos_install.sh still leads elsewhere: generate before a host is installed from it`]),
  ];
  return isWayBack ? { kind: 'good', evidence: notes } : judgeOtherKeys(served, masters, notes);
}

/** Whatever else stands in genconf would be rolled out with the list. */
function judgeOtherKeys(
  served: ReadonlyMap<string, string>,
  masters: readonly MasterReading[],
  evidence: readonly string[],
): Judgement {
  const packaged = {
    given: givenIn(served.get('user.config.yaml') ?? ''),
    ipDetect: served.get('detect_ip') || null,
  };
  const read = masters.filter((one) => one.kind === 'read');
  const { differing, notes } = differencesFrom(packaged, read);
  if (differing.length === 0) return { kind: 'good', evidence: [...evidence, ...notes] };
  return {
    kind: 'refused',
    message: 'genconf says something else than the masters run, besides the list',
    seen: differing,
    expected: 'a change of masters changes their list, and nothing else',
    remedy: bringBack,
  };
}

function wrongContent(
  { target, version }: WantedConfiguration,
  addresses: readonly Address[],
  served: ReadonlyMap<string, string>,
): readonly string[] {
  const list = listIn(served.get('master_list') ?? '');
  const user = masterListOfUser(served.get('user.config.yaml') ?? '');
  const ids = /^EXHIBITOR_STATICENSEMBLE=(.*)$/m.exec(served.get('exhibitor') ?? '')?.[1]?.trim();
  const made = versionIn(served.get('dcos-version.json') ?? '');
  const wanted = target.map(({ id, address }) => `${id}:${address}`).join(',');
  const wrong = (what: string, found: readonly string[] | null): readonly string[] =>
    found !== null && sameAddresses(found, addresses)
      ? []
      : [`${what}: ${found === null ? 'no list' : listInWords(found)}`];
  return [
    ...wrong('etc/master_list', list),
    ...wrong('etc/user.config.yaml', user),
    ...(ids === wanted ? [] : [`etc/exhibitor: ${ids ?? 'no ensemble'}`]),
    ...(made === '' || made === version ? [] : [`etc/dcos-version.json: ${made}, and not ${version}`]),
  ];
}

function judgeReach(
  upgradeUrl: string,
  served: ReadonlyMap<string, string>,
  masters: readonly MasterReading[],
): Judgement | null {
  const cut = masters.flatMap((one) =>
    one.kind === 'read' && one.urlStatus !== null && one.urlStatus !== '200'
      ? [`${one.address}: ${statusText(one.urlStatus)}`]
      : [],
  );
  const own = served.get('url') ?? '';
  const unknown = masters.flatMap((one) => (one.kind === 'unknown' ? [`${one.address}: ${one.reason}`] : []));
  const reached = masters.some((one) => one.kind === 'read' && one.urlStatus === '200');
  if (own === '200' && cut.length === 0 && reached) return null;
  return {
    kind: 'refused',
    message: `${upgradeUrl} was generated and is there as a file, but not every master can load it`,
    seen: [`the bootstrap node itself: ${statusText(own)}`, ...cut, ...unknown],
    expected: 'the bootstrap node and every master that answers get status 200',
    remedy:
      'start the web server that serves genconf/serve, see that bootstrap_url in config.yaml leads to it, and that no firewall is between',
  };
}

function judgeMasters(
  { configurationPackage }: Generated,
  target: readonly Address[],
  masters: readonly MasterReading[],
): Judgement {
  const read = masters.filter((one) => one.kind === 'read');
  const strange = read.filter(
    (one) =>
      one.package === configurationPackage &&
      (one.masterList === null || !sameAddresses(one.masterList, target)),
  );
  if (strange.length > 0) {
    return {
      kind: 'refused',
      message: `${configurationPackage} is active already on masters that hold another list`,
      seen: strange.map((one) => `${one.address}: ${one.masterList?.join(', ') ?? 'no list'}`),
      expected: 'another list makes another package',
      remedy: 'somebody edited files of the package on these masters: look at them',
    };
  }
  return {
    kind: 'good',
    evidence: [
      `the ids and both lists in ${configurationPackage} are the target's`,
      ...read.map((one) => {
        const runs =
          one.package === configurationPackage ? 'runs it already' : `runs ${one.package ?? 'none'}`;
        return `${one.address} loads the upgrade script; it ${runs}`;
      }),
      ...masters.flatMap((one) =>
        one.kind === 'unknown' ? [`${one.address} was not asked: ${one.reason}`] : [],
      ),
    ],
  };
}

function statusText(status: string): string {
  return status === '' || status === '000' ? 'no answer' : `HTTP status ${status}`;
}

const listSchema: z.ZodType<readonly string[]> = z.array(z.string());

/** The JSON list of `/opt/mesosphere/etc/master_list`; null when it is none. */
export function listIn(text: string): readonly string[] | null {
  try {
    const list = listSchema.safeParse(JSON.parse(text));
    return list.success ? list.data : null;
  } catch {
    return null;
  }
}

const userSchema: z.ZodType<{ readonly master_list: readonly string[] | string }> = z.object({
  master_list: z.union([listSchema, z.string()]),
});

/** The generator turns every value into text: its list may be YAML, or JSON in a text. */
function masterListOfUser(text: string): readonly string[] | null {
  try {
    const user = userSchema.safeParse(parse(text, { version: '1.1' }));
    if (!user.success) return null;
    const list = user.data.master_list;
    return typeof list === 'string' ? listIn(list) : list;
  } catch {
    return null;
  }
}
