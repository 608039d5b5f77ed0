// Before the run: may `genconf/` be edited for this plan, does it say what the masters run, and is the generator theirs?

import { addressesIn, type Address } from '../../../model/ensemble.js';
import type { Fault } from '../../../model/fault.js';
import type { Transport } from '../../../remote/transport.js';
import type { ListedPlan } from '../agents/agent-rounds.js';
import { genconfScript } from '../configuration/bootstrap-scripts.js';
import { withMasterList } from '../configuration/config-edit.js';
import {
  type ConfigDocument,
  editableList,
  readConfig,
  sameAddresses,
  unexpectedList,
} from '../configuration/config-yaml.js';
import {
  type Asked,
  askHost,
  type ConfiguredCluster,
  readMaster,
} from '../configuration/configuration-work.js';
import { isBuildOf, otherBuild, takeItsGenerator, versionScript } from '../configuration/generator-build.js';
import type { HostFault } from '../certificates/identity.js';
import { bringBack, differencesFrom, givenOf } from '../configuration/running-configuration.js';
import type { MasterReading } from '../configuration/served-configuration.js';

const besides = 'genconf says something else, besides the list, than the masters run';

/** A generator that is unpacked answers within seconds. */
const versionMs = 120_000;

/** What is looked at. */
export interface ConfigurationWanted {
  readonly cluster: ConfiguredCluster;
  readonly plan: Pick<ListedPlan, 'from' | 'stages'>;
  /** Those that are not down. */
  readonly masters: readonly Address[];
}

/** What is wrong, and what is worth telling although it is not. A host that can't be asked is told of elsewhere. */
export async function lookAtConfiguration(
  wanted: ConfigurationWanted,
  transport: Transport,
  asked: Asked,
): Promise<{ readonly faults: readonly HostFault[]; readonly notes: readonly string[] }> {
  const { bootstrap } = wanted.cluster;
  const host = bootstrap.address;
  const [genconf, readings] = await Promise.all([
    askHost(transport, host, genconfScript(bootstrap), asked),
    Promise.all(wanted.masters.map((address) => readMaster(transport, address, null, asked))),
  ]);
  if (genconf.kind === 'failed') {
    const fault = { host, seen: genconf.reason, remedy: 'mend bootstrap.directory in the cluster file' };
    return { faults: genconf.ran ? [fault] : [], notes: [] };
  }
  const masters = readings.filter((one) => one.kind === 'read');
  const file = `${bootstrap.directory}/genconf/config.yaml`;
  const config = readConfig(genconf.values.get('text') ?? '', file);
  const build = await lookAtBuild(wanted, genconf.values, masters, transport, asked);
  const several = differentPackages(masters);
  if (!config.ok)
    return { faults: [...told(host, config.faults), ...build.faults, ...several], notes: build.notes };
  const ipDetect = genconf.values.get('ipDetect') || null;
  const { differing, notes } = differencesFrom({ given: givenOf(config.value), ipDetect }, masters);
  const listFaults = editFaults(config.value, wanted.plan);
  return {
    faults: [
      ...told(host, listFaults),
      ...(differing.length === 0
        ? []
        : [{ host, seen: `${besides}: ${differing.join('; ')}`, remedy: bringBack }]),
      ...several,
      ...build.faults,
    ],
    notes: [...notes, ...build.notes],
  };
}

function told(host: Address, faults: readonly Fault[]): readonly HostFault[] {
  return faults.map(({ place, message, remedy }) => ({ host, seen: `${place}: ${message}`, remedy }));
}

/** Why the text can't be made into what each stage wants, from what it may hold now: the present list, or the first stage's. */
function editFaults(config: ConfigDocument, { from, stages }: ConfigurationWanted['plan']): readonly Fault[] {
  const list = editableList(config);
  if (!list.ok) return list.faults;
  const [present, first] = [addressesIn(from), addressesIn(stages[0]?.ensemble ?? from)];
  const isListed = [present, first].some((one) => sameAddresses(list.value.addresses, one));
  if (!isListed) return unexpectedList(config, list.value, present);
  let { text } = config;
  for (const stage of stages) {
    const edited = withMasterList(
      text,
      config.fileName,
      addressesIn(stage.from),
      addressesIn(stage.ensemble),
    );
    if (!edited.ok) return edited.faults;
    text = edited.value;
  }
  return [];
}

/** With more than one configuration among the masters there would be a third, and no one way back. */
function differentPackages(
  masters: readonly (MasterReading & { readonly kind: 'read' })[],
): readonly HostFault[] {
  const packages = new Set(masters.flatMap((one) => (one.package === null ? [] : [one.package])));
  if (packages.size <= 1) return [];
  const remedy = 'finish that change first: run the dcos_node_upgrade.sh that is meant on each of them';
  return masters.map((one) => ({ host: one.address, seen: `it runs ${one.package ?? 'none'}`, remedy }));
}

async function lookAtBuild(
  { cluster }: ConfigurationWanted,
  genconf: ReadonlyMap<string, string>,
  masters: readonly (MasterReading & { readonly kind: 'read' })[],
  transport: Transport,
  { signal }: Asked,
): Promise<{ readonly faults: readonly HostFault[]; readonly notes: readonly string[] }> {
  const { bootstrap, dcos } = cluster;
  const tag = genconf.get('tag') ?? '';
  const builds = masters.flatMap(({ versionFile }) => (versionFile === '' ? [] : [versionFile]));
  if (builds.length > 0 && builds.every((build) => isBuildOf(tag, build)))
    return { faults: [], notes: ['the generator is of the very build that the masters run'] };
  if (genconf.get('unpacked') !== 'yes')
    return { faults: [], notes: ['the generator is asked for its version once it has unpacked itself'] };
  const end = await transport.run(bootstrap.address, versionScript(bootstrap), {
    timeoutMs: versionMs,
    signal,
  });
  if (end.kind === 'unknown' || end.status !== 0)
    return {
      faults: [],
      notes: ['the generator did not tell its version: it is asked again before it runs'],
    };
  const other = otherBuild(end.stdout, dcos);
  return other === null
    ? { faults: [], notes: [`the generator makes DC/OS ${dcos.version}`] }
    : { faults: [{ host: bootstrap.address, seen: other, remedy: takeItsGenerator }], notes: [] };
}
