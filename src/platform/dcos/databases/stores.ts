// How stand CockroachDB and etcd on the masters? Asked on the masters, with DC/OS' own tools. Read-only.

import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { DcosCluster } from '../cluster-file.js';
import { etcdView, type EtcdView } from './etcd-reading.js';
import { cockroachReading, type CockroachReading, type Departure, type StoresReading } from './leftovers.js';
import { sideBySide } from '../side-by-side.js';
import { dcosVersion } from '../versions.js';

const askMs = 60_000;
const mostHosts = 16;

/** Which databases the masters of a cluster run. */
export interface Stores {
  readonly cockroach: boolean;
  readonly etcd: boolean;
}

/** As the version and the variant have it. */
export function storesOf({
  dcos,
}: {
  readonly dcos: Pick<DcosCluster['dcos'], 'version' | 'variant'>;
}): Stores {
  const { cockroach = 'none', etcd = false } = dcosVersion(dcos.version) ?? {};
  return {
    cockroach: cockroach === 'both' || (cockroach === 'enterprise' && dcos.variant === 'enterprise'),
    etcd,
  };
}

/** Asks a survivor for CockroachDB, and every master that is not down for its etcd. Never throws. */
export async function readStores(
  cluster: DcosCluster,
  transport: Transport,
  departure: Departure,
  signal: AbortSignal,
): Promise<StoresReading> {
  const stores = storesOf(cluster);
  const [cockroach, etcd] = await Promise.all([
    stores.cockroach ? readCockroach(transport, departure, signal) : null,
    stores.etcd ? readEtcd(transport, departure, signal) : null,
  ]);
  return { cockroach, etcd };
}

/** How the tool gets in: open clusters have no certificates (facts of `packages/cockroach` in dcos/dcos). */
export const access = `PATH=/opt/mesosphere/bin:$PATH
access=--insecure
for folder in /run/dcos/pki/cockroach /run/dcos/pki/bouncer; do
  if [ -d "$folder" ]; then access="--certs-dir=$folder"; break; fi
done
`;

const cockroachScript = `${sayFunctions}${access}
if [ -x /opt/mesosphere/bin/cockroach ]; then
  say program yes
  timeout 45 cockroach node status --all --format=csv "$access" --host="$(detect_ip)" 2>&1 </dev/null | say64 nodes
else say program no; fi
`;

/** The survivors in turn: one that answers tells of all nodes. */
async function readCockroach(
  transport: Transport,
  departure: Departure,
  signal: AbortSignal,
): Promise<CockroachReading> {
  const silent: string[] = [];
  for (const address of survivorsOf(departure)) {
    const answer = await askHost(transport, address, cockroachScript, { timeoutMs: askMs, signal });
    if (answer.kind === 'unknown') {
      silent.push(`${address}: ${answer.reason}`);
      continue;
    }
    const values = new Map(answer.lines);
    const reading: CockroachReading =
      values.get('program') === 'yes'
        ? cockroachReading(textOf(values.get('nodes') ?? ''))
        : { kind: 'unknown', reason: 'there is no /opt/mesosphere/bin/cockroach' };
    if (reading.kind === 'known') return reading;
    silent.push(`${address}: ${reading.reason}`);
  }
  return { kind: 'unknown', reason: `no survivor tells of its nodes: ${silent.join('; ')}` };
}

/** Masters that were there before, and live. */
export function survivorsOf({ masters, fresh, down }: Departure): Departure['masters'] {
  return masters.filter((address) => !fresh.includes(address) && !down.includes(address));
}

/** `dcos-etcd.service` after 2.1.2 has `ConditionPathExists=…/etc/calico/calico_enabled` (D2IQ-73299, `packages/etcd`). */
const etcdScript = `${sayFunctions}
wanted=$(systemctl cat dcos-etcd.service 2>/dev/null | sed -n 's/^ConditionPathExists=//p' | head -n 1)
case $wanted in /*) [ -e "$wanted" ] || say lacks "$wanted" ;; esac
if [ -x /opt/mesosphere/bin/dcos-etcdctl ]; then
  say program yes
  text=$(timeout 45 /opt/mesosphere/bin/dcos-shell dcos-etcdctl diagnostic 2>&1 </dev/null); say status "$?"
  printf %s "$text" | say64 diagnostic
else say program no; fi
`;

function readEtcd(
  transport: Transport,
  { masters, down }: Departure,
  signal: AbortSignal,
): Promise<readonly EtcdView[]> {
  const asked = masters.filter((address) => !down.includes(address));
  return sideBySide(asked, mostHosts, async (address): Promise<EtcdView> => {
    const answer = await askHost(transport, address, etcdScript, { timeoutMs: askMs, signal });
    if (answer.kind === 'unknown') return { kind: 'unknown', address, reason: answer.reason };
    const values = new Map(answer.lines);
    const lacks = values.get('lacks');
    if (lacks !== undefined) return { kind: 'off', address, lacks };
    if (values.get('program') !== 'yes')
      return { kind: 'unknown', address, reason: 'there is no /opt/mesosphere/bin/dcos-etcdctl' };
    return etcdView(address, Number(values.get('status') ?? '1'), textOf(values.get('diagnostic') ?? ''));
  });
}
