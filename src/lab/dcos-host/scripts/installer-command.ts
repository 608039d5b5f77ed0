// What is the installer's container asked to do? (`dcos_installer/cli.py`)

/** One run of the container. `usage` is argparse's refusal, exit 2. */
export type InstallerCommand =
  | { readonly kind: Mode | 'help' }
  | { readonly kind: 'generate-node-upgrade-script'; readonly from: string | undefined }
  /** A mode that the stand-in does not have: web, SSH, passwords. */
  | { readonly kind: 'absent'; readonly mode: string }
  | { readonly kind: 'usage'; readonly message: string };

type Mode = 'genconf' | 'validate-config' | 'version';

const ownModes: readonly Mode[] = ['genconf', 'validate-config', 'version'];
const sshModes = [
  'web',
  'preflight',
  'install-prereqs',
  'deploy',
  'postflight',
  'aws-cloudformation',
] as const;
const valueModes = ['hash-password', 'set-superuser-password', 'generate-node-upgrade-script'] as const;
const switches = ['verbose', 'offline', 'cli-telemetry-disabled', 'help'] as const;

/** Reads the arguments as argparse does: unambiguous beginnings count, and one mode excludes another. */
export function installerCommand(
  args: readonly string[],
  options: { readonly hasSshModes: boolean },
): InstallerCommand {
  const modes: readonly string[] = options.hasSshModes
    ? [...ownModes, ...sshModes, ...valueModes]
    : ['genconf', 'version', 'aws-cloudformation', ...valueModes];
  const known = [...modes, ...switches, 'port'];
  let mode: string | undefined;
  let value: string | undefined;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '-h') return { kind: 'help' };
    if (word === '-v') continue;
    if (word === '-p') {
      rest.shift();
      continue;
    }
    const [written, given] = splitOnce(word);
    const names = word.startsWith('--') ? matching(known, written.slice(2)) : [];
    const name = names[0];
    if (name === undefined) return usage(`unrecognized arguments: ${[word, ...rest].join(' ')}`);
    if (names.length > 1) {
      return usage(`ambiguous option: ${written} could match ${names.map((each) => `--${each}`).join(', ')}`);
    }
    if (name === 'help') return { kind: 'help' };
    if (name === 'port') {
      if (given === undefined) rest.shift();
      continue;
    }
    if (!modes.includes(name)) continue;
    if (mode !== undefined && mode !== name) {
      return usage(`argument --${name}: not allowed with argument --${mode}`);
    }
    mode = name;
    if (isOneOf(valueModes, name)) {
      value = given ?? (rest[0]?.startsWith('-') === false ? rest.shift() : undefined);
    } else if (given !== undefined) return usage(`argument --${name}: ignored explicit argument '${given}'`);
  }
  if (mode === undefined) return { kind: 'genconf' };
  if (mode === 'generate-node-upgrade-script') return { kind: mode, from: value };
  const own = ownModes.find((each) => each === mode);
  return own === undefined ? { kind: 'absent', mode } : { kind: own };
}

function usage(message: string): InstallerCommand {
  return { kind: 'usage', message };
}

function splitOnce(word: string): readonly [name: string, value?: string] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function matching(known: readonly string[], beginning: string): readonly string[] {
  return known.includes(beginning) ? [beginning] : known.filter((name) => name.startsWith(beginning));
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((each) => each === name);
}
