import { expect, test } from 'vitest';
import { validateConfig, validateSsh } from './validate-config.js';

const five = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'];
const valid = {
  bootstrap_url: 'http://172.31.16.198:80',
  cluster_name: 'lab',
  exhibitor_storage_backend: 'static',
  master_discovery: 'static',
  master_list: JSON.stringify(five),
};

/** The complaints of the valid configuration with these keys in place of its own; an undefined one is left out. */
function complaints(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  const pairs = Object.entries({ ...valid, ...changes }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const surroundings = { variant: 'open', hasFile: (path: string) => path === 'genconf/ip-detect' } as const;
  return validateConfig(new Map(pairs), surroundings).map(({ key, message }) => `${key}: ${message}`);
}

test('a static cluster passes, with keys that nobody knows', () => {
  expect(complaints({})).toEqual([]);
  expect(complaints({ 'master lst': 'x' })).toEqual([]);
});

test.each([
  [{ master_list: undefined }, ['master_list: Must set master_list, no way to calculate value.']],
  [
    { master_list: undefined, 'master list': JSON.stringify(five) },
    ['master_list: Must set master_list, no way to calculate value.'],
  ],
  [
    { master_list: JSON.stringify(five.slice(1)) },
    ['num_masters: Must have 1, 3, 5, 7, or 9 masters. Found 4'],
  ],
  [
    { master_list: JSON.stringify([...five.slice(0, 4), '172.31.29.82']) },
    ['master_list: List cannot contain duplicates: 172.31.29.82 appears 2 times'],
  ],
  [
    { master_list: JSON.stringify(['172.31.18.300', ' 172.31.1.1', '172.031.1.1']) },
    ['master_list: Invalid IPv4 addresses in list: 172.31.18.300,  172.31.1.1, 172.031.1.1'],
  ],
  [
    { master_list: '[1, true, "172.31.1.1"]' },
    ['master_list: Items in list must be strings, got invalid values: 1 type int, true type bool'],
  ],
  [
    { num_masters: '5' },
    [
      'num_masters: num_masters must be calculated, but was explicitly set in the configuration. Remove it from the configuration.',
    ],
  ],
  [
    { master_discovery: 'statik' },
    [
      "master_discovery: Must be one of 'master_http_loadbalancer', 'static'. Got 'statik'.",
      expect.stringMatching(/^exhibitor_storage_backend: When master_discovery is not static, /),
      expect.stringMatching(/^master_discovery: When /),
    ],
  ],
  [{ bootstrap_url: 'http://172.31.16.198/' }, ["bootstrap_url: Must not end in a '/'"]],
  [{ resolvers: '["8.8.8.8:0"]' }, ['resolvers: Must be between 1 and 65535 inclusive']],
  [
    { ip_detect_filename: 'genconf/other' },
    ['ip_detect_contents: ip-detect script `genconf/other` must exist'],
  ],
])('%o is refused', (changes, expected) => {
  expect(complaints(changes)).toEqual(expected);
});

test('a text in place of the list is said to be none', () => {
  const [first] = complaints({ master_list: '172.31.16.60' });
  expect(first).toMatch(
    /^master_list: Must be a JSON formatted list, but couldn't be parsed the given value/,
  );
});

test('with SSH, lists that overlap and an open key are refused', () => {
  const given = new Map([...Object.entries(valid), ['agent_list', '["172.31.29.82"]'], ['ssh_user', 'core']]);
  const found = validateSsh(given, { keyMode: () => 0o100_644 }).map(
    ({ key, message }) => `${key}: ${message}`,
  );
  expect(found).toEqual([
    'agent_list: master_list and agent_list cannot contain duplicates 172.31.29.82',
    expect.stringMatching(/^ssh_key_path: .*owner-only/),
  ]);
});

test.each([
  [{}, 'ca_certificate_key_path: Must set ca_certificate_key_path, no way to calculate value.'],
  [
    { ca_certificate_key_path: 'genconf/ca.key' },
    'ca_certificate_key_path: file `genconf/ca.key` must exist',
  ],
])('a certificate authority of the operator with %j', (more, expected) => {
  const given = { ...valid, ca_certificate_path: 'genconf/ca.crt', ...more };
  const files = ['genconf/ip-detect', 'genconf/ca.crt'];
  const said = validateConfig(new Map(Object.entries(given)), {
    variant: 'enterprise',
    hasFile: (path) => files.includes(path),
  });
  expect(said.map(({ key, message }) => `${key}: ${message}`)).toEqual([expected]);
});
