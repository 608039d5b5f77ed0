// Stand-in for DC/OS' pkgpanda: fetch, activate, active, list, setup, uninstall.

import { join } from 'node:path';
import { activate } from './scripts/pkgpanda-activate.js';
import { namesIn, PkgpandaError, type Places } from './scripts/pkgpanda-places.js';
import { fetchPackage } from './scripts/pkgpanda-repository.js';
import { activeIds, makeUsers, setUp, startTarget, uninstall } from './scripts/pkgpanda-setup.js';

const usage =
  'Usage: pkgpanda {fetch --repository-url=URL ID…|activate [--no-block] ID…|active|list|setup|uninstall}';

interface Options {
  readonly places: Places;
  readonly command: string | undefined;
  readonly ids: readonly string[];
  readonly repositoryUrl: string | undefined;
  readonly waiting: 'block' | 'no-block';
}

/** `--no-block` is the beginning of `--no-block-systemd`, which docopt takes for it. */
function readOptions(args: readonly string[]): Options {
  const value = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const root = value('root') ?? '/opt/mesosphere';
  const [command, ...ids] = args.filter((arg) => !arg.startsWith('--'));
  return {
    command,
    ids,
    repositoryUrl: value('repository-url'),
    waiting: args.some((arg) => arg.startsWith('--no-block')) ? 'no-block' : 'block',
    places: {
      root,
      config: value('config-dir') ?? '/etc/mesosphere',
      systemd: args.includes('--rooted-systemd') ? join(root, 'systemd') : '/etc/systemd/system',
      manages: args.includes('--no-systemd') ? 'nothing' : 'systemd',
    },
  };
}

async function carryOut({ places, command, ids, repositoryUrl, waiting }: Options): Promise<number> {
  switch (command) {
    case 'fetch':
      if (repositoryUrl === undefined) return refuse();
      for (const id of ids) console.log(await fetchPackage(places, repositoryUrl, id));
      return 0;
    case 'activate':
      makeUsers(places);
      activate(places, ids);
      startTarget(places, waiting);
      return 0;
    case 'active':
      activeIds(places).forEach((id) => console.log(id));
      return 0;
    case 'list':
      namesIn(join(places.root, 'packages')).forEach((id) => console.log(id));
      return 0;
    case 'setup':
      await setUp(places, waiting);
      return 0;
    case 'uninstall':
      uninstall(places);
      return 0;
    case undefined:
    default:
      return refuse();
  }
}

function refuse(): number {
  console.error(usage);
  return 1;
}

try {
  process.exitCode = await carryOut(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof PkgpandaError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
