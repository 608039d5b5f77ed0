import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ensembleOf } from '../../model/ensemble.js';
import type { Ensemble } from '../../model/ensemble.js';
import { parseServers, renderZooCfg, rewriteServers } from './zoo-cfg.js';

const ports = { quorumPort: 2888, electionPort: 3888 };

const ensembles: fc.Arbitrary<Ensemble> = fc
  .integer({ min: 1, max: 7 })
  .chain((size) =>
    fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: size, maxLength: size }),
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: size, maxLength: size }),
      )
      .map(([ids, octets]) =>
        ensembleOf(ids.map((id, index) => ({ id, address: `10.0.0.${octets[index]}` }))),
      ),
  );

const otherLines = [
  'tickTime=2000',
  '# server.1=10.0.0.1:2888:3888',
  '',
  '  initLimit = 10  ',
  'server.200=10.1.1.1:2888:3888:observer;2181',
  'quorumListenOnAllIPs=true\t',
];

/** Files whose server lines are scattered between other lines, in each of the forms that ZooKeeper reads. */
const files: fc.Arbitrary<{ readonly ensemble: Ensemble; readonly text: string }> = fc
  .record({
    ensemble: ensembles,
    others: fc.subarray(otherLines),
    places: fc.array(fc.nat({ max: 20 }), { minLength: 7, maxLength: 7 }),
    key: fc.constantFrom('server.', '  server.'),
    separator: fc.constantFrom('=', ' = ', ':'),
    suffix: fc.constantFrom('', ':participant', ';2181', ':participant;0.0.0.0:2181'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    endsWith: fc.constantFrom('line end', 'nothing'),
  })
  .map(({ ensemble, others, places, key, separator, suffix, lineEnd, endsWith }) => {
    const lines = [...others];
    for (const [index, { id, address }] of ensemble.entries()) {
      const line = `${key}${id}${separator}${address}:2888:3888${suffix}`;
      lines.splice((places[index] ?? 0) % (lines.length + 1), 0, line);
    }
    return { ensemble, text: lines.join(lineEnd) + (endsWith === 'line end' ? lineEnd : '') };
  });

/** The lines that list no voting server, without their line ends. */
const othersIn = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => !/^\s*server\./.test(line) || line.includes('observer'));

describe('parseServers', () => {
  test('reads every form of server line', () => {
    fc.assert(
      fc.property(files, ({ ensemble, text }) => {
        expect(parseServers(text)).toEqual({ kind: 'list', ensemble });
      }),
    );
  });

  test.each([
    ['dynamicConfigFile=/etc/zookeeper/dynamic', /dynamicConfigFile/],
    ['weight.1=3', /weight\.1/],
    ['group.1=1:2', /group\.1/],
    ['server.300=10.0.0.1:2888:3888', /1 to 255/],
    ['server.1=10.0.0.1:2888:3888|10.0.1.1:2888:3888', /can't read/],
    ['server.1=10.0.0.1:2888', /can't read/],
    ['server.1=10.0.0.1:2888:3888\nserver.2=10.0.0.1:2888:3888', /twice/],
    ['server.1=10.0.0.1:2888:3888\nserver.1=10.0.0.2:2888:3888', /twice/],
  ])('says what it does not understand: %s', (text, reason) => {
    const servers = parseServers(text);
    if (servers.kind === 'list') throw new Error(`read ${text}`);
    expect(servers.reason).toMatch(reason);
  });
});

describe('rewriteServers', () => {
  test('lists exactly the new servers, and leaves every other line as it was', () => {
    fc.assert(
      fc.property(files, ensembles, ({ text }, target) => {
        const rewritten = rewriteServers(text, target, ports);
        if (rewritten.kind !== 'rewritten') throw new Error(rewritten.reason);
        expect(parseServers(rewritten.text)).toEqual({ kind: 'list', ensemble: target });
        const kept = othersIn(rewritten.text).filter((line) => line !== '');
        expect(kept).toEqual(othersIn(text).filter((line) => line !== ''));
        expect(rewriteServers(rewritten.text, target, ports)).toEqual(rewritten);
      }),
    );
  });

  test('the same list gives the same bytes', () => {
    fc.assert(
      fc.property(files, ({ ensemble, text }) => {
        expect(rewriteServers(text, ensemble, ports)).toEqual({ kind: 'rewritten', text });
      }),
    );
  });

  test('a newcomer takes the line of the id that it takes over, and the form of the others', () => {
    const text = 'tickTime=2000\nserver.1=a:2888:3888;2181\nserver.2=b:2888:3888;2181\nsyncLimit=5';
    const target = ensembleOf([
      { id: 1, address: 'a' },
      { id: 2, address: 'c' },
      { id: 3, address: 'd' },
    ]);
    expect(rewriteServers(text, target, ports)).toEqual({
      kind: 'rewritten',
      text: 'tickTime=2000\nserver.1=a:2888:3888;2181\nserver.2=c:2888:3888;2181\nserver.3=d:2888:3888;2181\nsyncLimit=5',
    });
  });
});

test('renderZooCfg writes a file that lists its servers', () => {
  const ensemble = ensembleOf([{ id: 4, address: '10.0.0.4' }]);
  const text = renderZooCfg({
    settings: { tickTime: 2000, quorumListenOnAllIPs: true },
    clientPort: 2181,
    dataDirectory: '/var/lib/zookeeper',
    dataLogDirectory: '/var/log/zookeeper',
    ensemble,
    ports,
  });
  expect(text).toBe(
    'tickTime=2000\nquorumListenOnAllIPs=true\nclientPort=2181\ndataDir=/var/lib/zookeeper\n' +
      'dataLogDir=/var/log/zookeeper\nserver.4=10.0.0.4:2888:3888\n',
  );
  expect(parseServers(text)).toEqual({ kind: 'list', ensemble });
});
