import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDcosClusterFile } from './cluster-file.js';
import { foundCluster } from './configuration/genconf-folder.js';
import { localGenconf } from './configuration/read-genconf.js';
import { openPlaces, type Starter, starterFile } from './starter-file.js';

const config = `---
bootstrap_url: http://172.31.16.198:80
cluster_name: 'The third floor'
master_discovery: static
exhibitor_storage_backend: static
master_list: [172.31.16.60, 172.31.18.152, 172.31.29.145]
agent_list:
- 172.31.30.1
public_agent_list: []
security: permissive
exhibitor_admin_password: sesame
ssh_user: centos
ssh_port: '2222'
`;

function starterOf(text: string, generators: readonly string[], version: string | null): Starter {
  const found = foundCluster(text, 'config.yaml', generators);
  if (!found.ok) throw new Error(JSON.stringify(found.faults));
  const ssh = { configFile: null, user: found.value.sshUser, sudo: 'passwordless' };
  return { ...found.value, directory: '/root/dcos', version, ssh };
}

test('the file that init writes is a cluster file, and holds no secret', () => {
  const starter = starterOf(config, ['dcos_generate_config.ee.sh'], '1.9.10');
  const text = starterFile(starter);
  expect(openPlaces(starter)).toEqual([]);
  expect(text).not.toContain('sesame');
  expect(parseDcosClusterFile(text, 'succession.yaml')).toEqual({
    ok: true,
    value: {
      schema: 'succession.cluster/1',
      name: 'The-third-floor',
      platform: 'dcos',
      dcos: { version: '1.9.10', variant: 'enterprise', security: 'permissive' },
      bootstrap: {
        address: '172.31.16.198',
        directory: '/root/dcos',
        generator: 'dcos_generate_config.ee.sh',
      },
      masters: ['172.31.16.60', '172.31.18.152', '172.31.29.145'],
      agents: { private: ['172.31.30.1'], public: [] },
      ssh: { user: 'centos', port: 2222, sudo: 'passwordless' },
      exhibitor: { passwordFile: '/root/exhibitor-password' },
    },
  });
});

test('its remarks are keys of a cluster file', () => {
  const text = starterFile(starterOf(config, ['dcos_generate_config.ee.sh'], '1.9.10'));
  const all = text
    .replaceAll(/^# ?((?:  ?)?[a-zA-Z]+:(?: |$))/gm, '$1')
    .replaceAll(/^# ( {2}[a-z]\w+:)/gm, '$1');
  const parsed = parseDcosClusterFile(all, 'succession.yaml');
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      dns: { server: '10.0.0.53' },
      agentsRollout: { canary: 1 },
      soakMs: 3_600_000,
      superuser: { uid: 'bootstrapuser' },
      customCaKeyFile: '/root/custom_ca.key',
    },
  });
});

test('under strict security it names who gets a token', () => {
  const strict = config.replace('permissive', 'strict\nsuperuser_username: ops');
  const starter = starterOf(strict, ['dcos_generate_config.ee.sh'], '2.1.2');
  expect(parseDcosClusterFile(starterFile(starter), 'succession.yaml')).toMatchObject({
    ok: true,
    value: { superuser: { uid: 'ops', passwordFile: '/root/superuser-password' } },
  });
});

test('what is not known is left open, and said', () => {
  const bare = 'bootstrap_url: http://boot.example.com\nmaster_list: [10.0.0.1]\n';
  const starter = starterOf(bare, [], null);
  expect(openPlaces(starter).map((line) => line.split(':')[0])).toEqual([
    'dcos.version',
    'dcos.variant',
    'bootstrap.address',
    'bootstrap.generator',
    'agents',
  ]);
  expect(parseDcosClusterFile(starterFile(starter), 'succession.yaml').ok).toBe(false);
});

test('a genconf folder is found by its own name, or by that of the folder around it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'init-'));
  try {
    await mkdir(join(root, 'genconf'));
    await writeFile(join(root, 'genconf/config.yaml'), config);
    await writeFile(join(root, 'dcos_generate_config.ee.sh'), '');
    for (const path of [root, join(root, 'genconf')]) {
      expect(await localGenconf(path)).toEqual({
        ok: true,
        value: { directory: root, text: config, generators: ['dcos_generate_config.ee.sh'] },
      });
    }
    expect(await localGenconf(join(root, 'elsewhere'))).toMatchObject({ ok: false });
  } finally {
    await rm(root, { recursive: true });
  }
});
