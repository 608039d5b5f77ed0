import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../../test/support/dcos-duty.js';
import type { CommandResult, Transport } from '../../../remote/transport.js';
import { agentUpgradeScript, beforeIn } from './agent-upgrade-script.js';
import { askJson } from '../../../probe/http-json.js';
import type { MesosAccess } from '../services/mesos-access.js';
import { agentsDuty, progressLine } from './agents.js';
import { dcosVersion } from '../versions.js';

const plain: MesosAccess = { way: () => askJson, trouble: () => Promise.resolve(null) };

const goal = {
  upgradeUrl: 'http://10.0.0.100/upgrade/0123456789abcdef0123456789abcdef/dcos_node_upgrade.sh',
  configurationPackage: `dcos-config--setup_${'b'.repeat(40)}`,
  masters: ['10.0.0.1', '10.0.0.2', '10.0.0.4'],
};
const facts = {
  upgradeUrl: goal.upgradeUrl,
  configurationPackage: goal.configurationPackage,
  masterList: goal.masters.join(','),
};

/** One agent of the stand-in. */
interface Agent {
  upgraded: boolean;
  id: string;
  tasks: readonly string[];
  docker: number;
  /** How an upgrade ends. */
  status: number;
  /** Tasks that it remembers to have finished. */
  finished: readonly string[];
  /** What an upgrade does to it besides. */
  onUpgrade: (agent: Agent) => void;
}

/** Agents behind a transport and their Mesos ports: a stand-in that knows our scripts by what they ask for. */
class Agents {
  readonly byAddress = new Map<string, Agent>();
  readonly events: string[] = [];
  readonly transport: Transport;
  atWork = 0;
  most = 0;
  private readonly servers: Server[] = [];
  private readonly ended = new Map<string, { readonly status: number; readonly stdout: string }>();

  constructor() {
    this.transport = {
      run: (host, command, options) => this.run(host, command, options),
      close: async () => {},
    };
  }

  async add(address: string, changes: Partial<Agent> = {}): Promise<void> {
    const agent: Agent = {
      upgraded: false,
      id: `id-${address}`,
      tasks: ['web', 'db'],
      docker: 0,
      status: 0,
      finished: [],
      onUpgrade: () => undefined,
      ...changes,
    };
    this.byAddress.set(address, agent);
    const server = createServer((request, response) => {
      const tasks = agent.tasks.map((id) => ({ id, state: 'TASK_RUNNING' }));
      const completed = agent.finished.map((id) => ({ id, state: 'TASK_FINISHED' }));
      const executor = { id: 'batch', tasks: [], completed_tasks: completed };
      const frameworks = [{ executors: [{ id: 'marathon', tasks }], completed_executors: [executor] }];
      const state = { id: agent.id, frameworks };
      const metrics = { 'slave/registered': 1, 'slave/uptime_secs': 5 };
      response.end(JSON.stringify(request.url === '/state' ? state : metrics));
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(5051, address, resolve));
  }

  async end(): Promise<void> {
    await Promise.all(
      this.servers.map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      ),
    );
  }

  private async run(
    host: string,
    command: string,
    options: Parameters<Transport['run']>[2],
  ): Promise<CommandResult> {
    const agent = this.byAddress.get(host);
    if (agent === undefined) return { kind: 'unknown', reason: 'no route', cause: 'unreachable' };
    if (command.includes('echo state=gone')) {
      this.ended.delete(host);
      return exited('state=gone\n');
    }
    if (!command.includes('systemd-run')) return exited(hostLines(agent));
    const known = this.ended.get(host);
    if (known === undefined) {
      const script = Buffer.from(options.stdin?.split('\n')[0] ?? '', 'base64').toString('utf8');
      this.events.push(host);
      this.atWork += 1;
      this.most = Math.max(this.most, this.atWork);
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.atWork -= 1;
      if (agent.status === 0) agent.upgraded = true;
      agent.onUpgrade(agent);
      const before = /^say before '(.*)'$/m.exec(script)?.[1] ?? '';
      this.ended.set(host, { status: agent.status, stdout: `before=${before}\n` });
    }
    const { status, stdout } = this.ended.get(host) ?? { status: 1, stdout: '' };
    return exited(`state=ended\nstatus=${status}\nstdout=${base64(stdout)}\nstderr=\n`);
  }
}

function hostLines(agent: Agent): string {
  const list = agent.upgraded ? goal.masters : ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
  return [
    `docker=${agent.docker}`,
    `dockerSaid=${agent.docker === 0 ? '' : 'symbol lookup error'}`,
    `package=${agent.upgraded ? goal.configurationPackage : `dcos-config--setup_${'a'.repeat(40)}`}`,
    'active=10',
    `agentId=${agent.id}`,
    `masterList=${base64(JSON.stringify([...list].reverse()))}`,
  ].join('\n');
}

function exited(stdout: string): CommandResult {
  return { kind: 'exited', status: 0, stdout, stderr: '' };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const addresses = [1, 2, 3, 4, 5].map((last) => `127.84.0.${last}`);
const [first = '', second = '', third = '', fourth = '', fifth = ''] = addresses;

let agents: Agents;
afterEach(() => agents.end());

async function fiveAgents(changes: Readonly<Record<string, Partial<Agent>>> = {}): Promise<void> {
  agents = new Agents();
  for (const address of addresses) await agents.add(address, changes[address]);
}

const cluster = { ...testCluster, agents: { private: addresses.slice(0, 4), public: addresses.slice(4) } };
const rollout = (concurrency: number, failureBudget: number): typeof cluster => ({
  ...cluster,
  agentsRollout: { concurrency, canary: 1, failureBudget },
});

const all = (taskLoss?: number): typeof cluster => ({
  ...cluster,
  agentsRollout: { concurrency: 8, canary: 0, failureBudget: 0, taskLoss },
});
const ten = Array.from({ length: 10 }, (_, index) => `task-${index}`);

describe('the agents', () => {
  test('are all upgraded, a canary first, so many at a time, and none twice', async () => {
    await fiveAgents({ [third]: { upgraded: true } });
    const duty = agentsDuty(rollout(2, 0), agents.transport, plain, 1);
    const { context, said } = testDuty(facts);
    expect(await duty.look(context)).toMatchObject({ kind: 'to-do' });
    expect(await duty.perform(context)).toEqual({ kind: 'done', evidence: ['5 of 5 agents done'] });
    // One was done already: the canary of an earlier try.
    expect(agents.events).toEqual([first, second, fourth, fifth]);
    expect(agents.most).toBe(2);
    expect(said.at(-1)).toBe('agents 5 of 5, 0 at work');
    expect(await duty.look(context)).toMatchObject({ kind: 'done' });
    expect(await duty.perform(context)).toMatchObject({ kind: 'done' });
    expect(agents.events).toHaveLength(4);
  });

  test('a canary that fails keeps the others as they are; the next try begins anew', async () => {
    await fiveAgents({ [first]: { status: 7 } });
    const duty = agentsDuty(rollout(8, 3), agents.transport, plain, 1);
    const { context } = testDuty(facts);
    expect(await duty.perform(context)).toMatchObject({
      kind: 'failed',
      reason: '1 of 5 agents failed; 4 were left alone',
    });
    expect(agents.events).toEqual([first]);
    const canary = agents.byAddress.get(first);
    if (canary !== undefined) canary.status = 0;
    expect(await duty.perform(context)).toMatchObject({ kind: 'done' });
    expect(agents.events).toEqual([first, ...addresses]);
  });

  test('failures within the budget are left out and told; more of them stop the round', async () => {
    await fiveAgents({ [second]: { docker: 127 }, [fourth]: { docker: 127 } });
    const { context } = testDuty(facts);
    const strict = await agentsDuty(rollout(1, 1), agents.transport, plain, 1).perform(context);
    expect(strict).toMatchObject({ kind: 'failed', reason: '2 of 5 agents failed; 1 were left alone' });
    const lenient = agentsDuty(rollout(1, 2), agents.transport, plain, 1);
    expect(await lenient.perform(context)).toMatchObject({ kind: 'done' });
    const reading = await lenient.look(context);
    expect(reading.kind).toBe('done');
    expect(reading.kind === 'done' && reading.evidence.join()).toContain(`${second} was left out: docker ps`);
    expect(agents.events).not.toContain(second);
  });

  test('that come back under another id, or without their tasks, have failed', async () => {
    await fiveAgents({
      [first]: { onUpgrade: (agent) => (agent.id = 'other') },
      [second]: { onUpgrade: (agent) => (agent.tasks = []) },
      [third]: { tasks: ten, onUpgrade: (agent) => (agent.tasks = ten.slice(0, 8)) },
      [fourth]: { tasks: ten, onUpgrade: (agent) => (agent.tasks = ten.slice(0, 1)) },
    });
    const outcome = await agentsDuty(all(), agents.transport, plain, 1).perform(testDuty(facts).context);
    expect(outcome.kind).toBe('failed');
    expect([...outcome.evidence].sort()).toEqual([
      '1 of 5 agents done',
      `${first}: it came back as a new agent, other instead of id-${first}: its tasks are lost`,
      `${second}: 2 of its 2 tasks are gone: web, db`,
      `${third}: 2 of its 10 tasks are gone: task-8, task-9`,
      `${fourth}: 9 of its 10 tasks are gone: ${ten.slice(1).join(', ')}`,
    ]);
  });

  test('may lose a task that ended by itself meanwhile, and it is told; what is known to have finished is not lost', async () => {
    await fiveAgents({
      [first]: { tasks: ten, onUpgrade: (agent) => (agent.tasks = ten.slice(1)) },
      [second]: {
        onUpgrade: (agent) => {
          agent.finished = agent.tasks;
          agent.tasks = [];
        },
      },
      [third]: { tasks: [], onUpgrade: (agent) => (agent.tasks = ['new']) },
    });
    const outcome = await agentsDuty(all(), agents.transport, plain, 1).perform(testDuty(facts).context);
    expect(outcome).toEqual({
      kind: 'done',
      evidence: ['5 of 5 agents done', `${first}: 1 of its 10 tasks is gone: task-0`],
    });
  });

  test('with a task each are no way around: it is counted over all', async () => {
    const alone = { tasks: ['only'], onUpgrade: (agent: Agent) => (agent.tasks = []) };
    await fiveAgents(Object.fromEntries(addresses.map((address) => [address, alone])));
    const outcome = await agentsDuty(rollout(1, 0), agents.transport, plain, 1).perform(
      testDuty(facts).context,
    );
    expect(outcome.kind).toBe('failed');
    expect(outcome.evidence).toEqual([
      '1 of 5 agents done',
      `${first}: 1 of its 1 tasks is gone: only`,
      `${second}: 1 of its 1 tasks is gone: only; with the agents before it 2 of 2`,
    ]);
  });

  test('of a cluster of short jobs may lose the share that the cluster file says', async () => {
    await fiveAgents({ [first]: { onUpgrade: (agent) => (agent.tasks = []) } });
    const short = await agentsDuty(all(1), agents.transport, plain, 1).perform(testDuty(facts).context);
    expect(short).toMatchObject({ kind: 'done' });
  });

  test('without a configuration nothing is touched', async () => {
    await fiveAgents();
    const reading = await agentsDuty(cluster, agents.transport, plain, 1).look(testDuty().context);
    expect(reading).toMatchObject({ kind: 'refused', failure: { code: 'agents', blame: 'tool' } });
  });
});

test('the script names no role, leaves checks out where it can, and tells of the time before', () => {
  const before = { id: 'a', tasks: ["it's one"] };
  for (const [text, skips] of [
    ['1.9.10', false],
    ['1.13.9', true],
  ] as const) {
    const version = dcosVersion(text);
    if (version === undefined) throw new Error('a known version');
    const script = agentUpgradeScript(goal, version, before);
    expect(script).toContain(`bash dcos_node_upgrade.sh${skips ? ' --skip-checks' : ''} </dev/null`);
  }
  expect(beforeIn(`x\nbefore=${JSON.stringify(before)}\n`)).toEqual(before);
  expect(beforeIn('before={')).toBeNull();
});

test('progress is told in one line', () => {
  const atWork = ['10.0.1.13', '10.0.1.14'];
  const line = progressLine({ done: 10, failed: 0, atWork, total: 38 }, 2, 200_000, 2);
  expect(line).toBe('agents 12 of 40, 2 at work (10.0.1.13, 10.0.1.14), about 9 min left');
});
