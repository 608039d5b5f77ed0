// Which mistakes in the model must a test notice? Each is a piece of its text with the mistake in its place.

/** One mistake. `find` must occur exactly once in `file`. */
export interface Mutant {
  /** What is wrong with it, as a sentence about the model. */
  readonly mistake: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ensemble = 'src/model/ensemble.ts';
const roster = 'src/proof/zookeeper/roster.ts';
const elections = 'src/proof/zookeeper/possible-elections.ts';
const model = 'src/proof/zookeeper/model.ts';
const deeds = 'src/proof/zookeeper/deeds.ts';
const course = 'src/proof/zookeeper/course.ts';
const symmetry = 'src/proof/zookeeper/symmetry.ts';
const cuts = 'src/proof/zookeeper/cuts.ts';
const tables = 'src/proof/zookeeper/point-tables.ts';
const writes = 'src/proof/zookeeper/missing-writes.ts';

function mutant(file: string, mistake: string, find: string, replace: string): Mutant {
  return { mistake, file, find, replace };
}

/**
 * What is not in the list changes nothing that can be reached, as the twin shows too: that a crashed server comes back (a
 * cut does the same), that a leader stalls (so does its crash and return), how far votes for unknown ids spread, and who is
 * counted while a leader begins. They are in the model for the story, and because they are so.
 */
export const mutants: readonly Mutant[] = [
  mutant(ensemble, 'half is a majority', 'Math.floor(size / 2) + 1', 'Math.ceil(size / 2)'),
  mutant(ensemble, 'a majority is one more', 'Math.floor(size / 2) + 1', 'Math.floor(size / 2) + 2'),

  mutant(
    roster,
    'a list finds the others by the ids of its own kind',
    'addressOf(list, at(ids[other], index)) === addresses[index]',
    'addressOf(list, at(ids[name], index)) === addresses[index]',
  ),
  mutant(
    roster,
    'whoever hears is told of the wrong list of the other',
    'address: at(addresses, peer), list: lists[other] }',
    'address: at(addresses, peer), list }',
  ),
  mutant(
    roster,
    'up to 3.4.14 a server calls back whoever called',
    "return family === '3.5.4' && idOf(lower.list, higher.address) !== undefined;",
    'return idOf(lower.list, higher.address) !== undefined;',
  ),
  mutant(
    roster,
    'from 3.5.4 on a server calls back by its own list',
    "return family === '3.5.4' && idOf(lower.list, higher.address) !== undefined;",
    'return false;',
  ),
  mutant(
    roster,
    'the lower id calls',
    'const [higher, lower] = a.id > b.id ? [a, b] : [b, a];',
    'const [higher, lower] = a.id < b.id ? [a, b] : [b, a];',
  ),
  mutant(
    roster,
    'votes of unknown ids are counted',
    'return self !== peer && addressOf(list, theirs.id) !== undefined && talk(own, theirs, family);',
    'return self !== peer && talk(own, theirs, family);',
  ),

  mutant(
    elections,
    'acknowledgements of strangers count from 3.5.4 on',
    "return roster.family === '3.5.4' ? at(hearing.knows, leader) | (1 << leader) : roster.all;",
    'return roster.all;',
  ),
  mutant(
    elections,
    'a server joins a leader whom its list does not find',
    '    (at(hearing.finds, server) & (1 << leader)) !== 0 &&\n    voices(hearing, heard)',
    '    voices(hearing, heard)',
  ),
  mutant(
    elections,
    'a server joins without hearing the leader',
    '    (heard & (1 << leader)) !== 0 &&\n    (at(hearing.finds',
    '    (at(hearing.finds',
  ),
  mutant(
    elections,
    'a server joins without hearing a quorum',
    'voices(hearing, heard) >= at(hearing.quorum, server)',
    'heard !== 0',
  ),
  mutant(
    elections,
    'a leader leads without hearing a quorum',
    'if (voices(hearing, (at(hearing.hears, leader) & crowd) | bit) < at(hearing.quorum, leader)) return null;',
    '',
  ),
  mutant(
    elections,
    'whoever voted follows, whether or not its list finds the leader',
    'if (follows && (at(hearing.finds, server) & bit) !== 0) group',
    'if (follows) group',
  ),
  mutant(
    elections,
    'whoever voted follows without a quorum of its own list',
    'if (follows && (at(hearing.finds, server) & bit) !== 0) group',
    'if ((at(hearing.finds, server) & bit) !== 0) group',
  ),
  mutant(
    elections,
    'a leader begins without a quorum that follows',
    'return voices(hearing, group & counted) >= at(hearing.quorum, leader) ? { leader, vetted, group } : null;',
    'return { leader, vetted, group };',
  ),
  mutant(
    elections,
    'everybody that runs takes part in an election',
    'for (const crowd of subsetsBySize(looking & ~(1 << leader))) {',
    'for (const crowd of [looking & ~(1 << leader)]) {',
  ),

  mutant(
    tables,
    'an empty disk knows every write',
    'outcome.vetted.push(vetted & ~blank);',
    'outcome.vetted.push(vetted);',
  ),
  mutant(
    tables,
    'an empty server leads those that have data',
    'if ((blank & (1 << leader)) !== 0 && (vetted & ~blank) !== 0) continue;',
    '',
  ),
  mutant(
    writes,
    'a write is on one more disk than a quorum',
    'return voices >= quorum;',
    'return voices > quorum;',
  ),
  mutant(
    tables,
    'acknowledgements of strangers are no disks up to 3.4.14',
    "counted: family === '3.5.4' ? knows.from | knows.to : all, quorum",
    'counted: knows.from | knows.to, quorum',
  ),
  mutant(
    tables,
    'acknowledgements of strangers are disks from 3.5.4 on',
    "counted: family === '3.5.4' ? knows.from | knows.to : all, quorum",
    'counted: all, quorum',
  ),
  mutant(
    writes,
    'writes are held against the quorum of the other list',
    'const { counted, quorum } = table.lists[state.holdersList];',
    'const { counted, quorum } = table.lists[state.holdersList === 0 ? 1 : 0];',
  ),
  mutant(
    model,
    'an election leaves the quorum of the last leader',
    'after.holdersList = (point.to & (1 << leader)) === 0 ? 0 : 1;',
    '',
  ),
  mutant(
    deeds,
    'whoever goes down takes its writes along',
    '  after.group &= after.up;\n',
    '  after.group &= after.up;\n  after.holders &= after.up;\n',
  ),
  mutant(model, 'whoever joins holds no writes', '    after.holders |= 1 << server;\n', ''),
  mutant(model, 'whoever joins stays without a memory', '    after.blank &= ~(1 << server);\n', ''),
  mutant(
    model,
    'an election leaves the writes where they were',
    '  after.holders = group;\n  after.holdersList',
    '  after.holdersList',
  ),
  mutant(
    model,
    'a gate does not look at who runs',
    'if (state.group !== point.serving || state.up !== point.due) return;',
    'if (state.group !== point.serving) return;',
  ),
  mutant(
    model,
    'a gate does not look at who serves',
    'if (state.group !== point.serving || state.up !== point.due) return;',
    'if (state.up !== point.due) return;',
  ),
  mutant(
    model,
    'a gate forgets that writes have arrived',
    'if (state.leader >= 0) after.holders = state.group;',
    '',
  ),
  mutant(deeds, 'an install leaves the disk as it was', '      after.blank |= target;\n', ''),
  mutant(
    model,
    'a server that a step starts stays in the group that it was in',
    '    after.group &= ~point.target;\n',
    '',
  ),
  mutant(
    model,
    'whoever was stopped never comes back',
    'let rest = table.point.revivable & ~state.up & victims;',
    'let rest = 0;',
  ),
  mutant(
    deeds,
    'a leader keeps its office by the quorum of the other list',
    'const view = (to & bit) === 0 ? roster.views.from : roster.views.to;',
    'const view = (to & bit) !== 0 ? roster.views.from : roster.views.to;',
  ),
  mutant(
    model,
    'two servers may claim one id',
    "if ((state.up & twins) === twins) return 'two-holders';",
    'if (twins === 0) break;',
  ),
  mutant(
    model,
    'a second leader is taken for a lost write',
    "misses ? (state.leader < 0 ? 'lost-write' : 'split-brain') : null;",
    "misses ? 'lost-write' : null;",
  ),
  mutant(model, 'no gate is ever stuck', "return options.canFinish(state) ? null : 'stuck';", 'return null;'),
  mutant(model, 'nobody is ever cut off', '    after.group &= ~cut;\n', '    continue;\n'),

  mutant(
    cuts,
    'one follower at a time is cut off',
    'for (let cut = followers; cut !== 0; cut = (cut - 1) & followers)',
    'for (let cut = followers & -followers; cut !== 0; cut = (cut << 1) & followers)',
  ),
  mutant(
    cuts,
    'a cut leaves less than a quorum',
    '>= at(hearing.quorum, leader)) cuts.push',
    '>= at(hearing.quorum, leader) - 1) cuts.push',
  ),

  mutant(
    course,
    'a fence keeps nobody away',
    "if (kind === 'fence') [due, revivable] = [due & ~target, revivable & ~target];",
    "if (kind === 'fence') due &= ~target;",
  ),
  mutant(
    course,
    'a restart brings the new list',
    "if (kind === 'install' || kind === 'upgrade') to |= target;",
    "if (kind === 'install' || kind === 'upgrade' || kind === 'restart') to |= target;",
  ),
  mutant(
    course,
    'an upgrade leaves the old list',
    "if (kind === 'install' || kind === 'upgrade') to |= target;",
    "if (kind === 'install') to |= target;",
  ),
  mutant(
    course,
    'a server has the new list before its step',
    "points.push({ ...base, phase: 'gate', to, due }",
    "points.push({ ...base, phase: 'gate', to: to | target, due }",
  ),
  mutant(
    course,
    'an installed server that never synced has a memory',
    'blank: empty | unsynced,',
    'blank: empty,',
  ),

  mutant(
    symmetry,
    'interchangeable servers may differ in their disks',
    '        ((state.blank >> server) & 1);',
    '        0;',
  ),
  mutant(
    symmetry,
    'servers are interchangeable whatever is still to be done to them',
    'const named = [point.to, point.due, point.revivable, point.serving, point.target, roster.fresh];',
    'const named = [roster.fresh];',
  ),
  mutant(
    symmetry,
    'servers are interchangeable whoever hears them',
    'return [hearing.hears, hearing.reaches, hearing.knows, hearing.finds].every((rows) =>',
    'return [hearing.ids].slice(1).every((rows) =>',
  ),
];
