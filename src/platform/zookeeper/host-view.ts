// What a cluster file means for one host: its paths, its commands, its ports; and addresses in both directions.

import { invariant } from '../../model/invariant.js';
import { ensembleOf } from '../../model/ensemble.js';
import type { Address, Ensemble } from '../../model/ensemble.js';
import { quote } from '../../remote/quote.js';
import type { Cluster, ClusterCommands, ClusterHost } from './cluster-file.js';

/** A host with every template filled in. Paths are plain text, commands are shell text. */
export interface HostView {
  readonly address: Address;
  /** The address to dial. */
  readonly dial: string;
  readonly configurationPath: string;
  readonly dataDirectory: string;
  /** The same as `dataDirectory` where the cluster has no second one. */
  readonly dataLogDirectory: string;
  readonly commands: ClusterCommands;
}

/** The host as the cluster file describes it; undefined when the file does not know it. */
export function hostView(cluster: Cluster, address: Address): HostView | undefined {
  const host = cluster.hosts.find((candidate) => candidate.address === address);
  if (host === undefined) return undefined;
  const command = (template: string): string => fill(template, host, quote);
  const path = (template: string): string => fill(template, host, (text) => text);
  const { paths, commands } = cluster;
  return {
    address,
    dial: dialOf(host),
    configurationPath: path(paths.configuration),
    dataDirectory: path(paths.dataDirectory),
    dataLogDirectory: path(paths.dataLogDirectory ?? paths.dataDirectory),
    commands: {
      start: command(commands.start),
      stop: command(commands.stop),
      running: command(commands.running),
      enable: command(commands.enable),
      disable: command(commands.disable),
      enabled: command(commands.enabled),
    },
  };
}

/** The template with the host's directory and dialled address in place, each through `word`. */
export function fill(template: string, host: ClusterHost, word: (text: string) => string): string {
  return template.replace(/\{(directory|address)\}/g, (_, name) =>
    word(name === 'directory' ? host.directory : dialOf(host)),
  );
}

/** The address that is dialled for the plan's address. Throws `InvariantError` for a host that the cluster lacks. */
export function dialAddress(cluster: Cluster, address: Address): string {
  const host = cluster.hosts.find((candidate) => candidate.address === address);
  invariant(host !== undefined, `${address} is a host of cluster ${cluster.name}`);
  return dialOf(host);
}

/** The plan's address of a dialled one; an address that no host has stays as it is. */
export function planAddress(cluster: Cluster, dialled: string): Address {
  return cluster.hosts.find((host) => dialOf(host) === dialled)?.address ?? dialled;
}

/** The ensemble as it is written into `zoo.cfg`. */
export function dialledEnsemble(cluster: Cluster, ensemble: Ensemble): Ensemble {
  return ensembleOf(ensemble.map(({ id, address }) => ({ id, address: dialAddress(cluster, address) })));
}

/** The ensemble as plans speak of it. */
export function plannedEnsemble(cluster: Cluster, ensemble: Ensemble): Ensemble {
  return ensembleOf(ensemble.map(({ id, address }) => ({ id, address: planAddress(cluster, address) })));
}

function dialOf(host: ClusterHost): string {
  return host.standIn ?? host.address;
}
