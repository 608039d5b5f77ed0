// The network between the machines: a bridge in the keeper's own network namespace, and what is cut or slowed on it.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { Address } from '../../model/ensemble.js';
import { must } from './command.js';
import type { HostsPlan } from './hosts-files.js';
import { slowLink } from './slow-link.js';

const bridge = 'switch';

/** Deeds on the network. A machine's port is named by its address, and so is its network namespace. */
export interface Switch {
  /** Lays every cable. Nothing is plugged in yet. */
  lay(): Promise<void>;
  /** A machine that is on; one that is off does not even answer ARP. */
  plug(address: Address, state: 'in' | 'out'): Promise<void>;
  /** Drops every packet between the two; null: between the machine and everybody. */
  cut(address: Address, other: Address | null): Promise<void>;
  /** Every packet from and to the machine takes this long, in ms, each way. */
  slow(address: Address, delayMs: number): Promise<void>;
  /** Ends what was cut and slowed at this machine. */
  heal(address: Address): Promise<void>;
  /** What is wrong at this machine, in words. */
  troubles(address: Address): readonly string[];
}

/** The network of this lab. */
export function labSwitch(plan: HostsPlan): Switch {
  const cuts = new Map<string, readonly [Address, Address | null]>();
  const relays = new Map<Address, { readonly child: ChildProcess; readonly delayMs: number }>();
  const ruleset = '/run/lab.nft';
  const apply = async (): Promise<void> => {
    await writeFile(ruleset, rules([...cuts.values()]));
    await must('nft', '-f', ruleset);
  };
  const hasten = async (address: Address): Promise<void> => {
    const relay = relays.get(address);
    if (relay === undefined) return;
    relays.delete(address);
    const gone = once(relay.child, 'exit');
    if (relay.child.exitCode === null && relay.child.kill('SIGKILL')) await gone;
    await must('ip', 'link', 'del', `${portOf(plan, address)}a`);
    await must('ip', 'link', 'set', address, 'master', bridge);
  };
  return {
    lay: async () => {
      const { prefix, operator } = plan.network;
      await must('ip', 'link', 'set', 'lo', 'up');
      await must('ip', 'link', 'add', bridge, 'type', 'bridge');
      await must('ip', 'addr', 'add', `${operator}/${prefix}`, 'dev', bridge);
      await must('ip', 'link', 'set', bridge, 'up');
      for (const { address } of plan.machines) await wire(address, prefix, operator);
    },
    plug: async (address, state) => {
      await must('ip', 'link', 'set', address, state === 'in' ? 'up' : 'down');
    },
    cut: async (address, other) => {
      cuts.set(`${address} ${other ?? ''}`, [address, other]);
      await apply();
    },
    slow: async (address, delayMs) => {
      await hasten(address);
      const near = `${portOf(plan, address)}a`;
      const far = `${portOf(plan, address)}b`;
      await must('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far);
      await must('ip', 'link', 'set', far, 'master', bridge, 'up');
      await must('ip', 'link', 'set', near, 'up');
      await must('ip', 'link', 'set', address, 'nomaster');
      relays.set(address, { child: await startRelay(address, near, delayMs), delayMs });
    },
    heal: async (address) => {
      for (const [key, pair] of cuts) if (pair.includes(address)) cuts.delete(key);
      await apply();
      await hasten(address);
    },
    troubles: (address) => [
      ...[...cuts.values()]
        .filter((pair) => pair.includes(address))
        .map(([one, other]) => `cut off from ${other === null ? 'all' : one === address ? other : one}`),
      ...[...relays].filter(([one]) => one === address).map(([, { delayMs }]) => `slow by ${delayMs} ms`),
    ],
  };
}

/** The network namespace stays while the machine is off or boots anew. */
async function wire(address: Address, prefix: number, operator: Address): Promise<void> {
  await must('ip', 'netns', 'add', address);
  await must('ip', 'link', 'add', address, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', address);
  await must('ip', 'link', 'set', address, 'master', bridge);
  await must('ip', '-n', address, 'link', 'set', 'lo', 'up');
  await must('ip', '-n', address, 'addr', 'add', `${address}/${prefix}`, 'dev', 'eth0');
  await must('ip', '-n', address, 'link', 'set', 'eth0', 'up');
  await must('ip', '-n', address, 'route', 'add', 'default', 'via', operator);
}

function portOf(plan: HostsPlan, address: Address): string {
  return `slow${plan.machines.findIndex((machine) => machine.address === address)}`;
}

/** Kernels often lack tc's netem; perl is part of every Debian. */
async function startRelay(one: string, other: string, delayMs: number): Promise<ChildProcess> {
  const child = spawn('perl', ['-e', slowLink, one, other, String(delayMs)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  return child;
}

/** One table, replaced as a whole: frames that pass, and those from and to the operator. */
function rules(cuts: readonly (readonly [Address, Address | null])[]): string {
  const drops = cuts.flatMap(([one, other]) =>
    other === null
      ? [`ip saddr ${one} drop`, `ip daddr ${one} drop`]
      : [`ip saddr ${one} ip daddr ${other} drop`, `ip saddr ${other} ip daddr ${one} drop`],
  );
  const chains = ['forward', 'input', 'output'].map(
    (hook) => `  chain ${hook} { type filter hook ${hook} priority 0; jump cuts; }`,
  );
  return `table bridge lab {}
delete table bridge lab
table bridge lab {
  chain cuts { ${drops.join('; ')} ; }
${chains.join('\n')}
}
`;
}
