// Changes of the list within the running ensemble, through the command line and on real servers: under load, killed at
// every journal record, and given up half-way.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema, statusSchema } from '../../src/cli/document-schemas.js';
import { killServer, wipeServer } from '../../src/lab/lab.js';
import { begin, beginMortal, type CommandEnd, run } from '../support/command.js';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-reconfigure-'));
});

afterAll(async () => {
  for (const lab of await readdir(join(home, 'labs')).catch(() => [])) {
    await run(home, 'lab', 'down', '--lab', join(home, 'labs', lab));
  }
  await rm(home, { recursive: true, force: true });
});

function reportOf(end: CommandEnd): ReturnType<typeof reportSchema.parse> {
  expect(end.status, end.err).toBe(0);
  const report = reportSchema.parse(JSON.parse(end.out));
  expect(report.status).toBe('finished');
  expect(report.audit?.lost).toBe(0);
  expect(report.audit?.members.map((member) => member.address).sort()).toEqual(
    report.to.map((member) => member.address).sort(),
  );
  return report;
}

function standing(): string {
  return join(home, 'labs', 'default');
}

function cluster(): string {
  return join(standing(), 'cluster.yaml');
}

/** A plan from the live cluster knows by itself that the list can be changed so. */
async function apply(...change: readonly string[]): Promise<readonly string[]> {
  const plan = await run(home, 'plan', '--cluster', cluster(), ...change, '-o', 'json');
  expect(plan.status, plan.err).toBe(0);
  const file = join(home, 'plan.json');
  await writeFile(file, plan.out);
  return ['apply', file, '--cluster', cluster(), '--yes', '-o', 'json'];
}

/** Members, the leader first. */
async function members(): Promise<readonly string[]> {
  const seen = await run(home, 'status', '--cluster', cluster(), '-o', 'json');
  const status = statusSchema.parse(JSON.parse(seen.out));
  const serving = status.members.filter((member) => member.mode !== null).map((member) => member.address);
  return serving.sort((a, b) => Number(b === status.leader) - Number(a === status.leader));
}

/** A host that is no member, with an empty disk. */
async function cleanHost(): Promise<string> {
  const taken = await members();
  const host = ['zk1', 'zk2', 'zk3', 'zk4', 'zk5', 'zk6'].find((one) => !taken.includes(one)) ?? '';
  await wipeServer(standing(), host);
  return host;
}

const three = '1:zk1,2:zk2,3:zk3';

test('a rehearsal: a follower and the leader are replaced under load, nobody that stays restarts, no write is lost', async () => {
  const change = ['--replace', 'zk1=zk4', '--replace', 'zk3=zk5'];
  const args = ['--platform', 'zookeeper', '--ensemble', three, ...change, '--reconfig', '--tick', '200'];
  const report = reportOf(await run(home, 'rehearse', ...args, '-o', 'json'));
  expect(report.to.map(({ id, address }) => `${id}:${address}`).join(',')).toBe('2:zk2,4:zk4,5:zk5');
  expect(report.audit?.acknowledged).toBeGreaterThan(200);
  const kinds = new Set(report.stages.flatMap((stage) => stage.steps.map((step) => step.kind)));
  expect([...kinds].sort()).toEqual(['add', 'fence', 'join', 'remove', 'stop']);
  // Whoever leads goes on leading. It hands over when it leaves, which it does not where zk2 was elected.
  expect(report.total.elections).toBeLessThanOrEqual(1);
});

describe('on a lab that stays up', () => {
  beforeAll(async () => {
    const spares = ['--spare', 'zk4', '--spare', 'zk5', '--spare', 'zk6'];
    const args = ['--platform', 'zookeeper', '--ensemble', three, ...spares, '--tick', '200', '--reconfig'];
    const up = await run(home, 'lab', 'up', ...args);
    expect(up.status, up.err).toBe(0);
  });

  test('from three to five: stops without the super user’s credentials, and goes on with them', async () => {
    const file = join(standing(), 'credentials');
    const credentials = await readFile(file, 'utf8');
    await writeFile(file, 'super:wrong');
    const stopped = await run(home, ...(await apply('--add', 'zk4', '--add', 'zk5')));
    expect(stopped.status, stopped.err).toBe(4);
    expect(stopped.err).toContain('does not let us change its list (NOAUTH)');
    expect(stopped.err).not.toContain('super:wrong');
    await writeFile(file, credentials);
    expect(reportOf(await run(home, 'resume', '-o', 'json')).to).toHaveLength(5);
  });

  test('from five to three, the leader among those that leave', async () => {
    const [leader = '', other = ''] = await members();
    const report = reportOf(await run(home, ...(await apply('--remove', leader, '--remove', other))));
    expect(report.to).toHaveLength(3);
    expect(report.total.elections).toBeGreaterThanOrEqual(1);
  });

  test('the leader is replaced, killed at every record of a change of the list: resume completes it', async () => {
    const [leader = ''] = await members();
    await beginMortal(home, 1, await apply('--replace', `${leader}=zk6`)).end;
    // Each session dies after its first new record, which is an intent; then after its second, so that it comes forward.
    for (let session = 0; session < 10; session += 1) {
      const records = session > 0 && session % 3 === 2 ? 3 : 2;
      const end = await beginMortal(home, records, ['resume']).end;
      expect(end.signal, end.err).toBe('SIGKILL');
    }
    const report = reportOf(await run(home, 'resume', '-o', 'json'));
    expect(report.resumes).toBe(11);
    expect(report.to.map((member) => member.address)).not.toContain(leader);
  });

  test('a change that is given up half-way is undone the same way: the old member comes back with its data', async () => {
    const [, old = ''] = await members();
    const fresh = await cleanHost();
    const running = begin(home, [...(await apply('--replace', `${old}=${fresh}`)), '-o', 'text']);
    await running.says(`stop ${old}`);
    running.child.kill('SIGKILL');
    await running.end;
    const report = reportOf(await run(home, 'rollback', '-o', 'json'));
    expect(report.to.map((member) => member.address)).toContain(old);
    const undone = report.stages.at(-1)?.steps.map((step) => `${step.kind} ${step.host}`);
    expect(undone).toEqual(
      expect.arrayContaining([`add ${old}`, `remove ${fresh}`, `stop ${fresh}`, `fence ${fresh}`]),
    );
  });

  test('a dead member is replaced', async () => {
    const [, dead = ''] = await members();
    const fresh = await cleanHost();
    await killServer(standing(), dead);
    const report = reportOf(await run(home, ...(await apply('--replace', `${dead}=${fresh}`))));
    expect(report.stages[0]?.steps.map((step) => `${step.kind} ${step.host}`)).toEqual([
      `join ${fresh}`,
      `remove ${dead}`,
      `fence ${dead}`,
      `add ${fresh}`,
    ]);
  });
});
