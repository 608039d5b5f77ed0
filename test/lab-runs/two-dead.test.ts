// Two of five machines are lost with their disks, and a survivor has booted since, where services wait for all masters.
//
// Nothing but ZooKeeper can run on a survivor that starts again: replacing both dead masters is the only cure, and until
// the second one is back nothing of any service can be asked for.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { dcosVersion } from '../../src/platform/dcos/versions.js';
import { type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';

const version = '1.13.9';
const masters = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'] as const;
/** The one is dead for good, the other comes back on an empty disk. */
const [booted, , rebuilt, , dead] = masters;
const newcomer = '172.31.31.70';
const after = [...masters.filter((one) => one !== dead), newcomer];

describe.skipIf(whyNoHosts() !== null)(`two of five masters of DC/OS ${version} are dead`, () => {
  let lab: DcosLab;
  beforeAll(async () => {
    expect(dcosVersion(version)?.bootstrapGate).toBe('all');
    lab = await dcosLab({
      version,
      masters,
      spares: [newcomer],
      privateAgents: ['172.31.20.11'],
      security: 'permissive',
      timing: { cockroachFillMs: 5000 },
    });
  });
  afterAll(() => lab.end());

  async function serves(master: string): Promise<void> {
    const ask = `exec 3<>/dev/tcp/${master}/2181 && echo srvr >&3 && timeout 5 cat <&3`;
    for (let said = ''; !said.includes('Mode:'); await sleep(2000))
      said = await lab.on(master, `bash -c '${ask}'`).catch(() => '');
  }

  test('both are renewed, nothing is lost, and the databases are whole', async () => {
    await lab.order('kill', dead);
    await lab.order('wipe', rebuilt);
    await lab.order('start', rebuilt);
    await lab.order('reboot', booted);
    await serves(booted);

    const gone = [
      '--gone',
      dead,
      '--gone',
      rebuilt,
      '--replace',
      `${dead}=${newcomer}`,
      '--rebuild',
      rebuilt,
    ];
    const plan = await lab.plan(...gone);
    // No quorum of CockroachDB, no dump of it.
    const waived = ['--waive', 'audit', '--waive', 'backup'];
    const end = await lab.cli('apply', plan, '--yes', '--confirm', 'test', ...waived, '--output', 'json');
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    figures(`two of five dead, ${version}`, report);
    expect(report.audit?.lost).toBe(0);

    const evidence = (id: string): string =>
      report.duties.find((duty) => duty.id === id)?.evidence.join('\n') ?? 'none';
    expect(evidence('preflight')).toContain("they can't run before it is replaced");
    expect(evidence('1.decommission')).toBe('none');
    expect(evidence('2.decommission')).toContain('CockroachDB: no range lacks a replica');
    const nodes = await lab.on(
      booted,
      `/opt/mesosphere/bin/cockroach node status --decommission --format=csv --insecure --host=${booted}`,
    );
    expect(nodes).toMatch(new RegExp(`,${dead.replaceAll('.', '\\.')}:26257,.*,true,true$`, 'm'));
    for (const master of after) {
      expect(nodes).toMatch(
        new RegExp(`,${master.replaceAll('.', '\\.')}:26257,.*,true,\\d+,false,false$`, 'm'),
      );
      const metrics = await lab.on(master, `curl -s http://${master}:5050/metrics/snapshot`);
      expect(JSON.parse(metrics)).toMatchObject({
        'registrar/log/recovered': 1,
        'registrar/log/ensemble_size': masters.length,
      });
    }
  });
});
