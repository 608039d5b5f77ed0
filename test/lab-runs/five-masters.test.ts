// Five masters and three agents: one replaced, then all five in a row, then a machine lost with its disk, then one rebuilt.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';

type Report = ReturnType<typeof reportSchema.parse>;

const lacking = whyNoHosts();
const first = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'];
/** The runbook's worked example has this shape: the second must go before the first. */
const target = ['172.31.18.201', '172.31.18.250', '172.31.29.20', '172.31.29.90', '172.31.31.9'];
const agents = ['172.31.20.11', '172.31.20.12', '172.31.21.5'];

describe.skipIf(lacking !== null)('five masters of DC/OS 1.9.10', () => {
  let lab: DcosLab;
  beforeAll(async () => {
    lab = await dcosLab({
      version: '1.9.10',
      masters: first,
      spares: [...target, '172.31.31.70'],
      privateAgents: agents.slice(0, 2),
      publicAgents: agents.slice(2),
      security: 'permissive',
    });
  });
  afterAll(() => lab.end());

  async function apply(name: string, ...change: readonly string[]): Promise<Report> {
    const confirm = change.includes('--gone') ? ['--confirm', 'test'] : ['--yes'];
    const end = await lab.cli(
      'apply',
      await lab.plan(...change),
      ...confirm,
      '--waive',
      'audit',
      '--output',
      'json',
    );
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.audit?.lost).toBe(0);
    figures(name, report);
    return report;
  }

  async function agentsHold(masters: readonly string[]): Promise<void> {
    for (const agent of agents) {
      const list: unknown = JSON.parse(await lab.on(agent, 'cat /opt/mesosphere/etc/master_list'));
      expect([...(list as readonly string[])].sort()).toEqual([...masters].sort());
    }
  }

  test('172.31.31.63 is replaced by an address that keeps the order', async () => {
    await apply('replace 172.31.31.63', '--replace', '172.31.31.63=172.31.31.70');
    await agentsHold([...first.slice(0, 4), '172.31.31.70']);
  });

  test('five in a row', async () => {
    const report = await apply('five in a row', '--target', target.join(','));
    expect(report.stages).toHaveLength(5);
    await agentsHold(target);
  });

  test('a machine is killed and its disk lost: another one takes its place', async () => {
    await lab.order('kill', '172.31.31.9');
    await lab.order('wipe', '172.31.31.63');
    await lab.order('start', '172.31.31.63');
    await apply('dead machine replaced', '--gone', '172.31.31.9', '--replace', '172.31.31.9=172.31.31.63');
  });

  test('a master is rebuilt at its address', async () => {
    await lab.order('wipe', '172.31.29.90');
    await lab.order('start', '172.31.29.90');
    await apply('rebuilt at its address', '--gone', '172.31.29.90', '--rebuild', '172.31.29.90');
  });
});
