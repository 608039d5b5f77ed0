import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearMiss, parseAddress } from './address.js';

describe('parseAddress', () => {
  test('takes every IPv4 address as it is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(parseAddress(text, 'ipv4', 'target')).toEqual({ ok: true, value: text });
      }),
    );
  });

  test.each([
    ['172.31.018.152', 'leading-zero', 'Write 172.31.18.152,'],
    ['172.31.00.1', 'leading-zero', 'Write 172.31.0.1,'],
    ['172.31.300.1', 'malformed-address', 'Write four numbers'],
    ['172.31.18', 'malformed-address', 'Write four numbers'],
    ['172.31.18.152.1', 'malformed-address', 'Write four numbers'],
    ['172.31.18.-1', 'malformed-address', 'Write four numbers'],
    [' 172.31.18.1', 'malformed-address', 'Write four numbers'],
    ['', 'malformed-address', 'Write four numbers'],
    ['zk1.example.org', 'malformed-address', 'Write four numbers'],
  ])('refuses %j as %s, with the place and what to write instead', (text, rule, remedy) => {
    const parsed = parseAddress(text, 'ipv4', 'target, item 3');
    expect(parsed).toMatchObject({ ok: false, faults: [{ rule, place: 'target, item 3' }] });
    expect(parsed.ok ? '' : parsed.faults[0]?.remedy).toContain(remedy);
  });

  test('takes host names where they are allowed, in lower case', () => {
    expect(parseAddress('ZK1.Example.org', 'ipv4-or-host-name', 'add')).toEqual({
      ok: true,
      value: 'zk1.example.org',
    });
  });

  test.each(['10.0.0', '10.0.0.300', '010.0.0.1', '-zk', 'zk_1', 'zk..org', 'a'.repeat(64), '1.2.3.4.5'])(
    'refuses %j also where host names are allowed',
    (text) => {
      expect(parseAddress(text, 'ipv4-or-host-name', 'add').ok).toBe(false);
    },
  );
});

describe('nearMiss', () => {
  const known = ['172.31.16.60', '172.31.18.152', '172.31.29.145'];

  test.each([
    ['172.31.18.52', '172.31.18.152'],
    ['172.31.81.152', '172.31.18.152'],
    ['172.31.29.154', '172.31.29.145'],
    ['172.31.16.60', undefined],
    ['172.31.22.240', undefined],
  ])('finds for %s: %s', (text, meant) => {
    expect(
      nearMiss(
        text,
        known.filter((address) => address !== text || meant !== undefined),
      ),
    ).toBe(meant);
  });

  test('finds the address again after any one slip', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.nat(),
        fc.constantFrom('left out', 'doubled', 'changed'),
        (address, seed, slip) => {
          const at = seed % address.length;
          const put = slip === 'left out' ? '' : slip === 'doubled' ? `${address[at]}${address[at]}` : 'x';
          expect(nearMiss(address.slice(0, at) + put + address.slice(at + 1), [address])).toBe(address);
        },
      ),
    );
  });
});
