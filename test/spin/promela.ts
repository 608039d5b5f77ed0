// What does docs/reference/proof-model.md say of one script, in Promela? A second opinion, independent of src/proof.
//
// Left out: the rule `stuck`. Elections range over all crowds and cuts over all subsets; no servers are interchangeable.
// Running servers are counted where the document counts ids: two that claim one id break a rule, and end the exploration.

import type { Address } from '../../src/model/ensemble.js';
import type { Script, ScriptStep } from '../../src/proof/zookeeper/script.js';
import { bitsOf, claimOf, majorityOf, regardOf, serversOf, type Bits } from './lists.js';
import { modelText, preamble } from './model-text.js';

/** A script in Promela: `pan` finds an assertion violated for each rule that can be broken. Throws for 16 servers and more. */
export function promelaOf(script: Script, faults: number): string {
  const servers = serversOf(script);
  if (servers.length > 15) throw new Error(`${servers.length} servers do not fit into a short`);
  return [
    `/* ${servers.map((address, index) => `${index}: ${address}`).join(', ')} */`,
    ...constants(script, servers, faults),
    preamble,
    ...start(script, servers),
    ...readLists(script, servers),
    modelText(servers.length, stepOptions(script, servers)),
  ].join('\n');
}

function constants(script: Script, servers: readonly Address[], faults: number): readonly string[] {
  const all = 2 ** servers.length - 1;
  const counted = (list: 'from' | 'to'): string => {
    if (script.family !== '3.5.4') return `${all}`;
    const claims = (theirs: 'from' | 'to'): Bits =>
      bitsOf(
        servers,
        servers.filter((one) => script[list].some(({ id }) => id === claimOf(script[theirs], one))),
      );
    return mixed(claims('to'), claims('from'));
  };
  return [
    `#define SET ${servers.length > 8 ? 'short' : 'byte'}`,
    `#define N ${servers.length}`,
    `#define ALL ${all}`,
    `#define MOST_FAULTS ${faults}`,
    `#define COUNT(s) (${servers.map((_, index) => `(((s) >> ${index}) & 1)`).join(' + ')})`,
    `#define COUNTED (list_to -> ${counted('to')} : ${counted('from')})`,
    `#define LAST_QUORUM (list_to -> ${majorityOf(script.to)} : ${majorityOf(script.from)})`,
    `#define CLASH (${clashes(script, servers).join(' || ') || 'false'})`,
    `#define ACKS(i) ${script.family === '3.5.4' ? 'knows[i]' : 'ALL'}`,
    `#define ELECTORS(i) ${script.family === '3.4.6' ? 'ALL' : 'knows[i]'}`,
    `#define ADOPTS(i, l) ${script.family === '3.4.6' ? 'true' : 'HAS(knows[i], l)'}`,
  ];
}

/** Conditions under which two running servers claim one id: one runs on `from`, the other on `to`. */
function clashes(script: Script, servers: readonly Address[]): readonly string[] {
  return servers.flatMap((old, i) =>
    servers.flatMap((renewed, j) => {
      const claim = claimOf(script.from, old);
      if (i === j || claim === undefined || claim !== claimOf(script.to, renewed)) return [];
      return [`(HAS(up & ~renewed, ${i}) && HAS(up & renewed, ${j}))`];
    }),
  );
}

function sameLists({ from, to }: Script): boolean {
  return from.length === to.length && from.every(({ id, address }) => claimOf(to, address) === id);
}

function start(script: Script, servers: readonly Address[]): readonly string[] {
  const those = (wanted: (server: Script['servers'][number]) => boolean): Bits =>
    bitsOf(
      servers,
      script.servers.filter(wanted).map(({ address }) => address),
    );
  const serving = bitsOf(servers, script.serving);
  const both = bitsOf(
    servers,
    servers.filter((one) => claimOf(script.from, one) !== undefined && claimOf(script.to, one) !== undefined),
  );
  // Where the lists do not differ, nobody can tell which of them a server has.
  const renewed = those(({ holds }) => holds === 'to' || sameLists(script));
  const leader = script.leader === null ? -1 : servers.indexOf(script.leader);
  const running = those((server) => server.running);
  const blank = those(
    ({ address, holds, installed }) =>
      holds === 'nothing' ||
      (script.fresh.includes(address) && installed && !script.serving.includes(address)),
  );
  return [
    'byte point = 0;',
    'byte faults = 0;',
    `SET up = ${running};`,
    `SET group = ${serving};`,
    `byte leader = ${leader === -1 ? 'NOBODY' : leader};`,
    `SET holders = ${leader === -1 ? both : serving};`,
    `bit list_to = ${leader === -1 ? 0 : (renewed >> leader) & 1};`,
    `SET blank = ${blank};`,
    '/* these follow from point */',
    `SET due = ${running};`,
    `SET stopped = ${those((one) => !one.running && !one.fenced && one.holds !== 'nothing')};`,
    `SET renewed = ${renewed};`,
  ];
}

/** Those of `to` that run on the new list, and those of `from` that run on the old one. */
function mixed(to: Bits, from: Bits): string {
  return `((renewed & ${to}) | (~renewed & ${from}))`;
}

function readLists(script: Script, servers: readonly Address[]): readonly string[] {
  const read = servers.flatMap((me, i) => {
    const [toTo, toFrom] = [regardOf(script, me, 'to', 'to'), regardOf(script, me, 'to', 'from')];
    const [fromTo, fromFrom] = [regardOf(script, me, 'from', 'to'), regardOf(script, me, 'from', 'from')];
    const line = (what: 'knows' | 'finds' | 'hears'): string =>
      `  ${what}[${i}] = (HAS(renewed, ${i}) -> ${mixed(toTo[what], toFrom[what])} : ${mixed(fromTo[what], fromFrom[what])});`;
    return [
      line('knows'),
      line('finds'),
      line('hears'),
      `  quorum[${i}] = (HAS(renewed, ${i}) -> ${majorityOf(script.to)} : ${majorityOf(script.from)});`,
    ];
  });
  return ['inline read_lists() {', ...read, '  unread = false', '}'];
}

/** What a step does, one event a line; the last of them leaves the script before the next gate. */
function deedsOf(step: ScriptStep, bit: Bits): readonly string[] {
  const end = `end_process(${bit})`;
  const begin = `begin_process(${bit})`;
  switch (step.kind) {
    case 'stop':
      return [`${end}; stopped = stopped | ${bit}`];
    case 'fence':
      return [`due = due & ~${bit}; stopped = stopped & ~${bit}`];
    case 'install':
      return [
        `${end}; group = group & ~${bit}; leader = (HAS(${bit}, leader) -> NOBODY : leader); renewed = renewed | ${bit}; blank = blank | ${bit}; ${begin}`,
      ];
    case 'start':
      return [begin];
    case 'restart':
      return [end, begin];
    case 'upgrade':
      return [end, `renewed = renewed | ${bit}; ${begin}`];
    default:
      throw new Error('no such step');
  }
}

function stepOptions(script: Script, servers: readonly Address[]): string {
  let point = 0;
  let expected = script.serving;
  const options: string[] = [];
  for (const step of script.steps) {
    options.push(`    /* ${step.kind} ${step.host} */`);
    options.push(`    :: GATE(${point}, ${bitsOf(servers, expected)}) -> pass_gate()`);
    point += 1;
    for (const deed of deedsOf(step, bitsOf(servers, [step.host]))) {
      options.push(`    :: point == ${point} -> d_step { ${deed}; unread = true; point++ }`);
      point += 1;
    }
    expected = step.serving;
  }
  options.push('    /* all is done */', `    :: GATE(${point}, ${bitsOf(servers, expected)}) -> pass_gate()`);
  return options.join('\n');
}
