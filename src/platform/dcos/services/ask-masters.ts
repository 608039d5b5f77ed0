// How the masters are asked for what the conditions need: side by side, at most 10 s, and gently.

import type { Address } from '../../../model/ensemble.js';
import {
  askClusterStatus,
  askConfiguration,
  type ExhibitorConfiguration,
  type ExhibitorOptions,
} from '../../../probe/exhibitor.js';
import type { Asked } from '../../../probe/http-json.js';
import { askMesosMaster, mesosReplicas } from '../../../probe/mesos.js';
import type { GateMoment } from '../../../run/platform.js';
import type { DcosCluster } from '../cluster-file.js';
import type { MasterReadings } from './conditions.js';
import { exhibitorLogin } from './exhibitor-login.js';
import type { ServiceWays } from './service-ways.js';
import type { DcosVersion } from '../versions.js';

/** The slow one is Exhibitor's status where the password is not known: it asks its peers in turn. */
const timeoutMs = 9000;

/** Asks every member that runs. Read-only; never rejects. */
export async function askMasters(
  cluster: DcosCluster,
  version: DcosVersion,
  ways: ServiceWays,
  { expectation, services }: GateMoment,
  signal: AbortSignal,
): Promise<MasterReadings> {
  const options = { timeoutMs, signal };
  const login = await exhibitorLogin(cluster);
  const serving = expectation.running.filter((address) => (services.get(address)?.mode ?? null) !== null);
  const ask = ways.mesos.way([...new Set([...serving, ...expectation.running])]);
  const [exhibitors, masters, replicas] = await Promise.all([
    pairs(expectation.running, (address) =>
      typeof login === 'string'
        ? Promise.resolve({ kind: 'unreadable' as const, reason: `exhibitor.passwordFile: ${login}` })
        : listOf(address, { ...options, login, ask: ways.exhibitor(address) }),
    ),
    pairs(expectation.running, (address) => askMesosMaster(address, version, { ...options, ask })),
    version.ensembleSize ? null : mesosReplicas(serving, 2181, options),
  ]);
  return { exhibitors, masters, replicas };
}

/** Without the password there is still the list of hosts that Exhibitor shows to everybody, in the order of their ids. */
async function listOf(
  address: Address,
  options: ExhibitorOptions,
): Promise<Asked<Pick<ExhibitorConfiguration, 'ensemble' | 'serverId'>>> {
  const asked = await askConfiguration(address, options);
  if (asked.kind !== 'forbidden') return asked;
  const status = await askClusterStatus(address, options);
  if (status.kind !== 'answered') return status;
  const ensemble = status.value.map(({ hostname }, place) => ({ id: place + 1, address: hostname }));
  const own = ensemble.find((member) => member.address === address);
  return { kind: 'answered', value: { ensemble, serverId: own?.id ?? null } };
}

async function pairs<T>(
  addresses: readonly Address[],
  ask: (address: Address) => Promise<T>,
): Promise<ReadonlyMap<Address, T>> {
  return new Map(await Promise.all(addresses.map(async (address) => [address, await ask(address)] as const)));
}
