import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../../model/ensemble.js';
import type { CommandResult, Transport } from '../../../remote/transport.js';
import type { Action, ActionContext } from '../../../run/platform.js';
import type { DcosCluster } from '../cluster-file.js';
import { performOnMaster } from './perform.js';

// Loopback addresses at which nothing listens.
const masters = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];
const newcomer = '127.0.0.14';
const from = sortedEnsemble(masters);
const to = sortedEnsemble(['127.0.0.11', '127.0.0.12', newcomer]);
const cluster: DcosCluster = {
  schema: 'succession.cluster/1',
  name: 'c',
  platform: 'dcos',
  dcos: { version: '1.11.12', variant: 'open', security: 'disabled' },
  bootstrap: { address: '127.0.0.10', directory: '/root/dcos', generator: 'dcos_generate_config.sh' },
  masters,
  agents: { private: [], public: [] },
  ssh: { sudo: 'none' },
};
const facts = {
  upgradeUrl: 'http://127.0.0.10:80/upgrade/300b3a91f27c4ceb9e9aef43e04d0fc5/dcos_node_upgrade.sh',
  installUrl: 'http://127.0.0.10:80/dcos_install.sh',
  configurationPackage: 'dcos-config--setup_624b614c529880fa633e2d48906e12fdddc7601f',
  masterList: '127.0.0.11,127.0.0.12,127.0.0.14',
};

/** One command as it arrived, with the deed that it carries, if it is the start of one. */
interface Sent {
  readonly host: string;
  readonly command: string;
  readonly deed: string | null;
}

type Answer = (
  sent: Sent,
) =>
  | { readonly status?: number; readonly stdout?: string }
  | Extract<CommandResult, { readonly kind: 'unknown' }>;

/** Stand-in for SSH to masters: notes what is sent, and answers as units that end at once. */
function standIn(answer: Answer = () => ({})): { readonly transport: Transport; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const run: Transport['run'] = (host, command, { stdin }) => {
    const script = /^unit=|\nunit=/.test(command) ? (stdin?.split('\n')[0] ?? '') : '';
    const deed = script === '' ? null : Buffer.from(script, 'base64').toString('utf8');
    const one = { host, command, deed };
    sent.push(one);
    const ended = `state=ended\nstatus=0\nstdout=${Buffer.from('did=it\n').toString('base64')}\nstderr=\n`;
    const usual = {
      kind: 'exited' as const,
      status: 0,
      stdout: deed === null ? '' : ended,
      stderr: '',
    };
    const given = answer(one);
    return Promise.resolve<CommandResult>('kind' in given ? given : { ...usual, ...given });
  };
  return { sent, transport: { run, close: () => Promise.resolve() } };
}

function failing(code: string, detail: string): { readonly stdout: string } {
  const output = Buffer.from(`did=half\nfailed=${code}\ndetail=${detail}\n`).toString('base64');
  return { stdout: `state=ended\nstatus=20\nstdout=${output}\nstderr=\n` };
}

const context = (more: Partial<ActionContext> = {}): ActionContext => ({
  id: '20180828-101500-ab12-1.3',
  facts,
  signal: new AbortController().signal,
  ...more,
});
const upgrade = (ensemble: typeof to, more: object = {}): Action => ({
  kind: 'upgrade',
  address: '127.0.0.11',
  ensemble,
  ...more,
});

describe('an upgrade', () => {
  test('runs the script of the newest configuration under a name of its own, and without a role', async () => {
    const { transport, sent } = standIn();
    const outcome = await performOnMaster(cluster, transport, upgrade(to), context());
    expect(outcome).toEqual({ kind: 'done', evidence: ['it'] });
    const [start] = sent.filter((one) => one.deed !== null);
    expect(start?.command).toContain('succession-20180828-101500-ab12-1.3-upgrade');
    expect(start?.deed).toContain(facts.upgradeUrl);
    expect(start?.deed).toContain('dcos_node_upgrade.sh" --skip-checks >');
    expect(start?.deed).not.toMatch(/dcos_node_upgrade\.sh"[^>]*master/);
    expect(start?.deed).not.toContain('move_logs_aside succession');
  });

  test('to a list that is not the newest only restarts what holds it already', async () => {
    const { transport, sent } = standIn();
    await performOnMaster(cluster, transport, upgrade(from), context());
    const [start] = sent.filter((one) => one.deed !== null);
    expect(start?.deed).not.toContain('dcos_node_upgrade.sh');
    expect(start?.deed).toContain('systemctl restart dcos-exhibitor.service');
  });

  test('of a member that returns moves its replicated logs aside first', async () => {
    const { transport, sent } = standIn();
    await performOnMaster(cluster, transport, upgrade(to, { emptyReplicas: true }), context());
    const [start] = sent.filter((one) => one.deed !== null);
    expect(start?.deed).toContain('move_logs_aside succession-20180828-101500-ab12-1.3\n');
  });

  test('waits for what an earlier process left at work, and says so', async () => {
    let looks = 0;
    const { transport } = standIn(({ command }) => {
      if (!command.includes('list-units')) return {};
      looks += 1;
      return looks === 1 ? { stdout: 'succession-earlier-1.2-upgrade.service\n' } : {};
    });
    const outcome = await performOnMaster(cluster, transport, upgrade(to), context());
    expect(outcome.evidence).toEqual(['waited for succession-earlier-1.2-upgrade to end', 'it']);
  });

  test.each([
    ['other-list', '1:10.0.0.1', 'holds another list: 1:10.0.0.1'],
    ['download', 'http://x: refused', "can't download"],
    ['not-running', 'Exhibitor is active', 'was not started'],
  ])('that fails by %s says why, and what to do', async (code, detail, reason) => {
    const { transport } = standIn(({ deed }) => (deed === null ? {} : failing(code, detail)));
    const outcome = await performOnMaster(cluster, transport, upgrade(to), context());
    expect(outcome).toMatchObject({ kind: 'failed', evidence: ['half'] });
    expect('reason' in outcome && outcome.reason).toContain(reason);
    expect('remedy' in outcome && outcome.remedy).not.toBe('');
  });

  test('over a host that does not answer is unknown, never failed', async () => {
    const { transport } = standIn(() => ({ kind: 'unknown', reason: 'no route' }));
    const outcome = await performOnMaster(cluster, transport, upgrade(to), context());
    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'no route' });
  });
});

/** What the members say: whether they elect, and how the newcomer's ports take a connection from there. */
const members =
  (elects: string, ports: { readonly status?: number; readonly stdout?: string }): Answer =>
  ({ host, command }) => {
    if (host === '127.0.0.10') return { stdout: 'echo me\n' };
    if (command.includes('say elects')) return { stdout: elects };
    return command.includes('/dev/tcp/') ? ports : {};
  };
const electing = 'exhibitor=runs\nzookeeper=runs\nelects=yes\n';

describe('an install', () => {
  const install: Action = {
    kind: 'install',
    address: newcomer,
    ensemble: to,
    stamp: 'r/1',
    leftovers: 'refuse',
  };

  test('brings the ip-detect of the bootstrap node along, and what the members say of themselves', async () => {
    const { transport, sent } = standIn(members(electing, { stdout: '2888 closed\n3888 closed\nasked\n' }));
    const outcome = await performOnMaster(cluster, transport, install, context());
    expect(outcome.kind).toBe('done');
    expect(outcome.evidence).toEqual(['elections are held by 127.0.0.11, 127.0.0.12', 'it']);
    const [start] = sent.filter((one) => one.deed !== null);
    expect(start?.host).toBe(newcomer);
    expect(start?.deed).toContain(facts.installUrl);
    expect(start?.deed).toContain('for member in 127.0.0.11 127.0.0.12; do');
  });

  test.each([
    ['no member elects', members('exhibitor=down\n', {}), '0 of the 1 members'],
    ['a member could not try', members(electing, { status: 1 }), 'nobody knows whether 127.0.0.11 reaches'],
    [
      'a member gets no answer',
      members(electing, { stdout: '2888 closed\n3888 silent\nasked\n' }),
      'no answer from port 3888',
    ],
  ])('is none where %s', async (_, answer, reason) => {
    const { transport, sent } = standIn(answer);
    const outcome = await performOnMaster(cluster, transport, install, context());
    expect(outcome.kind).toBe('failed');
    expect('reason' in outcome && outcome.reason).toContain(reason);
    expect(sent.filter((one) => one.deed !== null)).toEqual([]);
  });

  test('without a configuration for its list is refused', async () => {
    const { transport, sent } = standIn();
    const old = { ...facts, masterList: masters.join(',') };
    const outcome = await performOnMaster(cluster, transport, install, context({ facts: old }));
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(sent).toEqual([]);
  });
});

describe('a fence', () => {
  const fence: Action = { kind: 'fence', address: '127.0.0.13' };

  test('is none while another master reaches it', async () => {
    const { transport } = standIn(({ host, command }) =>
      host === '127.0.0.11' && command.includes('/dev/tcp/')
        ? { stdout: '2181 closed\n2888 closed\n3888 open\n5050 silent\nasked\n' }
        : {},
    );
    const outcome = await performOnMaster(cluster, transport, fence, context());
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: 'from 127.0.0.11 127.0.0.13 still takes connections at 3888',
    });
  });

  test('is unknown when nobody else could try', async () => {
    const { transport } = standIn(({ command }) => (command.includes('/dev/tcp/') ? { status: 1 } : {}));
    const outcome = await performOnMaster(cluster, transport, fence, context());
    expect(outcome).toMatchObject({ kind: 'unknown' });
  });
});

test('what changes a list within a running ensemble is no step of DC/OS', async () => {
  const { transport } = standIn();
  const add: Action = { kind: 'add', address: newcomer, from, ensemble: to, through: masters };
  expect(await performOnMaster(cluster, transport, add, context())).toMatchObject({ kind: 'failed' });
});
