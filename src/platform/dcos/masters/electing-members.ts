// Which members elect, and do they and a newcomer hear each other? The hosts themselves say it, not what this machine reaches.

import type { Address, Ensemble } from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost } from '../ask-host.js';
import { scriptOpening } from './host-script.js';

/** Exhibitor starts a ZooKeeper that does not serve anew every minute: some seconds of it without a port. */
const startingMs = 90_000;
const pauseMs = 1000;
const askMs = 30_000;
/** A host that can't be asked is asked again once: the engine saw it answer just before, unless it is gone for good. */
const tries = 2;

/** What a newcomer finds among the other members. */
export type Electing =
  | { readonly kind: 'found'; readonly members: readonly Address[]; readonly evidence: readonly string[] }
  | { readonly kind: 'too-few'; readonly reason: string; readonly remedy: string }
  | { readonly kind: 'stopped' };

/** Who is asked, and through what. */
export interface ElectionQuestion {
  readonly transport: Transport;
  readonly ensemble: Ensemble;
  readonly newcomer: Address;
  readonly signal: AbortSignal;
}

type State = 'elects' | 'starting' | 'down' | 'unasked';

interface Member {
  readonly address: Address;
  readonly state: State;
  readonly seen: string;
}

/**
 * The members whose ZooKeeper takes part in elections. With the newcomer they must be a majority: fewer, and either nothing
 * could be seen of them or it would wait for a quorum that is not there. Read-only; never throws.
 */
export async function electingMembers(question: ElectionQuestion): Promise<Electing> {
  const { transport, ensemble, newcomer, signal } = question;
  const others = ensemble.map((member) => member.address).filter((address) => address !== newcomer);
  const until = Date.now() + startingMs;
  let asked: readonly Member[] = [];
  for (let round = 1; ; round += 1) {
    asked = await Promise.all(others.map((address) => askMember(transport, address, signal)));
    if (signal.aborted) return { kind: 'stopped' };
    const waits = asked.some(({ state }) => state === 'starting' || (state === 'unasked' && round < tries));
    if (!waits || Date.now() >= until) break;
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
  const members = asked.filter(({ state }) => state === 'elects').map(({ address }) => address);
  const rest = asked
    .filter(({ state }) => state !== 'elects')
    .map(({ address, seen }) => `${address} ${seen}`);
  const wanted = Math.floor(ensemble.length / 2);
  if (members.length < wanted) {
    const reason = `${members.length} of the ${wanted} members that ${newcomer} needs take part in elections: ${rest.join('; ')}`;
    const remedy =
      'see that commands reach the masters, and that their ZooKeepers run; nothing was installed';
    return { kind: 'too-few', reason, remedy };
  }
  const evidence = [`elections are held by ${members.join(', ') || 'nobody else'}`, ...rest];
  return { kind: 'found', members, evidence };
}

async function askMember(transport: Transport, address: Address, signal: AbortSignal): Promise<Member> {
  const answer = await askHost(transport, address, electionScript(address), { timeoutMs: askMs, signal });
  if (answer.kind === 'unknown')
    return { address, state: 'unasked', seen: `can't be asked: ${answer.reason}` };
  const said = new Set(answer.lines.map(([key, value]) => `${key}=${value}`));
  if (said.has('zookeeper=runs') && said.has('elects=yes'))
    return { address, state: 'elects', seen: 'elects' };
  if (said.has('exhibitor=runs'))
    return { address, state: 'starting', seen: 'has no ZooKeeper at port 3888' };
  return { address, state: 'down', seen: 'is down' };
}

/** Asks the member for its own port: between it and this machine there may be a filter. */
export function electionScript(address: Address): string {
  return `${scriptOpening}
address=${quote(address)}
if exhibitor_runs; then say exhibitor runs; else say exhibitor down; fi
if find_zookeeper; then say zookeeper runs; else say zookeeper down; fi
if timeout 3 bash -c ${quote('</dev/tcp/$1/3888')} bash "$address" 2>/dev/null; then say elects yes; else say elects no; fi
`;
}
