import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withMasterList } from './config-edit.js';

const five = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63'];
const next = [...five.slice(0, 4), '172.31.40.7'];

function edited(text: string, target: readonly string[] = next, present: readonly string[] = five): string {
  const result = withMasterList(text, 'config.yaml', present, target);
  return result.ok
    ? result.value
    : result.faults.map((one) => `${one.place} ${one.rule}: ${one.message}`).join('\n');
}

const person = `---
# The cluster of the third floor.
bootstrap_url: http://172.31.16.198:80   # nginx
master_discovery: static
exhibitor_storage_backend: static

# Masters. Do not sort!
master_list:
- 172.31.31.63      # rack 3
- "172.31.18.152"
# the old rack
-   '172.31.29.145'
- 172.31.29.82
- 172.31.16.60

resolvers: [169.254.169.253,
   8.8.8.8]
`;

describe('withMasterList', () => {
  test('puts the newcomer where the one that goes stood, and every other byte stays', () => {
    expect(edited(person)).toBe(person.replace('172.31.31.63 ', '172.31.40.7 '));
  });

  test('takes entries out with their lines and puts entries in after the last, in its style; back again', () => {
    const three = five.slice(0, 3);
    const small = edited(person, three);
    expect(small).toBe(person.replace('- 172.31.31.63      # rack 3\n', '').replace('- 172.31.29.82\n', ''));
    expect(edited(small, five, three)).toBe(
      small.replace('- 172.31.16.60\n', '- 172.31.16.60\n- 172.31.29.82\n- 172.31.31.63\n'),
    );
  });

  test('keeps CRLF, quotes and an end without a newline', () => {
    const text =
      'bootstrap_url: http://b\r\nmaster_list:\r\n  - "10.0.0.1"\r\n  -  "10.0.0.2" # two\r\n  -  "10.0.0.3"';
    const list = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    expect(edited(text, ['10.0.0.1', '10.0.0.2', '10.0.0.9'], list)).toBe(
      text.replace('10.0.0.3', '10.0.0.9'),
    );
    expect(edited(text, [...list, '10.0.0.4', '10.0.0.5'], list)).toBe(
      `${text}\r\n  -  "10.0.0.4"\r\n  -  "10.0.0.5"`,
    );
    expect(edited(text, ['10.0.0.1'], list)).toBe(
      'bootstrap_url: http://b\r\nmaster_list:\r\n  - "10.0.0.1"',
    );
  });

  test('edits flow lists, on one line or on several', () => {
    const list = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const one = 'bootstrap_url: http://b\nmaster_list: [10.0.0.1, "10.0.0.2",10.0.0.3] # three\n';
    expect(edited(one, ['10.0.0.1'], list)).toBe(
      'bootstrap_url: http://b\nmaster_list: [10.0.0.1] # three\n',
    );
    expect(edited(one, ['10.0.0.1', '10.0.0.3', '10.0.0.7'], list)).toBe(one.replace('10.0.0.2', '10.0.0.7'));
    const tall = 'bootstrap_url: http://b\nmaster_list: [\n  10.0.0.1,\n  10.0.0.2,\n  10.0.0.3,\n]\n';
    expect(edited(tall, [...list, '10.0.0.4', '10.0.0.5'], list)).toBe(
      tall.replace('10.0.0.3,', '10.0.0.3,\n  10.0.0.4,\n  10.0.0.5,'),
    );
    const remark = tall.replace('10.0.0.2,', '10.0.0.2, # two');
    expect(edited(remark, ['10.0.0.1', '10.0.0.2', '10.0.0.4'], list)).toBe(
      remark.replace('10.0.0.3', '10.0.0.4'),
    );
    expect(edited(remark, ['10.0.0.1'], list)).toContain('no safe way to remove 10.0.0.3');
  });

  test('a file that holds the target already stays as it is', () => {
    expect(edited(edited(person))).toBe(edited(person));
  });

  test.each([
    [
      'the runbook’s key',
      person.replace('master_list', 'master list'),
      "config.yaml:8 misspelt-key: The key 'master list' means nothing to the generator, which reads 'master_list'.",
    ],
    [
      'the runbook’s address',
      person.replace('172.31.18.152', '172.31.18.52'),
      'config.yaml:9 unexpected-list: The file lists 172.31.16.60, 172.31.18.52, 172.31.29.145, 172.31.29.82, 172.31.31.63; the cluster runs with 172.31.16.60, 172.31.18.152, 172.31.29.145, 172.31.29.82, 172.31.31.63.\nconfig.yaml:10 unknown-member: 172.31.18.52 is not a master of the cluster; did you mean 172.31.18.152?\nconfig.yaml:9 member-not-listed: 172.31.18.152 is a master of the cluster, and the file does not list it: the generator would take it out.',
    ],
    ['no list', 'bootstrap_url: http://b\n', "config.yaml:1 no-master-list: There is no 'master_list'."],
    [
      'one twice',
      person.replace('172.31.16.60', '172.31.29.82'),
      'config.yaml:14 duplicate-address: 172.31.29.82 is listed twice: it is item 4 already.',
    ],
    [
      'a text',
      'bootstrap_url: http://b\nmaster_list: 10.0.0.1\n',
      "config.yaml:2 malformed-list: 'master_list' is no list.",
    ],
    [
      'a number',
      person.replace('172.31.16.60', '172.31'),
      "config.yaml:14 malformed-address: This entry of 'master_list' is no address in one line.",
    ],
    [
      'a name',
      person.replace('172.31.16.60', 'm1.example.com'),
      "config.yaml:14 malformed-address: 'm1.example.com' is not an IPv4 address.",
    ],
    [
      'a count',
      `${person}num_masters: 5\n`,
      "config.yaml:18 num-masters: 'num_masters' is given; the generator calculates it.",
    ],
    [
      'another backend',
      person.replace('backend: static', 'backend: aws_s3'),
      "config.yaml:5 exhibitor-storage-backend: 'exhibitor_storage_backend' is 'aws_s3', and not 'static'.",
    ],
    [
      'a bootstrap that no host reaches',
      person.replace('http://172.31.16.198:80', 'file:///opt/dcos_install_tmp'),
      "config.yaml:3 bootstrap-url: 'bootstrap_url' is 'file:///opt/dcos_install_tmp': no host can load an upgrade script from there.",
    ],
    [
      'an anchor',
      person.replace('master_list:', 'master_list: &masters'),
      "config.yaml:8 shared-list: 'master_list' uses an anchor or an alias: a change of it could change another key as well.",
    ],
    [
      'a key twice',
      `${person}master_list: []\n`,
      'config.yaml:18 config-yaml: This is not YAML as the generator reads it: Map keys must be unique.',
    ],
  ])('refuses %s, with its line', (_, text, said) => {
    expect(edited(text)).toBe(said);
  });

  test('whatever stands around the list, and whatever comes and goes: only the list changes', () => {
    const address = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.0.${a}.${b}`);
    const list = fc.uniqueArray(address, { minLength: 1, maxLength: 9 });
    const lineBreak = fc.constantFrom('\n', '\r\n');
    const around = fc
      .array(
        fc.constantFrom(
          '',
          '# a remark',
          'a_list: [1, 2] # x',
          'text: >\n  folded\n  text',
          'map:\n  deep: {a: b}',
          'agent_list:\n- 10.9.9.9',
          '   # far in',
        ),
        { maxLength: 6 },
      )
      .map((parts) =>
        parts
          .filter((part, index) => part === '' || part.includes('#') || parts.indexOf(part) === index)
          .filter(
            (part, index, all) =>
              !part.startsWith('a_list') || all.findIndex((one) => one.startsWith('a_list')) === index,
          ),
      );
    const style = fc.constantFrom('', "'", '"');
    const shape = fc.record({
      flow: fc.boolean(),
      indent: fc.nat(4),
      blanks: fc.integer({ min: 1, max: 3 }),
      quote: style,
      remark: fc.boolean(),
      newlineAtEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(list, list, around, shape, lineBreak, (present, target, parts, how, br) => {
        const entries = present.map((one) => how.quote + one + how.quote);
        const lines = how.flow
          ? [`master_list: [ ${entries.join(' , ')} ]`]
          : [
              'master_list:',
              ...entries.map(
                (one) =>
                  `${' '.repeat(how.indent)}-${' '.repeat(how.blanks)}${one}${how.remark ? ' # why' : ''}`,
              ),
            ];
        const text =
          ['bootstrap_url: http://b', ...parts.slice(0, 3), ...lines].join('\n').replaceAll('\n', br) +
          (how.newlineAtEnd ? br : '');
        const result = withMasterList(text, 'config.yaml', present, target);
        if (!result.ok) throw new Error(JSON.stringify(result.faults));
        const [was, is]: Record<string, unknown>[] = [text, result.value].map(
          (one) => parse(one, { version: '1.1' }) as Record<string, unknown>,
        );
        expect({ ...is, master_list: null }).toEqual({ ...was, master_list: null });
        expect([...((is?.['master_list'] ?? []) as string[])].sort()).toEqual([...target].sort());
        expect(result.value.slice(0, text.indexOf('master_list'))).toBe(
          text.slice(0, text.indexOf('master_list')),
        );
        expect(result.value.endsWith(br)).toBe(how.newlineAtEnd);
        if (present.length === target.length) {
          const back = withMasterList(result.value, 'config.yaml', target, present);
          expect(back.ok && back.value.length).toBe(text.length);
        }
      }),
      { numRuns: 100 },
    );
  });
});
