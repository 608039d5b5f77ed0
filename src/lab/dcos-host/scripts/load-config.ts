// What does `genconf/config.yaml` say, read as the installer reads it: PyYAML, YAML 1.1? (`dcos_installer/config.py`)

import { spawnSync } from 'node:child_process';

/** Every value of the configuration as text: lists and maps as JSON (`stringify_configuration` in gen). */
export type Arguments = ReadonlyMap<string, string>;

export type LoadedConfig =
  | { readonly kind: 'loaded'; readonly given: Arguments }
  /** `message` goes to standard output, and the installer ends with 1. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** No package of ours is on a host, and PyYAML is what the installer itself uses: a list of numbers stays one. */
const reader = `
import json, sys, yaml
path = sys.argv[1]
def text(value):
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=str)
    return str(value)
try:
    with open(path) as f:
        config = yaml.safe_load(f)
except FileNotFoundError:
    print('No config file found at %s. See the DC/OS documentation for the available configuration options.' % path)
    sys.exit(1)
except OSError as ex:
    print('Failed to open config file at %s: %s. See the DC/OS documentation to learn how to create a config file.' % (path, ex))
    sys.exit(1)
except yaml.YAMLError as ex:
    print('Unable to load configuration file. Invalid YAML in %s: %s' % (path, ex))
    sys.exit(1)
if not isinstance(config, dict):
    print('NotImplementedError', file=sys.stderr)
    sys.exit(2)
print(json.dumps([[str(key), text(value)] for key, value in config.items()]))
`;

/** Reads the file; a document that is no mapping ends in a traceback there, and in an empty message here. */
export function loadConfig(path: string): LoadedConfig {
  const ended = spawnSync('python3', ['-c', reader, path], { encoding: 'utf8' });
  if (ended.error !== undefined) return { kind: 'unreadable', message: ended.error.message };
  if (ended.status !== 0) return { kind: 'unreadable', message: (ended.stdout + ended.stderr).trimEnd() };
  return { kind: 'loaded', given: new Map(pairsOf(JSON.parse(ended.stdout))) };
}

function pairsOf(document: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(document)) return [];
  return document.flatMap((pair: unknown) => {
    if (!Array.isArray(pair)) return [];
    const both: readonly unknown[] = pair;
    const [key, value] = both;
    return typeof key === 'string' && typeof value === 'string' ? [[key, value] as const] : [];
  });
}
