import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { masterShell } from '../../../../test/support/master-shell.js';
import type { CommandResult, Transport } from '../../../remote/transport.js';
import { proveFence, witnessScript } from './fence-proof.js';

// Loopback addresses at which nothing listens, unless a test has something listen there.
const [fenced, one, two, newcomer] = ['127.86.0.3', '127.86.0.1', '127.86.0.2', '127.86.0.0'] as const;
const all = [newcomer, one, two];
const closed = '2181 closed\n2888 closed\n3888 closed\n5050 closed\nasked\n';

function hosts(answers: Readonly<Record<string, string>>): Transport {
  return {
    run: (host) => {
      const stdout = answers[host];
      return Promise.resolve<CommandResult>(
        stdout === undefined
          ? { kind: 'unknown', reason: 'no route' }
          : { kind: 'exited', status: 0, stdout, stderr: '' },
      );
    },
    close: () => Promise.resolve(),
  };
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(address: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
}

/** The signal is given once the others were asked: whether a replica is forgotten is not asked here. */
async function evidenceOf(answers: Readonly<Record<string, string>>): Promise<{
  readonly kind: string;
  readonly evidence: readonly string[];
  readonly reason?: string;
}> {
  const signal = AbortSignal.timeout(1500);
  return proveFence({ transport: hosts(answers), address: fenced, others: all, signal }, []);
}

describe('a fence', () => {
  test('is witnessed by a master that runs, not by a host that is none yet', async () => {
    await listen(one, 5050);
    const { evidence } = await evidenceOf({
      [newcomer]: `member=no\n${closed}`,
      [one]: `member=runs\n${closed}`,
    });
    expect(evidence).toEqual([
      `from here no connection to 5050, which ${one} takes`,
      `from ${one}, whose ZooKeeper runs, no connection to 2181, 2888, 3888, 5050`,
    ]);
  });

  test('is not told from here where no master can be reached from here', async () => {
    const { evidence } = await evidenceOf({ [two]: `member=runs\n${closed}` });
    expect(evidence[0]).toBe(`from here nothing can be told: ${two} takes no connection either`);
  });

  test('may be witnessed by a master that is stopped, where all are', async () => {
    const { evidence } = await evidenceOf({
      [newcomer]: `member=no\n${closed}`,
      [one]: `member=stopped\n${closed}`,
      [two]: `member=stopped\n${closed}`,
    });
    expect(evidence[1]).toBe(`from ${one}, whose ZooKeeper is down, no connection to 2181, 2888, 3888, 5050`);
  });

  test('is unknown where only the newcomer could try, and none where anybody gets through', async () => {
    expect(await evidenceOf({ [newcomer]: `member=no\n${closed}` })).toMatchObject({
      kind: 'unknown',
      reason: `no other master could try to reach ${fenced}`,
    });
    const open = closed.replace('2888 closed', '2888 open');
    expect(await evidenceOf({ [newcomer]: `member=no\n${open}` })).toMatchObject({
      kind: 'failed',
      reason: `from ${newcomer} ${fenced} still takes connections at 2888`,
    });
  });
});

test('the script tells who asks, and which ports take a connection', async () => {
  await listen(fenced, 2888);
  const shell = masterShell({});
  const end = await shell.run(witnessScript(fenced));
  shell.end();
  expect(end).toEqual({
    status: 0,
    lines: ['member=no', '2181 closed', '2888 open', '3888 closed', '5050 closed', 'asked'],
  });
});
