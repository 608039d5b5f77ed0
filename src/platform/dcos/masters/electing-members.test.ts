import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { masterShell } from '../../../../test/support/master-shell.js';
import { sortedEnsemble } from '../../../model/ensemble.js';
import type { CommandResult, Transport } from '../../../remote/transport.js';
import { electingMembers, electionScript } from './electing-members.js';

const newcomer = '10.0.0.9';
const five = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', newcomer]);
const elects = 'exhibitor=runs\nzookeeper=runs\nelects=yes\n';
const down = 'exhibitor=down\nzookeeper=down\nelects=no\n';

/** Each host's answers one after the other, the last one again and again; none: no route to it. */
function answering(answers: Readonly<Record<string, readonly string[]>>): Transport {
  const left = new Map(Object.entries(answers).map(([host, all]) => [host, [...all]]));
  return {
    run: (host) => {
      const all = left.get(host) ?? [];
      const stdout = all.length > 1 ? all.shift() : all[0];
      return Promise.resolve<CommandResult>(
        stdout === undefined
          ? { kind: 'unknown', reason: 'no route' }
          : { kind: 'exited', status: 0, stdout, stderr: '' },
      );
    },
    close: () => Promise.resolve(),
  };
}

const asking = (transport: Transport, signal = new AbortController().signal): typeof question => ({
  ...question,
  transport,
  signal,
});
const question = {
  transport: answering({}),
  ensemble: five,
  newcomer,
  signal: new AbortController().signal,
};

describe('the members that elect', () => {
  test('are told by the hosts themselves: nothing needs to reach port 3888 from here', async () => {
    const transport = answering({
      '10.0.0.1': [elects],
      '10.0.0.2': [elects],
      '10.0.0.3': [elects],
      '10.0.0.4': [down],
    });
    expect(await electingMembers(asking(transport))).toEqual({
      kind: 'found',
      members: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      evidence: ['elections are held by 10.0.0.1, 10.0.0.2, 10.0.0.3', '10.0.0.4 is down'],
    });
  });

  test('are too few where nobody can be asked, never none to look at', async () => {
    const found = await electingMembers(asking(answering({ '10.0.0.1': [elects] })));
    expect(found).toMatchObject({ kind: 'too-few' });
    expect(found.kind === 'too-few' && found.reason).toContain('1 of the 2 members that 10.0.0.9 needs');
    expect(found.kind === 'too-few' && found.reason).toContain("10.0.0.2 can't be asked: no route");
  });

  test('may be those beside two that are gone for good', async () => {
    const transport = answering({ '10.0.0.1': [elects], '10.0.0.4': [elects] });
    expect(await electingMembers(asking(transport))).toMatchObject({
      kind: 'found',
      members: ['10.0.0.1', '10.0.0.4'],
    });
  });

  test('of one master are none', async () => {
    const alone = { ...asking(answering({})), ensemble: sortedEnsemble([newcomer]) };
    expect(await electingMembers(alone)).toMatchObject({ kind: 'found', members: [] });
  });

  test('are waited for while Exhibitor starts a ZooKeeper anew', async () => {
    const starting = 'exhibitor=runs\nzookeeper=runs\nelects=no\n';
    const transport = answering({
      '10.0.0.1': [elects],
      '10.0.0.2': [starting, elects],
      '10.0.0.3': [elects],
      '10.0.0.4': [elects],
    });
    expect(await electingMembers(asking(transport))).toMatchObject({ kind: 'found', members: { length: 4 } });
  });

  test('are not asked again once the run is stopped', async () => {
    const found = await electingMembers(asking(answering({}), AbortSignal.abort()));
    expect(found).toEqual({ kind: 'stopped' });
  });
});

describe('the script', () => {
  let zookeeper: ChildProcess | undefined;
  afterEach(() => zookeeper?.kill('SIGKILL'));

  test('sees a ZooKeeper of Exhibitor whose election port is open, and one whose is not', async () => {
    const address = '127.88.0.1';
    const shell = masterShell({ 'dcos-exhibitor.service': { state: 'active' } });
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
    zookeeper = spawn(process.execPath, [
      '-e',
      'setInterval(() => {}, 1e6); console.log("up")',
      main,
      '/var/lib/dcos/exhibitor/conf/zoo.cfg',
    ]);
    if (zookeeper.stdout !== null) await once(zookeeper.stdout, 'data');
    const before = await shell.run(electionScript(address));
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(3888, address, resolve));
    const after = await shell.run(electionScript(address));
    await new Promise((resolve) => server.close(resolve));
    shell.end();
    expect(before).toEqual({ status: 0, lines: ['exhibitor=runs', 'zookeeper=runs', 'elects=no'] });
    expect(after).toEqual({ status: 0, lines: ['exhibitor=runs', 'zookeeper=runs', 'elects=yes'] });
  });
});
