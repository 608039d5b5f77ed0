// The same replacement on versions whose services wait for all masters, for a majority, or for their own ZooKeeper.
//
// The slot in the middle is the hard one: by ZooKeeper's rules its newcomer joins only once higher survivors have the new
// list, and where the gate wants all masters no service of those starts before it has.

import { afterEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { dcosVersion } from '../../src/platform/dcos/versions.js';
import { type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';
import { mesosHistory, overlaps } from '../support/mesos-history.js';

const lacking = whyNoHosts();
const three = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
const five = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'];
const agent = '172.31.20.11';
/** Yes, also to steps during which nothing serves. */
const agreed = ['--yes', '--confirm', 'test', '--waive', 'audit', '--output', 'json'];

describe.skipIf(lacking !== null)('a master in the middle is replaced', () => {
  let lab: DcosLab | null = null;
  afterEach(async () => {
    await lab?.end();
    lab = null;
  });

  test.for([
    ['1.13.9', 'all', five, '172.31.29.145', '172.31.29.20'],
    ['1.13.10', 'majority', three, '172.31.27.57', '172.31.30.129'],
    ['2.1.2', 'own', three, '172.31.27.57', '172.31.30.129'],
    ['1.11.12', 'all', three, '172.31.27.57', '172.31.30.129'],
  ] as const)('on %s, whose gate is %s', async ([version, gate, masters, old, newcomer]) => {
    expect(dcosVersion(version)?.bootstrapGate).toBe(gate);
    const up = await dcosLab({
      version,
      masters,
      spares: [newcomer],
      privateAgents: [agent],
      security: 'permissive',
      // Five minutes until a node of CockroachDB counts as dead.
      timing: { cockroachFillMs: 5000 },
    });
    lab = up;
    const plan = await up.plan('--replace', `${old}=${newcomer}`);
    const end = await up.cli('apply', plan, ...agreed);
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.audit?.lost).toBe(0);
    figures(`replace in the middle, ${version}, ${masters.length} masters`, report);

    const after = [...masters.filter((master) => master !== old), newcomer].sort();
    const overlay = dcosVersion(version)?.overlayRecovered ?? '';
    for (const master of after) {
      const text = await up.on(master, `curl -s http://${master}:5050/metrics/snapshot`);
      expect(JSON.parse(text)).toMatchObject({
        'registrar/log/recovered': 1,
        'registrar/log/ensemble_size': masters.length,
        [overlay]: 1,
      });
    }
    expect(JSON.parse(await up.on(agent, 'cat /opt/mesosphere/etc/master_list'))).toEqual(
      expect.arrayContaining(after),
    );
    expect(overlaps(await mesosHistory(up, [...masters, newcomer]))).toEqual([]);

    const database = report.duties.find((duty) => duty.kind === 'decommission')?.evidence.join('\n');
    expect(database).toContain('CockroachDB: no range lacks a replica');
    const status = await up.on(
      newcomer,
      `/opt/mesosphere/bin/cockroach node status --decommission --format=csv --insecure --host=${newcomer}`,
    );
    expect(status).toMatch(new RegExp(`,${old.replaceAll('.', '\\.')}:26257,.*,true,true$`, 'm'));
    if (dcosVersion(version)?.etcd !== true) return;
    expect(database).toContain(`etcd: only masters are members, and ${after.join(', ')} are healthy ones`);
    const members = await up.on(newcomer, '/opt/mesosphere/bin/dcos-shell dcos-etcdctl diagnostic');
    expect(members).toContain(`"name":"etcd-${newcomer}"`);
    expect(members).not.toContain(`${old}:`);
    // It was kept out until the old one was taken out: a check of its services can't come before.
    const said = await up.on(newcomer, 'journalctl --no-pager -u dcos-etcd');
    expect(said).toContain('etcdserver: unhealthy cluster');
  });
});
