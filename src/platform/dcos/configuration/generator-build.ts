// Is the generator the one of the DC/OS that the cluster runs? Another would upgrade it, master by master.

import { z } from 'zod';
import { quote } from '../../../remote/quote.js';

/** The DC/OS of the cluster file. */
export interface WantedBuild {
  readonly version: string;
  readonly variant: 'open' | 'enterprise';
}

/**
 * Lines for a script in the generator's folder, which print `tag`, the name under which it keeps its image, and `unpacked`,
 * whether it has done so. The name stands in the script's first lines (`dcos_generate_config.sh.in` in dcos/dcos).
 */
export function tagLines(generator: string): string {
  return `tag=$(head -c 20000 ${quote(`./${generator}`)} 2>/dev/null | grep -aom1 'dcos-genconf[.][0-9a-f]*-[0-9a-f]*[.]tar' | head -n 1)
say tag "$tag"
if [ -n "$tag" ] && [ -e "$tag" ]; then say unpacked yes; else say unpacked no; fi
`;
}

/** Where it lies. */
export interface GeneratorPlace {
  readonly directory: string;
  readonly generator: string;
}

/** Asks it. It may unpack itself first: gigabytes, into Docker. */
export function versionScript({ directory, generator }: GeneratorPlace): string {
  return `cd ${quote(directory)} || exit 90
unset DCOS_INSTALLER_DAEMONIZE
export HOME="\${HOME:-/root}"
bash ${quote(generator)} --version </dev/null
`;
}

const buildSchema = z.object({
  version: z.string(),
  'dcos-image-commit': z.string(),
  'bootstrap-id': z.string(),
});

/** Whether the generator is of the very build that a master's `etc/dcos-version.json` names. */
export function isBuildOf(tag: string, versionFile: string): boolean {
  const build = buildSchema.safeParse(jsonIn(versionFile));
  if (!build.success) return false;
  const [commit, bootstrap] = [build.data['dcos-image-commit'], build.data['bootstrap-id']];
  return commit !== '' && tag === `dcos-genconf.${commit.slice(0, 18)}-${bootstrap.slice(0, 18)}.tar`;
}

const saidSchema = z.object({ version: z.string(), variant: z.string() });

/** What `--version` printed, after whatever unpacking printed: null when it is that of the cluster, else what it is. */
export function otherBuild(stdout: string, wanted: WantedBuild): string | null {
  const said = saidSchema.safeParse(jsonIn(/\{[^{}]*\}\s*$/.exec(stdout)?.[0] ?? ''));
  if (!said.success) return 'the generator does not tell which DC/OS it makes';
  const { version } = said.data;
  const variant = variants[said.data.variant] ?? said.data.variant;
  return version === wanted.version && variant === wanted.variant
    ? null
    : `the generator makes DC/OS ${version}, ${variant}; the cluster runs ${wanted.version}, ${wanted.variant}`;
}

/** What a person can do about it. */
export const takeItsGenerator: string =
  'take the generator of the version that the cluster runs (bootstrap.generator in the cluster file): a change of masters is no time for another version';

/** `BOOTSTRAP_VARIANT` (`dcos_installer/cli.py`). */
const variants: Readonly<Record<string, string>> = { '': 'open', ee: 'enterprise' };

/** The version in a `dcos-version.json`, or nothing. */
export function versionIn(versionFile: string): string {
  return z.object({ version: z.string() }).safeParse(jsonIn(versionFile)).data?.version ?? '';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
