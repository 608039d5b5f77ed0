import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../test/support/dcos-duty.js';
import { type TestDns, testDns } from '../../../test/support/dns-server.js';
import { quote } from '../../remote/quote.js';
import { dnsDuty } from './dns.js';

let folder: string;
let dns: TestDns;
let sign: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'succession-dns-'));
  sign = join(folder, 'changed');
  dns = await testDns((name) => {
    const changed = existsSync(sign);
    if (name === 'master.example') return changed ? ['10.0.0.2', '10.0.0.3'] : ['10.0.0.1', '10.0.0.2'];
    return name === 'zk.example' ? ['10.0.0.3'] : undefined;
  });
});
afterEach(async () => {
  await dns.end();
  rmSync(folder, { recursive: true, force: true });
});

const target = { masters: ['10.0.0.2', '10.0.0.3'], left: ['10.0.0.1'] };

describe('the names of the masters', () => {
  test('are changed by the hook, which learns what it needs, and are seen to be right', async () => {
    const said = join(folder, 'said');
    const hook = `echo "$SUCCESSION_DNS_NAMES|$SUCCESSION_DNS_PARTIAL|$SUCCESSION_MASTERS|$SUCCESSION_LEFT" >${quote(said)}; touch ${quote(sign)}`;
    const settings = { server: dns.server, names: ['master.example'], partial: ['zk.example'], hook };
    const duty = dnsDuty({ ...testCluster, dns: settings }, target);
    const { context } = testDuty();
    expect(await duty.look(context)).toEqual({
      kind: 'to-do',
      evidence: ['master.example leads to 10.0.0.1, which is no master, and does not lead to 10.0.0.3'],
    });
    expect(await duty.perform(context)).toMatchObject({ kind: 'done' });
    expect(await duty.look(context)).toEqual({
      kind: 'done',
      evidence: ['master.example: every master, and no other host', 'zk.example: masters only'],
    });
    expect(readFileSync(said, 'utf8')).toBe(
      'master.example zk.example|zk.example|10.0.0.2 10.0.0.3|10.0.0.1\n',
    );
  });

  test('without a hook are waited for, and then refused with what was seen; a name that is not there too', async () => {
    const names = ['master.example', 'lost.example'];
    const duty = dnsDuty({ ...testCluster, dns: { server: dns.server, names } }, target);
    const { context, said } = testDuty();
    expect(await duty.perform(context)).toMatchObject({ kind: 'unknown' });
    expect(said.length).toBeGreaterThan(10);
    expect(await duty.look(context)).toMatchObject({
      kind: 'refused',
      failure: {
        code: 'dns',
        seen: [
          'master.example leads to 10.0.0.1, which is no master, and does not lead to 10.0.0.3',
          'lost.example has no address',
        ],
      },
    });
  });

  test('must lead to every master, unless they may hold some', async () => {
    const names = { server: dns.server, names: ['zk.example'] };
    expect(await dnsDuty({ ...testCluster, dns: names }, target).look(testDuty().context)).toEqual({
      kind: 'to-do',
      evidence: ['zk.example does not lead to 10.0.0.2'],
    });
    const partial = { server: dns.server, names: [], partial: ['zk.example'] };
    expect(await dnsDuty({ ...testCluster, dns: partial }, target).look(testDuty().context)).toMatchObject({
      kind: 'done',
    });
  });

  test('a hook that fails stops the run', async () => {
    const hook = 'echo no such zone >&2; exit 4';
    const duty = dnsDuty(
      { ...testCluster, dns: { server: dns.server, names: ['zk.example'], hook } },
      target,
    );
    expect(await duty.perform(testDuty().context)).toMatchObject({
      kind: 'failed',
      reason: 'dns.hook ended with status 4',
      evidence: ['no such zone'],
    });
  });
});
