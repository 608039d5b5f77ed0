import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditLedger } from '../../src/probe/audit.js';
import { type CanaryOptions, RunningCanary } from '../../src/probe/canary.js';
import { measureLedger } from '../../src/probe/ledger-figures.js';
import { removeTree } from '../../src/probe/node-tree.js';
import { distributions, type Servers, startServers } from '../support/zookeeper-servers.js';

const everAfter = { fromMs: 0, toMs: Infinity };
const poll = { timeout: 60_000 };

/** Resolves after this many more acknowledged writes. */
async function writes(canary: RunningCanary, count: number): Promise<void> {
  const target = canary.read().acknowledged + count;
  await expect.poll(() => canary.read().acknowledged, poll).toBeGreaterThan(target);
}

describe.each(await distributions())('a canary over three servers of $version', (distribution) => {
  const addresses = ['127.201.2.1', '127.201.2.2', '127.201.2.3'];
  const [first = ''] = addresses;
  const reached = { clientPort: 2181, dial: (address: string): string => address };
  const nobody = new AbortController().signal;
  let folder: string;
  let servers: Servers;
  let options: CanaryOptions;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'succession-canary-'));
    // Sessions of 10 s are cut down to this, so that one can be seen to expire.
    servers = await startServers(distribution, addresses, ['maxSessionTimeout=3000']);
  });
  afterAll(async () => {
    await servers.stopAll();
    await rm(folder, { recursive: true });
  });

  function newCanary(overrides: Partial<CanaryOptions> = {}): RunningCanary {
    files += 1;
    options = {
      ...reached,
      root: `/succession/run-${files}`,
      ledgerFile: join(folder, `${files}.jsonl`),
      ...overrides,
    };
    return new RunningCanary(options);
  }

  /** The addresses of the last entries. */
  async function latelyVia(count: number): Promise<readonly string[]> {
    const lines = (await readFile(options.ledgerFile, 'utf8')).trim().split('\n');
    const entries = lines
      .map((line) => JSON.parse(line) as { via?: string })
      .filter(({ via }) => via !== undefined);
    return entries.slice(-count).map(({ via = '' }) => via);
  }

  test('writes through all servers, reads back what it wrote, and leaves nothing but what it wrote', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    await writes(canary, 200);
    const audited = await canary.audit(addresses, nobody);
    for (const { checked, lost } of audited) {
      expect(checked).toBeGreaterThanOrEqual(200);
      expect(lost).toBe(0);
    }
    await canary.stop();
    expect(canary.read().readsMissing).toBe(0);
    expect(new Set(await latelyVia(Infinity))).toEqual(new Set(addresses));

    const { acknowledged, unknown, readsMissing, longestGapMs } = canary.read();
    expect(await measureLedger(options.ledgerFile, everAfter)).toMatchObject({
      acknowledged,
      unknown,
      readsMissing,
      longestGapMs,
    });

    await removeTree(first, options.root, reached);
    const [gone] = await auditLedger(options.ledgerFile, [first], reached);
    expect(gone).toMatchObject({ checked: acknowledged, lost: acknowledged });
    expect(gone?.examples).toHaveLength(10);
  });

  test('lives through the death of the leader; nothing acknowledged is lost', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    await writes(canary, 50);
    const leader = await servers.leader();
    await servers.kill(leader, 'SIGKILL');
    await expect.poll(() => servers.leader(), poll).not.toBe(leader);
    await writes(canary, 50);
    servers.start(leader);
    await servers.serving(leader);
    expect(await canary.audit(addresses, nobody)).toMatchObject(
      addresses.map((address) => ({ address, lost: 0 })),
    );
    await canary.stop();
    expect(canary.read().readsMissing).toBe(0);
  });

  test('an outage is a gap, seen while it lasts', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    await writes(canary, 20);
    await Promise.all(addresses.map((address) => servers.kill(address, 'SIGKILL')));
    await expect.poll(() => canary.read().unavailableMs, poll).toBeGreaterThan(600);
    addresses.forEach((address) => servers.start(address));
    await writes(canary, 20);
    await canary.stop();
    const { longestGapMs, unavailableMs } = canary.read();
    const recorded = await measureLedger(options.ledgerFile, everAfter);
    expect(recorded).toMatchObject({ longestGapMs, unavailableMs });
    const gap = recorded.gaps[0];
    expect(gap).toBeDefined();
    const inside = { fromMs: (gap?.fromMs ?? 0) + 100, toMs: (gap?.fromMs ?? 0) + 300 };
    expect(await measureLedger(options.ledgerFile, inside)).toMatchObject({
      acknowledged: 0,
      unavailableMs: 200,
    });
    await Promise.all(addresses.map((address) => servers.serving(address)));
  });

  test('moves away from servers that are no longer listed', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    await writes(canary, 20);
    canary.moveTo([first]);
    await expect.poll(async () => new Set(await latelyVia(30)), poll).toEqual(new Set([first]));
    await canary.stop();
    expect(canary.read().readsMissing).toBe(0);
  });

  test('sees that what it wrote is gone, and goes on', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    while (canary.read().readsMissing === 0) await removeTree(first, options.root, reached);
    await writes(canary, 20);
    await canary.stop();
    const { readsMissing } = canary.read();
    expect(await measureLedger(options.ledgerFile, everAfter)).toMatchObject({ readsMissing });
  });

  test('a later canary goes on with a torn ledger, and both are audited', async () => {
    const before = newCanary();
    await before.start(addresses);
    await writes(before, 20);
    await before.stop();
    await truncate(options.ledgerFile, (await stat(options.ledgerFile)).size - 5);
    const after = new RunningCanary(options);
    await after.start(addresses);
    await writes(after, 20);
    await after.stop();
    const [audited] = await auditLedger(options.ledgerFile, [first], reached);
    expect(audited).toMatchObject({
      checked: before.read().acknowledged + after.read().acknowledged,
      lost: 0,
    });
  });

  test('an audit finds a write that is missing, and one that another transaction made', async () => {
    const canary = newCanary();
    await canary.start(addresses);
    await writes(canary, 5);
    await canary.stop();
    const { acknowledged } = canary.read();
    await appendFile(options.ledgerFile, '{"k":"ack","t":1,"c":9,"n":0,"via":"x","z":"0x5"}\n');
    await appendFile(options.ledgerFile, '{"k":"ack","t":1,"c":0,"n":0,"via":"x","z":"0x5"}\n');
    const [audited] = await auditLedger(options.ledgerFile, [first], reached);
    expect(audited).toMatchObject({ checked: acknowledged + 2, lost: 2 });
    expect(audited?.examples).toEqual([
      expect.stringMatching(/\/9-0\/0 of 0x5: no such node$/),
      expect.stringMatching(/\/0-0\/0 of 0x5: created by 0x/),
    ]);
  });

  test('an audit says which member it could not ask', async () => {
    await expect(auditLedger(options.ledgerFile, [first, '127.201.2.9'], reached)).rejects.toThrow(
      "can't look the acknowledged writes up on 127.201.2.9: connection to 127.201.2.9 lost",
    );
  });

  test('goes on with a new session where the old one has expired', async () => {
    const link = new Link('127.201.2.10', first);
    await link.restore();
    const canary = newCanary({ clients: 1, dial: () => link.address });
    await canary.start(addresses);
    for (let outageMs = 4000; !link.expirySeen; outageMs += 1000) {
      const handshakes = link.handshakes;
      await link.cut();
      await new Promise((resolve) => setTimeout(resolve, outageMs));
      await link.restore();
      await expect.poll(() => link.handshakes, poll).toBeGreaterThan(handshakes);
    }
    await writes(canary, 20);
    await canary.stop();
    await link.cut();
    expect(await auditLedger(options.ledgerFile, addresses, reached)).toMatchObject(
      addresses.map(() => ({ lost: 0 })),
    );
  });
});

/** A line to a server that can be cut, and that sees how sessions are met. */
class Link {
  readonly address: string;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  handshakes = 0;
  expirySeen = false;

  constructor(address: string, target: string) {
    this.address = address;
    this.#target = target;
  }

  async restore(): Promise<void> {
    const server = createServer((near) => this.#join(near, connect({ host: this.#target, port: 2181 })));
    this.#server = server;
    await new Promise<void>((resolve) => {
      server.listen(2181, this.address, resolve);
    });
  }

  async cut(): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#sockets.clear();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    far.once('data', (answer: Buffer) => {
      this.handshakes += 1;
      // Length and protocol version come first, then the time-out that is granted: none, when the session is gone.
      if (answer.readInt32BE(8) <= 0) this.expirySeen = true;
    });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    }
  }
}
