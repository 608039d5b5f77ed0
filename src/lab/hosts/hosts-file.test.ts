import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machinesOf, parseHostsFile } from './hosts-file.js';

test.each([
  ['lab-5-masters', 14],
  ['lab-3-masters', 9],
])('examples/%s.yaml is a whole file', (name, machines) => {
  const text = readFileSync(new URL(`../../../examples/${name}.yaml`, import.meta.url), 'utf8');
  const read = parseHostsFile(text, name);
  expect(read).toMatchObject({ ok: true });
  expect(read.ok && machinesOf(read.value).length).toBe(machines);
});

test('parseHostsFile says what is wrong, and where', () => {
  const text = `schema: succession.hosts-lab/1
name: small
dcos: { version: '1.9.10', variant: open, security: strict }
bootstrap: 10.0.0.1
masters: [10.0.0.300]
`;
  const read = parseHostsFile(text, 'lab.yaml');
  expect(read.ok ? [] : read.faults.map((fault) => fault.message)).toEqual([
    "'masters.0': '10.0.0.300' is not an IPv4 address: 300 is above 255. Write four numbers from 0 to 255 joined by dots, such as 10.0.0.1.",
  ]);
  const twice = parseHostsFile(
    text.replace('10.0.0.300', '10.0.0.1').replace('strict', 'disabled'),
    'lab.yaml',
  );
  expect(twice.ok ? [] : twice.faults.map((fault) => fault.message)).toEqual([
    'The document: names 10.0.0.1 twice.',
  ]);
});
