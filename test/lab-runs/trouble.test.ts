// What goes wrong before and in the middle of a run on DC/OS is named with its cause and remedy, or survived; nothing is lost.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import type { CommandEnd, RunningCommand } from '../support/command.js';
import { bootstrap, type DcosLab, dcosLab } from '../support/dcos-lab.js';
import {
  dieHard,
  dockerRuns,
  dropConnections,
  editGenconf,
  freshHost,
  learnHostKey,
  withPassword,
} from '../support/dcos-trouble.js';
import { figures } from '../support/lab-figures.js';

const lacking = whyNoHosts();
const [one, two, three] = ['172.31.27.182', '172.31.27.57', '172.31.31.133'] as const;
const [four, five] = ['172.31.31.150', '172.31.31.160'] as const;
const agent = '172.31.20.11';
/** Where the operator's commands come from: see src/lab/hosts/lab-network.ts. */
const operator = '172.31.255.254';
const upgrading = / 1\.\d+ upgrade (\S+):/;

function expectWhole(name: string, end: CommandEnd): void {
  expect(end.status, end.err).toBe(0);
  const report = reportSchema.parse(JSON.parse(end.out));
  expect(report.audit?.lost).toBe(0);
  figures(name, report);
}

const upgradeOf = (running: RunningCommand, other: string | null): Promise<string> =>
  running.tells(other === null ? upgrading : new RegExp(` 1\\.\\d+ upgrade ((?!${other})\\S+):`));

function expectStop(end: CommandEnd, status: 4 | 5, ...said: readonly RegExp[]): void {
  process.stdout.write(`${end.err.slice(Math.max(0, end.err.indexOf('Stopped (')))}\n`);
  expect(end.status, end.err).toBe(status);
  for (const pattern of said) expect(end.err).toMatch(pattern);
  expect(end.err).toContain(status === 5 ? 'Nothing was changed.' : 'succession resume');
}

describe.skipIf(lacking !== null)('trouble on three masters of DC/OS 1.9.10', () => {
  let lab: DcosLab;
  beforeAll(async () => {
    lab = await dcosLab({
      version: '1.9.10',
      masters: [two, three, one],
      spares: [four, five],
      privateAgents: [agent],
      security: 'permissive',
    });
  });
  afterAll(() => lab.end());

  const resume = (): RunningCommand => lab.begin('resume', '--output', 'json');

  describe(`${three} makes way for ${four}`, () => {
    let plan: string;
    beforeAll(async () => {
      plan = await lab.plan('--replace', `${three}=${four}`);
    });
    const apply = (...options: readonly string[]): Promise<CommandEnd> =>
      lab.cli('apply', plan, '--yes', '--waive', 'audit', ...options);

    test('ip-detect, the web server and a disk: all that is wrong is told at once', async () => {
      await dockerRuns(lab, four);
      await lab.order('fill-disk', four);
      const mend = await editGenconf(lab, 'ip-detect', '2i echo 172.17.0.1; exit');
      await lab.on(bootstrap, 'systemctl stop nginx');
      const end = await apply();
      await lab.on(bootstrap, 'systemctl start nginx');
      await mend();
      expectStop(
        end,
        5,
        new RegExp(`${four}: only 0 MiB are free`),
        new RegExp(`${four}: genconf/ip-detect prints '172.17.0.1' there`),
        new RegExp(
          `${four}: it can't load dcos_install.sh from the bootstrap node: the connection is refused`,
        ),
        /mend genconf\/ip-detect/,
        /\(its nginx\)/,
      );
    });

    test('a machine that shows another host key', async () => {
      await lab.order('wipe', four, '--new-host-key');
      await lab.order('start', four);
      expectStop(await apply(), 5, new RegExp(`${four} shows another host key than known_hosts has`));
      await learnHostKey(lab, four);
      await dockerRuns(lab, four);
    });

    test('a wrong password for sudo', async () => {
      const wrong = withPassword(lab, 'wrong', 'battery staple');
      expectStop(await apply('--cluster', wrong), 5, /sudo on \S+ refused the password/, /sudoPasswordFile/);
      const status = await lab.cli('status', '--cluster', wrong);
      expect(status.out).toMatch(/could not be asked over SSH: sudo on \S+ refused the password/);
    });

    test('a config.yaml with the typo of the runbook, and one with its wrong address', async () => {
      const right = withPassword(lab, 'right', 'correct horse');
      const correct = await editGenconf(lab, 'config.yaml', 's/^master_list:/master list:/');
      const end = await apply('--cluster', right);
      await correct();
      expectStop(end, 4, /config\.yaml:\d+: The key 'master list' means nothing/, /Write 'master_list:'/);
      const again = await editGenconf(lab, 'config.yaml', `s/${one}/172.31.27.18/`);
      const stopped = await resume().end;
      await again();
      expectStop(stopped, 4, new RegExp(`172\\.31\\.27\\.18 is not a master [^\\n]*did you mean ${one}`));
    });

    test('every connection dies in the middle of an upgrade', async () => {
      const running = resume();
      await upgradeOf(running, null);
      expect(dropConnections(lab)).toBeGreaterThan(1);
      const end = await running.end;
      expectWhole('connections dropped', end);
    });
  });

  test('killed in an install and in a round of agents; the operator cut off; a master rebooted', async () => {
    const plan = await lab.plan('--replace', `${four}=${five}`);
    const first = lab.begin('apply', plan, '--yes', '--waive', 'audit');
    await first.tells(/ 1\.\d+ install (\S+):/);
    await dieHard(first);
    let running = resume();
    const cut = await upgradeOf(running, null);
    await lab.order('partition', cut, '--from', operator);
    await new Promise((wake) => setTimeout(wake, 20_000));
    await lab.order('heal', cut);
    const rebooted = await Promise.race([upgradeOf(running, cut), running.end]);
    if (typeof rebooted !== 'string') {
      expectStop(rebooted, 4, new RegExp(cut));
      running = resume();
    }
    const second = typeof rebooted === 'string' ? rebooted : await upgradeOf(running, cut);
    await lab.order('reboot', second);
    const round = await Promise.race([running.tells(/(give the agent)/), running.end]);
    if (typeof round !== 'string') {
      expectStop(round, 4, new RegExp(second));
      running = resume();
      await running.says('give the agent');
    }
    await dieHard(running);
    expectWhole('killed, cut off, rebooted', await resume().end);
  });

  test('no web server at the install; killed in an upgrade; somebody runs an old upgrade; a master dies', async () => {
    await freshHost(lab, three);
    const plan = await lab.plan('--replace', `${five}=${three}`);
    const first = lab.begin('apply', plan, '--yes', '--waive', 'audit');
    await first.says(' 1.1 stop');
    await lab.on(bootstrap, 'systemctl stop nginx');
    expectStop(await first.end, 4, new RegExp(`install ${three} failed: ${three} can't download`), /nginx/);
    await lab.on(bootstrap, 'systemctl start nginx');

    const second = resume();
    const survivor = await upgradeOf(second, null);
    await dieHard(second);
    const third = resume();
    await upgradeOf(third, survivor);
    const upgrades = '/root/dcos/genconf/serve/upgrade';
    const urlOf = async (which: 'head' | 'tail'): Promise<string> =>
      (await lab.on(bootstrap, `ls -tr ${upgrades} | ${which} -n 1`)).trim();
    const runUpgrade = async (id: string): Promise<string> =>
      lab.on(
        survivor,
        `curl -fsSo up.sh http://${bootstrap}/upgrade/${id}/dcos_node_upgrade.sh && bash up.sh`,
      );
    await runUpgrade(await urlOf('head'));
    expectStop(await third.end, 4, new RegExp(`${survivor} is not configured as this stage knows it`));
    await runUpgrade(await urlOf('tail'));

    const fourth = resume();
    await fourth.says('resumed by');
    await lab.order('kill', survivor);
    expectStop(await fourth.end, 4, new RegExp(`Stopped [^\\n]*${survivor}`));
    await lab.order('start', survivor);
    expectWhole('old upgrade, killed, dead master', await resume().end);
  });
});
