import { expect, test } from 'vitest';
import { authorityUrl, type ExhibitorSpeech, judgeSpeech } from './bootstrap-authority.js';

const url = 'https://10.0.0.100:443';

function speech(address: string, change: Partial<ExhibitorSpeech> = {}): ExhibitorSpeech {
  return { address, hasArtifacts: false, isEnabled: true, reached: null, ...change };
}

test.each([
  ['bootstrap_url: http://10.0.0.100:80', url],
  ['bootstrap_url: http://boot.example/path', 'https://boot.example:443'],
  ['bootstrap_url: http://b\nexhibitor_bootstrap_ca_url: https://ca.example:8443', 'https://ca.example:8443'],
  ['bootstrap_url: file:///opt/dcos_install_tmp', null],
  ['a: [', null],
])('the bootstrap CA of %j', (text, expected) => {
  expect(authorityUrl(text, 'config.yaml')).toBe(expected);
});

test.each<[string, readonly Partial<ExhibitorSpeech>[], Partial<ExhibitorSpeech>, string | null]>([
  ['reaches the bootstrap CA', [{ hasArtifacts: true }], { reached: 0 }, null],
  ['does not reach it', [{ hasArtifacts: true }], { reached: 7 }, 'does not reach the bootstrap CA'],
  ['has its certificates already', [{ hasArtifacts: true }], { reached: 28, hasArtifacts: true }, null],
  ['comes to masters that speak plainly', [{}], { reached: 0 }, 'would want certificates'],
  ['stays as plain as they', [{}], { reached: 7 }, null],
  ['comes where TLS is off', [{ isEnabled: false }], { reached: 0 }, null],
  ['comes where some are secured', [{ hasArtifacts: true }, {}], { reached: 0 }, 'that of 10.0.0.2 has none'],
])('a newcomer that %s', (_, masters, newcomer, expected) => {
  const all = masters.map((one, index) => speech(`10.0.0.${index + 1}`, one));
  const { faults } = judgeSpeech(all, [speech('10.0.0.4', newcomer)], url);
  expect(faults.length).toBe(expected === null ? 0 : 1);
  expect(faults[0]?.seen ?? '').toContain(expected ?? '');
});
