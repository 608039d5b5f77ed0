// What does the output of `dcos_generate_config.sh --generate-node-upgrade-script` say?

/** How a run of the generator ended. */
export interface GeneratorEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What it made, or why it made nothing. */
export type GeneratorReading =
  | {
      readonly kind: 'generated';
      readonly upgradeUrl: string;
      readonly installUrl: string;
      /** `dcos-config--setup_<40 hex>`. */
      readonly configurationPackage: string;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly remedy: string;
      readonly said: readonly string[];
    };

/** "Node patch script URL" stands in the manual of 1.13 only; the code prints this in every version (dcos_installer/backend.py). */
const urlLine = /^Node upgrade script URL: (\S+\/upgrade\/[0-9a-f]{32}\/dcos_node_upgrade\.sh)\s*$/gm;
const packageName = /\bdcos-config--setup_[0-9a-f]{40}\b/g;
/** The installer colours what it logs, on a terminal or not. */
// oxlint-disable-next-line no-control-regex -- these are control characters
const colour = /\u001B\[[0-9;]*m/g;

/** The end of the outputs tells it all: the URL is the last line, the packages are named in the last ones of the log. */
export function readGeneratorEnd({ status, stdout, stderr }: GeneratorEnd): GeneratorReading {
  const result = stdout.replaceAll(colour, '');
  const log = stderr.replaceAll(colour, '');
  const said = lastLines(`${result}\n${log}`);
  if (status !== 0) return { kind: 'failed', ...reasonFor(status, result, log), said };
  const urls = distinct([...result.matchAll(urlLine)].map(([, url]) => url ?? ''));
  const packages = distinct([...`${log}\n${result}`.matchAll(packageName)].map(([name]) => name));
  const [upgradeUrl, ...otherUrls] = urls;
  const [configurationPackage, ...otherPackages] = packages;
  if (upgradeUrl === undefined || otherUrls.length > 0)
    return unreadable(`names ${urls.length} URLs of an upgrade script, and not one`, said);
  if (configurationPackage === undefined || otherPackages.length > 0)
    return unreadable(`names ${packages.length} packages of the configuration, and not one`, said);
  const installUrl = upgradeUrl.replace(/\/upgrade\/[0-9a-f]{32}\/[^/]*$/, '/dcos_install.sh');
  return { kind: 'generated', upgradeUrl, installUrl, configurationPackage };
}

function unreadable(what: string, said: readonly string[]): GeneratorReading {
  const remedy = 'see what it printed; run it by hand in its folder, then go on';
  return { kind: 'failed', reason: `the generator ended well, but its output ${what}`, remedy, said };
}

/** What a person can do about each way in which it is known to fail. */
const known: readonly (readonly [sign: RegExp, reason: string, remedy: string])[] = [
  [
    /docker should be installed and running/,
    'Docker does not answer on the bootstrap node',
    'start it (systemctl start docker), then go on',
  ],
  [
    /is already in use by container|Conflict\. The (?:container )?name/,
    'another run of the generator is under way, or left its container',
    'see `docker ps -a` on the bootstrap node: let it end, or remove the container, then go on',
  ],
  [
    /port is already allocated|address already in use/,
    'port 9000, which the generator publishes, is taken',
    'free it on the bootstrap node, then go on',
  ],
  [
    /Unable to find image|pull access denied|manifest unknown/,
    'the image of the installer is not in Docker any more, while its .tar lies in the folder',
    '`docker load` the dcos-genconf.*.tar that lies beside the generator, then go on',
  ],
  [/No space left on device/, 'the disk of the bootstrap node is full', 'make room there, then go on'],
];

/** Messages of the validator, and what to do about them (gen/calc.py in dcos/dcos 1.9.10). */
const remedies: readonly (readonly [sign: RegExp, remedy: string])[] = [
  [/must be calculated, but was explicitly set/, 'remove the key from config.yaml'],
  [/no way to calculate value/, 'add the key to config.yaml; see that it is not misspelt'],
  [/cannot contain duplicates/, 'name each host once'],
  [/Invalid IPv4 addresses/, 'write plain IPv4 addresses, without blanks or leading zeros'],
  [/Must have 1, 3, 5, 7, or 9 masters/, 'an even number of masters is refused: change two at a time'],
  [/Must not end in a '\/'/, "take the '/' from its end"],
  [/Must be one of/, 'write one of the values that it names'],
  [/must exist/, 'put the file there'],
];

function reasonFor(
  status: number,
  result: string,
  log: string,
): { readonly reason: string; readonly remedy: string } {
  const all = `${result}\n${log}`;
  const found = known.find(([sign]) => sign.test(all));
  if (found !== undefined) return { reason: found[1], remedy: found[2] };
  const invalid = log.split('\n').flatMap((line) => {
    const [, key, message] = /^(?:\S+ )??([a-z][a-z0-9_]*): (.+)$/.exec(line.trim()) ?? [];
    return key === undefined || message === undefined ? [] : [{ key, message }];
  });
  if (status === 1 && invalid.length > 0) {
    const hints = invalid.map(({ key, message }) => {
      const hint = remedies.find(([sign]) => sign.test(message));
      return `${key}: ${hint?.[1] ?? 'correct it in config.yaml'}`;
    });
    const reasons = invalid.map(({ key, message }) => `${key}: ${message}`);
    return {
      reason: `the generator refuses the configuration: ${distinct(reasons).join('; ')}`,
      remedy: `${distinct(hints).join('; ')}, then go on`,
    };
  }
  if (/config\.yaml/.test(result)) {
    return {
      reason: 'the generator could not read genconf/config.yaml in its folder',
      remedy:
        'see that `bootstrap.directory` in the cluster file is the folder that holds genconf/, then go on',
    };
  }
  if (status === 2) {
    const remedy = 'see that `bootstrap.generator` in the cluster file is the generator of this version';
    return { reason: 'the generator does not know --generate-node-upgrade-script', remedy };
  }
  const docker =
    status >= 125 && status <= 127 ? 'Docker could not run the installer' : 'the generator failed';
  return { reason: `${docker}: status ${status}`, remedy: 'see what it printed, then go on' };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function lastLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-12)
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line));
}
