// A replacement on DC/OS is given up after the first survivor's upgrade: the masters are as before, and nothing is lost.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import type { RunningCommand } from '../support/command.js';
import { bootstrap, type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';
import { mesosHistory, overlaps } from '../support/mesos-history.js';

const lacking = whyNoHosts();
const masters = ['172.31.27.182', '172.31.27.57', '172.31.31.133'] as const;
const old = masters[1];
const newcomers = ['172.31.30.129', '172.31.30.220'] as const;
const agent = '172.31.20.11';
/** Yes, also to steps during which nothing serves. */
const agreed = ['--yes', '--confirm', 'test', '--waive', 'audit'];

/** The process in the lab's network: `lab run` only waits for it. */
function inner({ child }: RunningCommand): number {
  const { pid } = child;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

describe.skipIf(lacking !== null)('a replacement on DC/OS 1.9.10 is rolled back', () => {
  let lab: DcosLab;
  let before: readonly string[];
  let config: string;
  beforeAll(async () => {
    lab = await dcosLab({
      version: '1.9.10',
      masters,
      spares: newcomers,
      privateAgents: [agent],
      security: 'permissive',
    });
    before = await packages();
    config = await lab.on(bootstrap, 'cat /root/dcos/genconf/config.yaml');
  });
  afterAll(() => lab.end());

  /** The active configuration of each master. */
  function packages(): Promise<readonly string[]> {
    const script = '/opt/mesosphere/bin/pkgpanda active | grep -o "dcos-config--setup_.*"';
    return Promise.all(masters.map((master) => lab.on(master, script)));
  }

  /** Begins the replacement, and lets it get to the upgrade of this survivor. */
  async function replaceUntilUpgrade(newcomer: string, survivor: string): Promise<RunningCommand> {
    const plan = await lab.plan('--replace', `${old}=${newcomer}`);
    const command = lab.begin('apply', plan, ...agreed);
    await command.says(` upgrade ${survivor}`);
    return command;
  }

  /** How many upgrade scripts are served: one more for each run of the generator. */
  async function generations(): Promise<number> {
    return Number(await lab.on(bootstrap, 'ls /root/dcos/genconf/serve/upgrade | wc -l'));
  }

  /** `generated`: how often the generator runs for it. */
  async function rollBack(name: string, newcomer: string, generated: number): Promise<void> {
    const served = await generations();
    const end = await lab.cli('rollback', '--output', 'json');
    expect(end.status, end.err).toBe(0);
    expect(await generations()).toBe(served + generated);
    expect(await lab.on(bootstrap, 'cat /root/dcos/genconf/config.yaml')).toBe(config);
    expect(await lab.on(bootstrap, 'cat /root/dcos/genconf/serve/dcos_install.sh')).toContain(
      before[0]?.trim(),
    );
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.audit?.lost).toBe(0);
    figures(name, report);
    expect(await packages()).toEqual(before);
    for (const master of masters) {
      expect(await lab.on(master, 'cat /opt/mesosphere/etc/exhibitor')).toContain(`2:${old}`);
      const metrics = await lab.on(master, `curl -s http://${master}:5050/metrics/snapshot`);
      expect(JSON.parse(metrics)).toMatchObject({ 'registrar/log/recovered': 1, 'overlay/log/recovered': 1 });
    }
    // It came back with an empty replica, and stays: fenced it would not outlive a reboot.
    expect(await lab.on(old, 'ls -d /var/lib/dcos/mesos/master/replicated_log.succession-*')).not.toBe('');
    expect(await lab.on(old, 'systemctl is-enabled dcos.target')).toContain('enabled');
    expect(await lab.on(newcomer, 'systemctl is-active dcos-exhibitor || true')).toContain('inactive');
    expect(await lab.on(newcomer, 'systemctl is-enabled dcos.target || true')).not.toContain('enabled');
    expect(JSON.parse(await lab.on(agent, 'cat /opt/mesosphere/etc/master_list'))).toContain(old);
    expect(overlaps(await mesosHistory(lab, [...masters, ...newcomers]))).toEqual([]);
    expect((await lab.cli('status')).out).toMatch(new RegExp(`2 +${old} +(?:leader|follower)`));
  }

  test('Ctrl-C pauses it after the first upgrade; then it is rolled back', async () => {
    const command = await replaceUntilUpgrade(newcomers[0], masters[2]);
    process.kill(inner(command), 'SIGINT');
    const end = await command.end;
    expect(end.status, end.err).toBe(4);
    expect(await packages()).not.toEqual(before);
    // Nothing was upgraded here before: no script leads back yet.
    await rollBack('rolled back after a pause', newcomers[0], 1);
  });

  test('kill -9 in the last upgrade, with the newcomer a member; then it is rolled back', async () => {
    const command = await replaceUntilUpgrade(newcomers[1], masters[0]);
    process.kill(inner(command), 'SIGKILL');
    await command.end;
    // A generator that is broken by now is no obstacle: the script of the way back before is still served.
    await lab.on(bootstrap, 'echo exit 1 > /root/dcos/dcos_generate_config.ee.sh');
    await rollBack('rolled back after a kill in the last upgrade', newcomers[1], 0);
  });
});
