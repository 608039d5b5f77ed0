// The runbook's procedure on DC/OS hosts to the letter, as a person at a terminal follows it: each command as it stands
// in the text, in its order, and the waits that it asks for. What does not come is given up after a while, and counted.

import { spawn } from 'node:child_process';
import { z } from 'zod';
import { askMesosMaster } from '../src/probe/mesos.js';
import { observeService } from '../src/probe/observe-service.js';
import { dcosVersion } from '../src/platform/dcos/versions.js';
import { type DcosChange, version } from './dcos-changes.js';
import { signal } from './measure.js';

/** How a person works. */
export interface Hand {
  readonly sshConfig: string;
  readonly bootstrap: string;
  /** How long a person waits for something that does not come before going on, in ms. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
}

const lookEveryMs = 1000;
const statusSchema = z.array(
  z.object({ code: z.number(), description: z.string(), hostname: z.string(), isLeader: z.boolean() }),
);
type Status = z.infer<typeof statusSchema>;

/** Carries the change out. Answers with the waits that were in vain. */
export async function followByHand(hand: Hand, { from, to, agents }: DcosChange): Promise<readonly string[]> {
  const newcomers = to.filter((address) => !from.includes(address));
  const leavers = from.filter((address) => !to.includes(address));
  const survivors = from.filter((address) => to.includes(address));
  const vain: string[] = [];
  const wait = async (what: string, look: () => Promise<string | null>, times = 1): Promise<void> => {
    const lacking = await until(look, times * hand.patienceMs);
    if (lacking === null) return;
    vain.push(`${what}: ${lacking}`);
    hand.say(`in vain: ${what}: ${lacking}`);
  };

  const run = async (address: string, command: string): Promise<void> => {
    const output = await ssh(hand, address, command);
    if (output === null) vain.push(`${address}: ${command} did not end`);
  };

  await wait('all masters serve before anything is done', () => whoServesNot(hand, from, from[0] ?? ''));
  await editList(hand, leavers, newcomers, from);
  const generator = `bash dcos_generate_config.ee.sh --generate-node-upgrade-script ${version}`;
  const said = await ssh(hand, `root@${hand.bootstrap}`, `cd /root/dcos && ${generator}`);
  const url = /^Node upgrade script URL: (\S+)$/m.exec(said ?? '')?.[1];
  if (url === undefined) throw new Error(`no URL in: ${said ?? 'nothing'}`);

  // 'Install DC/OS on the new master', and only then 'stop the master services running on the old master'.
  const install = `curl -fsSO http://${hand.bootstrap}/dcos_install.sh && sudo bash dcos_install.sh master`;
  for (const address of newcomers) await run(address, install);
  // 'Wait until they are installed, and showing in ZK state before performing the upgrade on the existing masters'
  if (leavers.length === 0) {
    const [first = ''] = newcomers;
    await wait('the new ones show in ZK state', () => whoServesNot(hand, newcomers, first));
  }
  const stop = 'sudo systemctl stop -- $(systemctl show -p Wants dcos.target | cut -d= -f2)';
  for (const address of leavers) await run(address, stop);

  const upgrade = (role: string): string =>
    `mkdir -p /tmp/dcos && cd /tmp/dcos && curl -fsSO ${url} && sudo bash dcos_node_upgrade.sh ${role}`;
  for (let left = [...survivors]; left.length > 0;) {
    const address = await nextOf(hand, left);
    left = left.filter((one) => one !== address);
    await run(address, upgrade('master'));
    await wait(`${address} upgraded`, () => whatSettlesNot(hand, address, to));
  }
  // 'Once masters are done, give the cluster ~15-20 minutes of time to stabilize.'
  for (const address of to) await wait(`${address} at the end`, () => whatSettlesNot(hand, address, to), 4);

  for (const [role, hosts] of [
    ['slave', agents.private],
    ['slave_public', agents.public],
  ] as const) {
    for (const address of hosts) {
      await run(address, 'sudo docker ps');
      await run(address, upgrade(role));
      await wait(`${address} is healthy`, () => whatFails(hand, address));
    }
  }
  return vain;
}

/** 'Doing the leading master last, as to not have unnecessary elections!' */
async function nextOf(hand: Hand, left: readonly string[]): Promise<string> {
  const [first = ''] = left;
  const status = await clusterStatus(hand, first);
  const leader = status.find((one) => one.isLeader)?.hostname;
  return left.find((address) => address !== leader) ?? first;
}

/** The person's editor: each leaver's line becomes a newcomer's; where none leaves, the newcomers come behind. */
async function editList(
  hand: Hand,
  leavers: readonly string[],
  newcomers: readonly string[],
  from: readonly string[],
): Promise<void> {
  const edits = newcomers.map((address, index) => {
    const leaver = leavers[index];
    return leaver === undefined
      ? `-e '/^- ${from.at(-1) ?? ''}$/a - ${address}'`
      : `-e 's/^- ${leaver}$/- ${address}/'`;
  });
  await ssh(hand, `root@${hand.bootstrap}`, `sed -i ${edits.join(' ')} /root/dcos/genconf/config.yaml`);
}

/** 'Wait for zookeeper to settle (zxid should match)', for Mesos' and the overlay's log, and 'validate that all checks work'. */
async function whatSettlesNot(
  hand: Hand,
  address: string,
  masters: readonly string[],
): Promise<string | null> {
  const serves = await whoServesNot(hand, [address], address);
  if (serves !== null) return serves;
  const services = await Promise.all(masters.map((one) => observeService(one, 2181, { signal })));
  const own = services.find((one) => one.address === address)?.zxid ?? null;
  // Under load: within a hundred writes.
  const isFar = services.some(
    ({ zxid }) => zxid !== null && own !== null && distance(BigInt(zxid), BigInt(own)) >= 100n,
  );
  if (own === null || isFar) return 'the zxids do not match';
  const names = dcosVersion(version);
  if (names === undefined) throw new Error(`nobody studied ${version}`);
  const mesos = await askMesosMaster(address, names, { timeoutMs: 5000, signal });
  if (mesos.kind !== 'answered') return `Mesos: ${mesos.reason}`;
  if (!mesos.value.registrar.recovered || mesos.value.overlay?.recovered === false)
    return "Mesos' log has not recovered";
  return whatFails(hand, address);
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

/** The check of 1.9: one line for each unit that is not well. */
async function whatFails(hand: Hand, address: string): Promise<string | null> {
  const { status, output } = await attempt(hand, address, 'sudo /opt/mesosphere/bin/3dt --diag');
  return status === 0 ? null : `checks: ${output.trim().slice(0, 200)}`;
}

async function whoServesNot(hand: Hand, masters: readonly string[], at: string): Promise<string | null> {
  const status = await clusterStatus(hand, at);
  const missing = masters.filter((one) => status.find(({ hostname }) => hostname === one)?.code !== 3);
  if (missing.length > 0) return `${missing.join(', ')} not serving`;
  return status.some((one) => one.isLeader) ? null : 'no leader';
}

/** Empty while Exhibitor does not answer. */
async function clusterStatus(hand: Hand, address: string): Promise<Status> {
  const command = 'curl -fsSL http://localhost:8181/exhibitor/v1/cluster/status';
  const { status, output } = await attempt(hand, address, command);
  return status === 0 ? statusSchema.parse(JSON.parse(output)) : [];
}

/** What was lacking when patience ran out; null when it came. */
async function until(look: () => Promise<string | null>, limitMs: number): Promise<string | null> {
  const end = Date.now() + limitMs;
  for (;;) {
    const lacking = await look();
    if (lacking === null || Date.now() > end) return lacking;
    await new Promise((wake) => setTimeout(wake, lookEveryMs));
  }
}

/** A command that a person would not go on without: its output, or null when patience ran out, fivefold, before it ended. */
async function ssh(hand: Hand, host: string, command: string): Promise<string | null> {
  hand.say(`${host}: ${command}`);
  const { status, output } = await attempt(hand, host, command);
  if (status === null) return null;
  if (status !== 0) throw new Error(`${host}: ${command}: exit ${status}: ${output}`);
  return output;
}

/** `status` is null when it took too long, and was left alone. */
function attempt(
  hand: Hand,
  host: string,
  command: string,
): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', ['-F', hand.sshConfig, host, command], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    const limit = setTimeout(() => child.kill(), 5 * hand.patienceMs);
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(limit);
      resolve({ status, output: status === 0 ? out : out + err });
    });
  });
}
