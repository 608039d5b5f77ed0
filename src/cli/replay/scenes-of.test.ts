import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Plan } from '../../plan/plan.js';
import { prepareStages, tellStage } from '../../plan/verify-plan.js';
import type { Deed } from './deed.js';
import { scenesOf } from './scenes-of.js';

function deedsOf(name: string): readonly string[] {
  const file = new URL(`../../../examples/${name}.json`, import.meta.url);
  const [prepared] = prepareStages(JSON.parse(readFileSync(file, 'utf8')) as Plan);
  const telling = prepared?.kind === 'task' ? tellStage(prepared.task, 1) : null;
  if (telling === null) throw new Error(`${name} has a counterexample`);
  return scenesOf(telling.script, telling.refutation)
    .flatMap((scene) => scene.deeds)
    .filter((deed) => deed.kind !== 'gate' && deed.kind !== 'serve')
    .map(line);
}

function line(deed: Deed): string {
  const where =
    'host' in deed
      ? deed.host
      : 'holders' in deed
        ? deed.holders.join()
        : 'hosts' in deed
          ? deed.hosts.join()
          : '';
  const whom = deed.kind === 'write' ? ` not ${deed.others.join() || 'anybody'}` : '';
  return `${deed.kind} ${where}${whom}`.trim();
}

test('who votes does not get the write, and who has it is silent before there is something to elect', () => {
  expect(deedsOf('hold-back-too-early').filter((deed) => !deed.startsWith('wake zk1,zk2'))).toEqual([
    'lead zk3',
    'up zk4',
    'wake zk4',
    'down zk1',
    'up zk1',
    'wake zk1',
    'down zk2',
    'up zk2',
    'wake zk2',
    'up zk5',
    'wake zk5',
    'write zk2,zk3 not zk1,zk4,zk5',
    'silence zk2',
    'down zk3',
    'silence zk2',
    'wake zk1,zk4,zk5',
    'finish',
    'audit',
  ]);
});

test('in a split brain the old side goes on, and the write needs no holding back', () => {
  const deeds = deedsOf('runbook-expansion');
  expect(deeds).toContain('write 172.31.27.57,172.31.31.133 not anybody');
  expect(deeds.filter((deed) => /^(silence|cut|crash)/.test(deed))).toEqual([]);
});
