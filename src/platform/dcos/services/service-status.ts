// How do the services beside ZooKeeper stand: Exhibitor and Mesos on each master, and the agents?

import type { Address } from '../../../model/ensemble.js';
import { askClusterStatus, askOwnState, type ExhibitorOptions } from '../../../probe/exhibitor.js';
import type { Asked } from '../../../probe/http-json.js';
import { askMesosAgent, askMesosMaster, type MesosOptions } from '../../../probe/mesos.js';
import type { Transport } from '../../../remote/transport.js';
import type { DcosCluster } from '../cluster-file.js';
import { exhibitorLogin } from './exhibitor-login.js';
import { serviceWays } from './service-ways.js';
import { sideBySide } from '../side-by-side.js';
import { dcosVersion } from '../versions.js';

/** One master. Null: it did not say, or did not want to without a password or token. */
export interface MasterServices {
  readonly address: Address;
  /** Exhibitor's word for its server, at most 30 s old: `latent`, `down`, `not serving`, `serving`. */
  readonly exhibitor: string | null;
  /** `recovered`: this master's replicas of Mesos' logs, of the registrar and of the overlay, have all that they need. */
  readonly mesos: { readonly elected: boolean; readonly recovered: boolean } | null;
}

/** The masters' services and the agents. */
export interface ServiceStatus {
  readonly masters: readonly MasterServices[];
  readonly agents: {
    readonly listed: number;
    /** Those who say that a master knows them. */
    readonly registered: number;
    /** The others, in the order of the file: not registered, or nobody answered. */
    readonly others: readonly Address[];
  };
  /** Why Mesos could not be asked at all, under strict security; null: it could. */
  readonly login: string | null;
}

/** Nobody who asks how it stands waits longer for one that is silent. */
const timeoutMs = 4000;
const agentsAtOnce = 64;

/** Asks all of them side by side. Read-only; never rejects. */
export async function serviceStatus(
  cluster: DcosCluster,
  transport: Transport,
  masters: readonly Address[],
  signal: AbortSignal,
): Promise<ServiceStatus> {
  const ways = serviceWays(cluster, transport);
  const options = { timeoutMs, signal, ask: ways.mesos.way(masters) };
  // Without the password there is still what Exhibitor tells everybody.
  const known = await exhibitorLogin(cluster);
  const login = typeof known === 'string' ? undefined : known;
  const agents = [...cluster.agents.private, ...cluster.agents.public];
  const [services, registered, trouble] = await Promise.all([
    Promise.all(
      masters.map((address) =>
        servicesOf(cluster, address, options, {
          timeoutMs,
          signal,
          login,
          ask: ways.exhibitor(address),
        }),
      ),
    ),
    sideBySide(agents, agentsAtOnce, (agent) => isRegistered(agent, options)),
    ways.mesos.trouble(masters, signal),
  ]);
  const others = agents.filter((_, index) => registered[index] !== true);
  return {
    masters: services,
    agents: { listed: agents.length, registered: agents.length - others.length, others },
    login: trouble?.reason ?? null,
  };
}

async function servicesOf(
  { dcos }: DcosCluster,
  address: Address,
  mesosOptions: MesosOptions,
  options: ExhibitorOptions,
): Promise<MasterServices> {
  const version = dcosVersion(dcos.version);
  const [exhibitor, mesos] = await Promise.all([
    exhibitorWord(address, options),
    version === undefined ? null : askMesosMaster(address, version, mesosOptions),
  ]);
  if (mesos?.kind !== 'answered') return { address, exhibitor, mesos: null };
  const { elected, registrar, overlay } = mesos.value;
  const recovered = registrar.recovered && overlay?.recovered !== false;
  return { address, exhibitor, mesos: { elected, recovered } };
}

/** Without the password there is still what it tells everybody of its whole list. */
async function exhibitorWord(address: Address, options: ExhibitorOptions): Promise<string | null> {
  const own = await askOwnState(address, options);
  if (own.kind === 'answered') return own.value.description;
  if (own.kind !== 'forbidden') return null;
  const all = await askClusterStatus(address, options);
  return answered(all)?.find(({ hostname }) => hostname === address)?.description ?? null;
}

async function isRegistered(agent: Address, options: MesosOptions): Promise<boolean> {
  return answered(await askMesosAgent(agent, options))?.registered === true;
}

function answered<T>(asked: Asked<T>): T | undefined {
  return asked.kind === 'answered' ? asked.value : undefined;
}
