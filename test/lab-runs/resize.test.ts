// From three masters to five and back: with addresses that sort last, and with the runbook's own by a cascade.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';
import { mesosHistory, overlaps } from '../support/mesos-history.js';

const lacking = whyNoHosts();
const masters = ['172.31.27.182', '172.31.27.57', '172.31.31.133'] as const;
const last = ['172.31.31.150', '172.31.31.160'];
/** The runbook's: they sort between its masters. */
const between = ['172.31.30.129', '172.31.30.220'] as const;
const agent = '172.31.20.11';
/** Yes, also to steps during which nothing serves. */
const agreed = ['--yes', '--confirm', 'test', '--waive', 'audit', '--output', 'json'];

describe.skipIf(lacking !== null)('three masters of DC/OS 1.9.10', () => {
  let lab: DcosLab;
  beforeAll(async () => {
    lab = await dcosLab({
      version: '1.9.10',
      masters,
      spares: [...last, ...between],
      privateAgents: [agent],
      security: 'permissive',
    });
  });
  afterAll(() => lab.end());

  async function apply(name: string, ...change: readonly string[]): Promise<void> {
    const plan = await lab.plan(...change);
    const end = await lab.cli('apply', plan, ...agreed);
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.audit?.lost).toBe(0);
    figures(name, report);
  }

  /** All run on this list and this quorum, their logs have recovered, and nobody else is known as a replica. */
  async function settledOn(ensemble: readonly string[]): Promise<void> {
    const quorum = Math.floor(ensemble.length / 2) + 1;
    const histories = await mesosHistory(lab, ensemble);
    for (const master of ensemble) {
      const text = await lab.on(master, `curl -s http://${master}:5050/metrics/snapshot`);
      expect(JSON.parse(text)).toMatchObject({ 'registrar/log/recovered': 1, 'overlay/log/recovered': 1 });
      expect(histories.get(master)?.runs.at(-1)?.quorum).toBe(quorum);
    }
    const list: unknown = JSON.parse(await lab.on(agent, 'cat /opt/mesosphere/etc/master_list'));
    expect([...(list as readonly string[])].sort()).toEqual([...ensemble].sort());
  }

  /** docs/operational-guide.md in Mesos: a replica that joins under the old quorum makes two disjoint ones possible. */
  async function quorumRaisedFirst(old: readonly string[], joined: readonly string[]): Promise<void> {
    const histories = await mesosHistory(lab, [...old, ...joined]);
    const low = old.flatMap((master) => histories.get(master)?.runs.filter((run) => run.quorum < 3) ?? []);
    const began = joined.map((master) => histories.get(master)?.runs.at(-1)?.from ?? NaN);
    expect(low.length).toBeGreaterThanOrEqual(old.length);
    expect(Math.max(...low.map((run) => run.to))).toBeLessThan(Math.min(...began));
  }

  test('to five, with addresses that sort last', async () => {
    await apply('3 to 5, sorting last', ...last.flatMap((address) => ['--add', address]));
    await settledOn([...masters, ...last]);
    await quorumRaisedFirst(masters, last);
  });

  test('back to three', async () => {
    await apply('5 to 3', ...last.flatMap((address) => ['--remove', address]));
    await settledOn(masters);
  });

  test("to five, with the runbook's addresses", async () => {
    await apply('3 to 5, cascade', ...between.flatMap((address) => ['--add', address]), '--allow-cascade');
    await settledOn([...masters, ...between]);
    await quorumRaisedFirst([masters[0], masters[1], between[0]], [between[1], masters[2]]);
  });

  test('Mesos was never led by two', async () => {
    expect(overlaps(await mesosHistory(lab, [...masters, ...last, ...between]))).toEqual([]);
  });
});
