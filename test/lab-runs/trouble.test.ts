// What goes wrong before and in the middle of a run on DC/OS is named with its cause and remedy, or survived; nothing is lost.

import { copyFileSync, readFileSync } from 'node:fs';
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

async function expectWhole(lab: DcosLab, name: string, end: CommandEnd): Promise<void> {
  expect(end.status, end.err).toBe(0);
  const shown = await lab.cli('show', '--output', 'json');
  const report = reportSchema.parse(JSON.parse(shown.out));
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

  const resume = (): RunningCommand => lab.begin('resume');

  /** Who has the third place now, a fresh machine for it, and an address that nobody means. */
  async function thirdMaster(): Promise<{
    readonly present: string;
    readonly next: string;
    readonly stranger: string;
  }> {
    const text = readFileSync(lab.clusterFile, 'utf8');
    const candidates = [three, four, five];
    const present = candidates.find((address) => text.includes(`- ${address}\n`)) ?? three;
    const [next = four, stranger = five] = candidates.filter((address) => address !== present);
    await freshHost(lab, next);
    return { present, next, stranger };
  }

  /** What an earlier change would have left: an upgrade script with another list, which stays served. */
  async function generate(present: string, other: string): Promise<string> {
    const correct = await editGenconf(lab, 'config.yaml', `s/${present}/${other}/`);
    await lab.on(
      bootstrap,
      'cd /root/dcos && bash dcos_generate_config.ee.sh --generate-node-upgrade-script 1.9.10',
    );
    await correct();
    return newestUpgrade();
  }

  async function newestUpgrade(): Promise<string> {
    const folder = '/root/dcos/genconf/serve/upgrade';
    const id = (await lab.on(bootstrap, `ls -t ${folder} | head -n 1`)).trim();
    return `http://${bootstrap}/upgrade/${id}/dcos_node_upgrade.sh`;
  }

  async function runUpgrade(host: string, url: string): Promise<void> {
    await lab.on(host, `curl -fsSo up.sh ${url} && bash up.sh`);
  }

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
      // Everything from here on goes through it.
      copyFileSync(right, lab.clusterFile);
      const end = await apply();
      await correct();
      expectStop(end, 5, /config\.yaml:\d+: The key 'master list' means nothing/, /Write 'master_list:'/);
      const again = await editGenconf(lab, 'config.yaml', `s/${one}/172.31.27.18/`);
      const stopped = await apply();
      await again();
      expectStop(stopped, 5, new RegExp(`172\\.31\\.27\\.18 is not a master [^\\n]*did you mean ${one}`));
    });

    test('every connection dies in the middle of an upgrade', async () => {
      const running = lab.begin('apply', plan, '--yes', '--waive', 'audit');
      await upgradeOf(running, null);
      expect(dropConnections(lab)).toBeGreaterThan(1);
      const end = await running.end;
      await expectWhole(lab, 'connections dropped', end);
    });
  });

  test('killed in an install and in a round of agents; the operator cut off; a master rebooted', async () => {
    const { present, next } = await thirdMaster();
    const plan = await lab.plan('--replace', `${present}=${next}`);
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
    await expectWhole(lab, 'killed, cut off, rebooted', await resume().end);
  });

  test('no web server at the install; killed in an upgrade; somebody runs an old upgrade; a master dies', async () => {
    const { present, next, stranger } = await thirdMaster();
    const old = await generate(present, stranger);
    const plan = await lab.plan('--replace', `${present}=${next}`);
    const first = lab.begin('apply', plan, '--yes', '--waive', 'audit');
    await first.says(' 1.1 stop');
    await lab.on(bootstrap, 'systemctl stop nginx');
    expectStop(await first.end, 4, new RegExp(`install ${next} failed: ${next} can't download`), /nginx/);
    await lab.on(bootstrap, 'systemctl start nginx');

    const second = resume();
    const survivor = await upgradeOf(second, null);
    await dieHard(second);
    const third = resume();
    await upgradeOf(third, survivor);
    await runUpgrade(survivor, old);
    expectStop(await third.end, 4, new RegExp(`${survivor} is not configured as this stage knows it`));
    await runUpgrade(survivor, await newestUpgrade());
    const settled = `grep -qF ${next} /var/lib/dcos/exhibitor/conf/zoo.cfg`;
    await lab.on(survivor, `for i in $(seq 240); do ${settled} && exit 0; sleep 0.5; done; exit 1`);

    const fourth = resume();
    await fourth.says('resumed by');
    await lab.order('kill', survivor);
    expectStop(await fourth.end, 4, new RegExp(`Stopped [^\\n]*${survivor}`));
    await lab.order('start', survivor);
    await expectWhole(lab, 'old upgrade, killed, dead master', await resume().end);
  });
});
