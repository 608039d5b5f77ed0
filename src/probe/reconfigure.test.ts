// Is the node that holds the list read as what it says?

import { describe, expect, test } from 'vitest';
import { WireFormatError } from './jute.js';
import { parseConfiguration } from './reconfigure.js';

describe('parseConfiguration', () => {
  test('reads voters with and without a client port, and leaves observers out', () => {
    const text = [
      'server.1=10.0.0.1:2888:3888:participant',
      'server.7=zk-b:2888:3888:participant;0.0.0.0:2181',
      'server.8=zk-c:2888:3888:observer;2181',
      'server.9=[fe80::1]:2888:3888',
      'version=100000003',
    ].join('\n');
    expect(parseConfiguration(text)).toEqual({
      version: 0x1_0000_0003n,
      ensemble: [
        { id: 1, address: '10.0.0.1' },
        { id: 7, address: 'zk-b' },
        { id: 9, address: 'fe80::1' },
      ],
    });
  });

  test.each([
    ['an empty node, as servers with a static list have it', ''],
    ['a line that can’t be read', 'server.1=what:ever\nversion=1'],
  ])('refuses %s', (_, text) => {
    expect(() => parseConfiguration(text)).toThrow(WireFormatError);
  });
});
