import { describe, expect, test } from 'vitest';
import { readGeneratorEnd } from './generator-output.js';

const id = 'dcos-config--setup_624b614c529880fa633e2d48906e12fdddc7601f';
const url = 'http://172.31.16.198:80/upgrade/300b3a91f27c4ceb9e9aef43e04d0fc5/dcos_node_upgrade.sh';
const stdout = `Generating Bash configuration files for DC/OS\nNode upgrade script URL: ${url}\n`;
const stderr = `\u001B[32mGenerating configuration files...\u001B[0m
\u001B[32mPackage filename: packages/dcos-config/${id}.tar.xz\u001B[0m
\u001B[32mPackage filename: packages/dcos-metadata/dcos-metadata--setup_624b614c529880fa633e2d48906e12fdddc7601f.tar.xz\u001B[0m
`;

function failure(end: { status?: number; stdout?: string; stderr?: string }): string {
  const reading = readGeneratorEnd({ status: 1, stdout: '', stderr: '', ...end });
  return reading.kind === 'failed' ? `${reading.reason} → ${reading.remedy}` : reading.kind;
}

describe('readGeneratorEnd', () => {
  test('finds the URL and the package in what the runbook shows', () => {
    expect(readGeneratorEnd({ status: 0, stdout, stderr })).toEqual({
      kind: 'generated',
      upgradeUrl: url,
      installUrl: 'http://172.31.16.198:80/dcos_install.sh',
      configurationPackage: id,
    });
  });

  test('status 0 is not enough', () => {
    expect(failure({ status: 0, stderr })).toContain('names 0 URLs');
    expect(failure({ status: 0, stdout: stdout + stdout.replace('300b', '400b'), stderr })).toContain(
      'names 2 URLs',
    );
    expect(failure({ status: 0, stdout })).toContain('names 0 packages');
  });

  test.each([
    [
      { stderr: '\u001B[31mmaster_list: Must set master_list, no way to calculate value.\u001B[0m\n' },
      'the generator refuses the configuration: master_list: Must set master_list, no way to calculate value. → master_list: add the key to config.yaml; see that it is not misspelt, then go on',
    ],
    [
      {
        stderr:
          'num_masters: Must have 1, 3, 5, 7, or 9 masters. Found 4\nmaster_list: List cannot contain duplicates: 172.31.31.63 appears 2 times\n',
      },
      'the generator refuses the configuration: num_masters: Must have 1, 3, 5, 7, or 9 masters. Found 4; master_list: List cannot contain duplicates: 172.31.31.63 appears 2 times → num_masters: an even number of masters is refused: change two at a time; master_list: name each host once, then go on',
    ],
    [
      { stderr: 'docker should be installed and running. Aborting.\n' },
      'Docker does not answer on the bootstrap node → start it (systemctl start docker), then go on',
    ],
    [
      {
        status: 125,
        stderr:
          'docker: Error response from daemon: Conflict. The container name "/dcos-genconf" is already in use by container 1a.\n',
      },
      'another run of the generator is under way, or left its container → see `docker ps -a` on the bootstrap node: let it end, or remove the container, then go on',
    ],
    [
      { status: 127, stderr: 'x\n' },
      'Docker could not run the installer: status 127 → see what it printed, then go on',
    ],
  ])('tells why it failed, and what to do: %#', (end, said) => {
    expect(failure(end)).toBe(said);
  });
});
