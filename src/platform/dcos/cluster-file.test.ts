import { describe, expect, test } from 'vitest';
import { parseDcosClusterFile, renderDcosClusterFile, withMasters } from './cluster-file.js';

const head = `# production,   Frankfurt
schema: succession.cluster/1
name: payments
platform: dcos
dcos: { version: "1.9.10", variant: enterprise, security: permissive }   # since May
bootstrap:
  address: 172.31.16.198
  directory: /root/dcos
  generator: dcos_generate_config.ee.sh
`;
const masters = `masters:
    - 172.31.29.82      # rack 2
    - "172.31.18.152"
    - 172.31.31.63
`;
const tail = `agents:
  private: [172.31.40.1]
  public: []
ssh: { user: core, sudo: passwordless }
`;

function parse(text: string): ReturnType<typeof parseDcosClusterFile> {
  return parseDcosClusterFile(text, 'succession.yaml');
}

describe('the cluster file of DC/OS', () => {
  test('is read, and written so that it is read as the same', () => {
    const parsed = parse(head + masters + tail);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        masters: ['172.31.29.82', '172.31.18.152', '172.31.31.63'],
        agents: { private: ['172.31.40.1'], public: [] },
        ssh: { user: 'core', sudo: 'passwordless' },
      },
    });
    if (parsed.ok) expect(parse(renderDcosClusterFile(parsed.value))).toEqual(parsed);
  });

  test.each([
    ['an unknown version', 'version: "1.9.10"', 'version: "3.4.8"', 5, 'version of DC/OS'],
    ['a version without its patch', 'version: "1.9.10"', 'version: "1.11"', 5, 'patch'],
    ['an even number of masters', '    - 172.31.31.63\n', '', 11, '1, 3, 5, 7 or 9'],
    ['an address twice', '172.31.40.1', '172.31.18.152', 15, 'a second time'],
    ['a mistyped address', '172.31.18.152', '172.31.18.300', 12, '300 is above 255'],
    ['a generator with a path', 'dcos_generate_config.ee.sh', '../x.sh', 9, 'name of a file'],
    ['names of nobody', tail, `dns: { server: 10.0.0.53 }\n${tail}`, 14, 'at least one'],
    ['security of the open variant', 'variant: enterprise', 'variant: open', 5, 'enterprise variant'],
  ])('refuses %s with its line', (_name, from, to, line, message) => {
    const parsed = parse((head + masters + tail).replace(from, to));
    expect(parsed.ok ? [] : parsed.faults.map((fault) => `${fault.place} ${fault.message}`)).toEqual([
      expect.stringMatching(`^succession.yaml:${line} .*${message}`),
    ]);
  });

  test('learns of new masters, and keeps every other byte', () => {
    const edited = withMasters(head + masters + tail, ['172.31.18.152', '172.31.29.82', '172.31.31.7'], 'f');
    const list = 'masters:\n  - 172.31.18.152\n  - 172.31.29.82\n  - 172.31.31.7\n';
    expect(edited).toEqual({ ok: true, value: head + list + tail });
  });
});
