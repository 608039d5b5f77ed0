// The options that name a change, and the request for a plan that they make.

import { type Command, Option } from 'commander';
import { parseAddressList, parseEnsemble, parseReplacement } from '../model/address-list.js';
import { type AddressKind, parseAddress } from '../model/address.js';
import type { Change } from '../model/change.js';
import { type Address, type Ensemble, sortedEnsemble } from '../model/ensemble.js';
import { allOf, type Checked, type Fault } from '../model/fault.js';
import type { PlatformName } from '../plan/plan.js';
import { badInput } from './exit-status.js';
import { faultCount } from './numbers.js';

/** What the options below parse to. */
export interface ChangeOptions {
  readonly platform: PlatformName;
  readonly current?: string | undefined;
  readonly ensemble?: string | undefined;
  readonly target?: string | undefined;
  readonly replace: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly rebuild: readonly string[];
  readonly down: readonly string[];
  readonly gone: readonly string[];
  readonly leader?: string | undefined;
  readonly spare: readonly string[];
  readonly candidate: readonly string[];
  readonly zookeeper?: string | undefined;
  readonly dcos?: string | undefined;
  readonly allowCascade?: true | undefined;
  readonly allowRenumber?: true | undefined;
  readonly allowOutage?: true | undefined;
  readonly reconfig?: true | undefined;
  readonly faults: number;
}

/** A repeatable option that also takes a comma-separated list, as an environment variable must. */
export function repeatable(flags: string, description: string): Option {
  const none: readonly string[] = [];
  return new Option(flags, description)
    .argParser((value: string, before: readonly string[]) => [...before, ...value.split(',')])
    .default(none);
}

/** `--platform`. */
export function platformOption(): Option {
  return new Option(
    '--platform <name>',
    'how ids come about: dcos sorts the addresses, zookeeper keeps ids as given',
  )
    .choices(['dcos', 'zookeeper'])
    .default('dcos');
}

/** Adds the options that name a change. */
export function withChangeOptions<C extends Command>(command: C): C {
  return command
    .addOption(platformOption())
    .option('--current <A,B,C>', 'the members now; ids follow the platform')
    .option('--ensemble <1:A,2:B>', 'the members now, with their ids')
    .option('--target <A,B,C>', 'the members wanted (1:A,2:B with ids)')
    .addOption(repeatable('--replace <OLD=NEW>', 'replace a member by a new host (repeatable)'))
    .addOption(repeatable('--add <A>', 'add a member (repeatable)'))
    .addOption(repeatable('--remove <A>', 'remove a member (repeatable)'))
    .addOption(repeatable('--rebuild <A>', 'start a member again from an empty disk (repeatable)'))
    .addOption(repeatable('--down <A>', 'a member that is lost, or down for good (repeatable)'))
    .addOption(
      repeatable(
        '--gone <A>',
        'a member whose machine is gone for good, and stays off: it is asked nothing (repeatable)',
      ),
    )
    .option('--leader <A>', 'who leads now, where it is known: its stage comes last')
    .addOption(repeatable('--spare <A>', 'a host that may be a member in between (repeatable)'))
    .addOption(
      repeatable(
        '--candidate <A|CIDR>',
        'an address or block to test as another choice, where the target is unreachable (repeatable)',
      ),
    )
    .option('--zookeeper <version>', 'the ZooKeeper version: 3.4 joins by other rules than 3.5 and later')
    .option(
      '--dcos <version>',
      "the DC/OS version, such as 1.13.9: it decides ZooKeeper's, and when a master's services start",
    )
    .option('--allow-cascade', 'hosts that stay may be wiped and rebuilt under another id on the way')
    .option(
      '--allow-renumber',
      'hosts that stay may change their ids one after the other, where that is proved safe',
    )
    .option('--allow-outage', 'all servers may be stopped at once, for a few seconds')
    .option('--reconfig', 'the servers run with reconfigEnabled=true: they change their list themselves')
    .option('--faults <n>', 'how many faults each stage must bear, at any moment', faultCount, 1);
}

/** The kind of address that a platform allows. */
export function addressKind(platform: PlatformName): AddressKind {
  return platform === 'dcos' ? 'ipv4' : 'ipv4-or-host-name';
}

/** Throws bad input with every fault, its place and its remedy. */
export function valueOf<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw faultsError(checked.faults);
}

/** Faults as the lines of a bad-input error. */
export function faultsError(faults: readonly Fault[]): ReturnType<typeof badInput> {
  return badInput(
    ...faults.flatMap((fault) => [`${fault.place}: ${fault.message} (${fault.rule})`, `  ${fault.remedy}`]),
  );
}

/** The members now, from `--current` or `--ensemble`. */
export function currentEnsemble(options: ChangeOptions): Ensemble {
  const kind = addressKind(options.platform);
  if (options.current !== undefined && options.ensemble !== undefined) {
    throw badInput('--current and --ensemble both name the members now.', '  Give one of them.');
  }
  if (options.ensemble !== undefined) return valueOf(parseEnsemble(options.ensemble, kind, '--ensemble'));
  if (options.current === undefined) {
    throw badInput(
      'Nothing says who the members are now.',
      '  Give --current A,B,C, or --ensemble 1:A,2:B,3:C, or --cluster FILE.',
    );
  }
  // Where ids are explicit, a bare list is numbered in the order given: what a person who numbers by hand does.
  const members = valueOf(parseAddressList(options.current, kind, '--current'));
  return options.platform === 'dcos'
    ? sortedEnsemble(members)
    : members.map((address, index) => ({ id: index + 1, address }));
}

/** The change that the options name. */
export function requestedChange(options: ChangeOptions): Change {
  const kind = addressKind(options.platform);
  const edits = [options.replace, options.add, options.remove, options.rebuild].some(
    (list) => list.length > 0,
  );
  if (options.target !== undefined) {
    if (edits)
      throw badInput(
        '--target names the whole list, and --replace, --add, --remove or --rebuild a part of it.',
        '  Give one or the other.',
      );
    return /(^|,)\s*\d+:/.test(options.target)
      ? { kind: 'target-with-ids', members: valueOf(parseEnsemble(options.target, kind, '--target')) }
      : { kind: 'target', addresses: valueOf(parseAddressList(options.target, kind, '--target')) };
  }
  if (!edits)
    throw badInput(
      'No change is named.',
      '  Give --target A,B,C, or any of --replace OLD=NEW, --add A, --remove A, --rebuild A.',
    );
  return {
    kind: 'edits',
    replace: valueOf(
      allOf(
        options.replace.map((text, index) => parseReplacement(text, kind, `--replace, item ${index + 1}`)),
      ),
    ),
    add: addresses(options.add, kind, '--add'),
    remove: addresses(options.remove, kind, '--remove'),
    rebuild: addresses(options.rebuild, kind, '--rebuild'),
  };
}

/** Addresses given one by one. */
export function addresses(texts: readonly string[], kind: AddressKind, option: string): readonly Address[] {
  return valueOf(allOf(texts.map((text, index) => parseAddress(text, kind, `${option}, item ${index + 1}`))));
}
