// A replacement carried out through real SSH connections, which are cut in the middle of a step.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { renderClusterFile } from '../../src/platform/zookeeper/cluster-file.js';
import { begin, run } from '../support/command.js';
import { type TestLab, testLab } from '../support/lab.js';
import { sshdMissing, testSshd, type TestSshd } from '../support/ssh-server.js';

if (sshdMissing !== null) test.skip(`a run over SSH (${sshdMissing})`, () => undefined);

describe.skipIf(sshdMissing !== null)('a run over SSH', () => {
  let lab: TestLab;
  let sshd: TestSshd;
  beforeAll(async () => {
    lab = await testLab(['10.0.0.1', '10.0.0.2', '10.0.0.3'], ['10.0.0.25'], null, 200);
    sshd = await testSshd(lab.lab.hosts.map((host) => host.standIn));
  });
  afterAll(async () => {
    await sshd.end();
    await lab.end();
  });

  test('ends well although all connections are cut in the middle of a step', async () => {
    const { home } = lab;
    const [hold, held] = [join(home, 'hold'), join(home, 'held')];
    const { commands, ...cluster } = lab.lab.cluster;
    // Every stop waits while the test holds it.
    const stop = `${commands.stop} && if [ -e ${hold} ]; then touch ${held}; while [ -e ${hold} ]; do sleep 0.05; done; fi`;
    const clusterFile = join(home, 'over-ssh.yaml');
    const access = { transport: 'ssh', ssh: { configFile: sshd.configFile, sudo: 'none' } } as const;
    writeFileSync(clusterFile, renderClusterFile({ ...cluster, ...access, commands: { ...commands, stop } }));

    const plan = await run(
      home,
      'plan',
      '--cluster',
      clusterFile,
      '--replace',
      '10.0.0.2=10.0.0.25',
      '-o',
      'json',
    );
    expect(plan.status, plan.err).toBe(0);
    const planFile = join(home, 'plan.json');
    writeFileSync(planFile, plan.out);
    const logins = sshd.logins();
    expect(logins, 'one connection a host').toBe(4);

    writeFileSync(hold, '');
    const applied = begin(home, ['apply', planFile, '--cluster', clusterFile, '--yes', '-o', 'json']);
    while (!existsSync(held) && applied.child.exitCode === null)
      await new Promise((wake) => setTimeout(wake, 20));
    sshd.cut();
    rmSync(hold);
    const end = await applied.end;
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.status).toBe('finished');
    expect(report.to.map((member) => member.address)).toEqual(['10.0.0.1', '10.0.0.25', '10.0.0.3']);
    expect(report.audit?.lost).toBe(0);
    const [name = ''] = await readdir(join(home, 'runs'));
    const journal = await readFile(join(home, 'runs', name, 'journal.jsonl'), 'utf8');
    expect(journal).toContain('"result":"unknown"');
    expect(sshd.logins()).toBeGreaterThan(logins + 4);
  });
});
