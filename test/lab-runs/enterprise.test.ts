// A master is replaced where everything is closed: strict security, a certificate authority of the operator's, Exhibitors
// that want certificates.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { authorityKeyPath, exhibitorArtifacts } from '../../src/platform/dcos/enterprise-places.js';
import { bootstrap, type DcosLab, dcosLab } from '../support/dcos-lab.js';
import { figures } from '../support/lab-figures.js';

const masters = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
const [old, newcomer] = ['172.31.31.133', '172.31.31.150'];
const [first, second] = ['172.31.27.182', '172.31.27.57'];
const agent = '172.31.20.11';
const agreed = ['--yes', '--confirm', 'test', '--waive', 'audit', '--output', 'json'];
const lacking = whyNoHosts();

describe.skipIf(lacking !== null)('a closed cluster of 2.1.2', () => {
  let lab: DcosLab;
  let plan: string;
  beforeAll(async () => {
    lab = await dcosLab({
      version: '2.1.2',
      masters,
      spares: [newcomer],
      privateAgents: [agent],
      security: 'strict',
      customCa: true,
      exhibitorTls: true,
      // A token ends in the middle of the run.
      timing: { cockroachFillMs: 5000, tokenMs: 60_000 },
    });
    plan = await lab.plan('--replace', `${old}=${newcomer}`);
  });
  afterAll(() => lab?.end());

  test('answers nobody without a token or a certificate', async () => {
    const codes: string[] = [];
    for (const place of [
      `https://${first}:5050/metrics/snapshot`,
      `http://${first}:5050/metrics/snapshot`,
      `https://${agent}:5051/state`,
      `https://${first}:8181/exhibitor/v1/cluster/status`,
    ])
      codes.push(await lab.on(bootstrap, `curl -ks -m 10 -o /dev/null -w '%{http_code}' ${place} || true`));
    expect(codes).toEqual(['401', '000', '401', '000']);
  });

  test('is told of with a login, and says when there is none', async () => {
    const seen = await lab.cli('status');
    expect(seen.out).toMatch(/serving +elected, recovered/);
    expect(seen.out).toContain('Agents registered: 1 of 1.');
    const password = join(lab.folder, 'superuser-password');
    const right = readFileSync(password, 'utf8');
    writeFileSync(password, 'wrong\n');
    const refused = await lab.cli('status');
    expect(refused.out).toContain("Mesos can't be asked");
    expect(refused.out).toContain('refuses the login of bootstrapuser: status 401');
    const stopped = await lab.cli('apply', plan, ...agreed);
    expect(stopped.status).toBe(5);
    expect(stopped.out + stopped.err).toContain('refuses the login of bootstrapuser');
    writeFileSync(password, right);
  });

  test('is left alone while nobody has the key, or no bootstrap CA answers', async () => {
    for (const master of masters) await lab.on(master, `mv ${authorityKeyPath} ${authorityKeyPath}.away`);
    await lab.on(bootstrap, 'systemctl stop dcos-bootstrap-ca');
    const stopped = await lab.cli('apply', plan, ...agreed);
    expect(stopped.status).toBe(5);
    expect(stopped.out + stopped.err).toContain('its key is not at hand');
    expect(stopped.out + stopped.err).toContain('customCaKeyFile');
    expect(stopped.out + stopped.err).toContain(`bootstrap CA https://${bootstrap}:443`);
    for (const master of masters) await lab.on(master, `mv ${authorityKeyPath}.away ${authorityKeyPath}`);
    await lab.on(bootstrap, 'cd /root/dcos && bash dcos_generate_config.ee.sh');
  });

  test('gets its new master, with key and certificates', async () => {
    const end = await lab.cli('apply', plan, ...agreed);
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report.audit?.lost).toBe(0);
    figures('replace the last of 3, 2.1.2, strict, own CA, Exhibitor over TLS', report);

    const key = await lab.on(newcomer, `stat -c '%a %U' ${authorityKeyPath}; sha256sum <${authorityKeyPath}`);
    expect(key).toMatch(/^600 root\n/);
    expect(key.split('\n')[1]).toBe((await lab.on(second, `sha256sum <${authorityKeyPath}`)).trim());
    const authority = report.duties.find((duty) => duty.kind === 'authority')?.evidence.join('\n');
    expect(authority).toContain(`is the key of /root/dcos/genconf/dcos-ca-certificate.crt`);
    expect(await lab.on(newcomer, `ls ${exhibitorArtifacts}`)).toContain('client-key.pem');
    const verified = `openssl verify -CAfile /run/dcos/pki/CA/ca-bundle.crt /run/dcos/pki/tls/certs/mesos-master.crt`;
    expect(await lab.on(newcomer, verified)).toContain('OK');
    expect(await lab.on(bootstrap, 'cat /root/dcos/genconf/dcos-ca-certificate.crt')).toBe(
      await lab.on(newcomer, 'cat /run/dcos/pki/CA/ca-bundle.crt'),
    );
    expect((await lab.cli('status')).out).toMatch(/172\.31\.31\.150 .* serving +(?:elected, )?recovered/);

    // Neither the key nor a token is in what the run leaves behind.
    const secret = (await lab.on(second, `sed -n 2p ${authorityKeyPath}`)).trim();
    expect(secret.length).toBeGreaterThan(20);
    // A token begins with the base64 of `{"`.
    const patterns = [secret, 'deleteme', 'token=eyJ'].join('\n');
    const found = spawnSync('grep', ['-rlF', '-f', '-', join(lab.home, 'runs')], {
      input: patterns,
      encoding: 'utf8',
    });
    expect([found.status, found.stdout]).toEqual([1, '']);
    for (const pattern of patterns.split('\n')) expect(end.out + end.err).not.toContain(pattern);
  });
});
