import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../plan/plan.js';
import type { StageVerification, Verification } from '../plan/verification.js';
import { prepareStages, tellStage } from '../plan/verify-plan.js';
import { colourPalette, plainPalette } from './palette.js';
import { replayMarkdown, replayText, type ReplayReport } from './replay-text.js';
import { verificationMarkdown, verificationText } from './verification-text.js';
import { textColumns } from './wrapped.js';

/** The verification of an example, with times that do not depend on this machine. */
function verificationOf(name: string): Verification {
  const file = new URL(`../../examples/${name}.json`, import.meta.url);
  const plan = JSON.parse(readFileSync(file, 'utf8')) as Plan;
  const told = prepareStages(plan).flatMap((one) => {
    const telling = one.kind === 'task' ? tellStage(one.task, 1) : null;
    return one.kind === 'task' ? [{ stage: one.task.stage, telling }] : [];
  });
  const stages = told.map(({ stage, telling }): StageVerification => ({
    stage: stage.number,
    kind: stage.kind,
    steps: stage.steps.length,
    verdict: telling === null ? 'safe' : 'unsafe',
    states: telling?.explored.states ?? 1234,
    transitions: telling?.explored.transitions ?? 5678,
    shares: 1,
    tookMs: 12,
    breaksWith: telling?.faults ?? null,
    counterexample: telling?.refutation.story ?? null,
  }));
  return {
    schema: 'succession.verification/1',
    plan: `${name}.json`,
    zookeeper: plan.zookeeper,
    verdict: stages.some((stage) => stage.verdict === 'unsafe') ? 'unsafe' : 'safe',
    faults: 1,
    states: stages.reduce((sum, stage) => sum + stage.states, 0),
    tookMs: 34,
    stages,
    findings: told.flatMap(({ telling }) => telling?.findings ?? []),
  };
}

describe.each(['worked-example', 'runbook-expansion', 'runbook-replacement', 'hold-back-too-early'])(
  'the proof of %s',
  (name) => {
    const verification = verificationOf(name);

    test('reads as its transcript', async () => {
      await expect(verificationText(verification, plainPalette)).toMatchFileSnapshot(
        `../../test/golden/verification/${name}.txt`,
      );
      await expect(verificationMarkdown(verification)).toMatchFileSnapshot(
        `../../test/golden/verification/${name}.md`,
      );
    });

    test('fits the terminal, and colour changes no letter of it', () => {
      const plain = verificationText(verification, plainPalette);
      expect(plain.split('\n').filter((line) => line.length > textColumns)).toEqual([]);
      const coloured = verificationText(verification, colourPalette);
      // eslint-disable-next-line no-control-regex -- the codes are what is taken out
      expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
      expect(coloured).not.toBe(plain);
    });
  },
);

test('a replay shows what was predicted beside what happened', async () => {
  const report: ReplayReport = {
    schema: 'succession.replay/1',
    plan: 'plan.json',
    stage: 1,
    zookeeper: '3.8.0',
    faults: 0,
    tookMs: 14_700,
    scenes: [
      { predicted: 'zk1, zk2 and zk3 serve, and zk3 leads.', happened: ['zk3 leads; zk1 and zk2 follow'] },
      {
        predicted: 'Write W is acknowledged by zk2 and zk3, enough by the list of three.',
        happened: [
          'zk1, zk4 and zk5 halted until the leader had given them up; /succession-replay-1 acknowledged by zk3, while zk3 leads; zk2 follows',
        ],
      },
      {
        predicted: 'When zk2 and zk3 follow zk1, W is truncated: lost.',
        happened: ['everybody awake', '/succession-replay-1 is missing on 5 of 5 members'],
      },
    ],
    acknowledged: 1,
    lost: 1,
    reproduced: true,
    outcome: 'as predicted: 1 of 1 acknowledged writes lost',
  };
  await expect(replayText(report, plainPalette)).toMatchFileSnapshot('../../test/golden/view/replay.txt');
  await expect(replayMarkdown(report)).toMatchFileSnapshot('../../test/golden/view/replay.md');
});
