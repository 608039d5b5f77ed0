import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressesWithin, blockHas, liesIn, parseBlock, type AddressBlock } from './address-block.js';

function block(text: string): AddressBlock {
  const parsed = parseBlock(text, 'candidates, item 1');
  if (!parsed.ok) throw new Error(parsed.faults[0]?.message);
  return parsed.value;
}

const everywhere = { after: null, before: null };

describe('parseBlock', () => {
  test('leaves out the network and the broadcast address, except where there are none', () => {
    expect([...addressesWithin(block('10.0.0.0/30'), everywhere)]).toEqual(['10.0.0.1', '10.0.0.2']);
    expect([...addressesWithin(block('10.0.0.4/31'), everywhere)]).toEqual(['10.0.0.4', '10.0.0.5']);
    expect([...addressesWithin(block('10.0.0.4/32'), everywhere)]).toEqual(['10.0.0.4']);
    expect([...addressesWithin(block('10.0.0.4'), everywhere)]).toEqual(['10.0.0.4']);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/x', '10.0.0.7/24', '10.0.0/24'])(
    'refuses %j',
    (text) => {
      expect(parseBlock(text, 'candidates, item 1').ok).toBe(false);
    },
  );
});

describe('addressesWithin', () => {
  const small = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => block(`10.${a}.${b - (b % 2)}.0/23`));
  const bound = fc.option(fc.ipV4());

  test('finds exactly what a look at every address of the block finds', () => {
    fc.assert(
      fc.property(small, bound, bound, (within, after, before) => {
        const all = [...addressesWithin(within, everywhere)];
        const interval = { after, before };
        expect([...addressesWithin(within, interval)]).toEqual(
          all.filter((address) => liesIn(interval, address)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('finds the few addresses of a large block that do, without looking at all of them', () => {
    const interval = { after: '10.99.99.97', before: '11.0.0.0' };
    expect([...addressesWithin(block('10.0.0.0/8'), interval)]).toEqual(['10.99.99.98', '10.99.99.99']);
  });
});

describe('blockHas', () => {
  test('knows the ends of a block', () => {
    const found = ['10.0.0.0', '10.0.0.1', '10.0.0.254', '10.0.0.255', '10.0.1.1'].map((address) =>
      blockHas(block('10.0.0.0/24'), address),
    );
    expect(found).toEqual([false, true, true, false, false]);
  });
});
