import { describe, expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../test/support/dcos-duty.js';
import { type Ensemble, sortedEnsemble } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import type { DutyContext, Surroundings } from '../../run/duty.js';
import type { DcosCluster } from './cluster-file.js';
import { soakDuties } from './services/soak.js';
import { dcosSurroundings } from './surroundings.js';

type Stage = Parameters<Surroundings['beforeStage']>[0];

const nowhere: Transport = {
  run: () => Promise.resolve({ kind: 'unknown', reason: 'nobody is asked' }),
  close: () => Promise.resolve(),
};
const cluster: DcosCluster = {
  ...testCluster,
  agents: { private: ['10.0.1.1'], public: [] },
  dns: { names: ['master.example'] },
  soakMs: 400_000,
};

function stageOf(number: number, from: Ensemble, ensemble: Ensemble, fresh: readonly string[]): Stage {
  return {
    number,
    kind: 'replace',
    method: 'restart',
    from,
    ensemble,
    fresh,
    renumbered: [],
    fullStop: false,
    reason: '',
    steps: [],
  };
}

const [start, half, end] = [
  ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  ['10.0.0.1', '10.0.0.2', '10.0.0.4'],
  ['10.0.0.1', '10.0.0.3', '10.0.0.4'],
].map(sortedEnsemble);
if (start === undefined || half === undefined || end === undefined) throw new Error('three lists');
const stages = [stageOf(1, start, half, ['10.0.0.4']), stageOf(2, half, end, ['10.0.0.3'])] as const;
const plan = { from: start, down: [], stages };

function ids(duties: readonly { readonly id: string }[]): readonly string[] {
  return duties.map((duty) => duty.id);
}

describe('the work around the stages', () => {
  const around = dcosSurroundings(cluster, nowhere, plan);
  test('comes in its order', () => {
    expect(ids(around.beforeRun())).toEqual(['preflight', 'checks', 'audit', 'backup']);
    expect(ids(around.beforeStage(stages[0]))).toEqual(['1.configure']);
    // Of the agents' list only 10.0.0.1 lives throughout the second stage.
    expect(ids(around.afterStage(stages[0], end))).toEqual([
      '1.certificates',
      '1.checks',
      '1.decommission',
      '1.agents',
    ]);
    expect(ids(around.afterStage(stages[1], null))).toEqual([
      '2.certificates',
      '2.checks',
      '2.decommission',
      '2.agents',
    ]);
    expect(ids(around.afterRun())).toEqual(['dns', 'soak.1', 'soak.2', 'end.checks']);
  });

  test('a rebuild at its address changes no list: what the masters run is served again, and they must be whole', () => {
    const rebuild = { ...stageOf(1, start, start, ['10.0.0.2']), kind: 'rebuild' } as const;
    const later = dcosSurroundings({ ...cluster, dcos: { ...cluster.dcos, version: '2.1.0' } }, nowhere, {
      ...plan,
      stages: [rebuild],
    });
    expect(ids(later.beforeStage(rebuild))).toEqual(['1.configure']);
    expect(ids(later.afterStage(rebuild, null))).toEqual(['1.certificates', '1.decommission', '1.checks']);
  });

  test('a stage that undoes another is configured back, and the names stay with the old masters', async () => {
    const undone = dcosSurroundings(cluster, nowhere, plan);
    const undo = stageOf(2, half, start, []);
    expect(ids(undone.beforeStage(undo))).toEqual(['2.configure']);
    expect(ids(undone.afterStage(undo, null))).toEqual(['2.certificates', '2.checks', '2.decommission']);
    const dns = undone.afterRun().find((duty) => duty.kind === 'dns');
    expect(dns?.sentence).toContain('master.example leads to the masters');
  });
});

describe('the quiet time', () => {
  test('is watched in pieces, each once, and none of it where nobody wants it', async () => {
    expect(soakDuties(0)).toEqual([]);
    const watched: number[] = [];
    const { context, said } = testDuty();
    const watching: DutyContext = {
      ...context,
      watchEnsemble: async (ms) => {
        watched.push(ms);
        // In the last piece something happens that mends itself.
        const calm = { kind: 'held', longestBreakMs: 0, elections: 0 } as const;
        return ms === 100_000 ? { ...calm, longestBreakMs: 2400, elections: 1 } : calm;
      },
    };
    const evidence: string[] = [];
    for (const duty of soakDuties(700_000)) {
      expect((await duty.look(watching)).kind).toBe('to-do');
      expect((await duty.perform(watching)).kind).toBe('done');
      const after = await duty.look(watching);
      if (after.kind === 'done') evidence.push(...after.evidence);
    }
    expect(evidence).toEqual([
      'every condition held for 5 min',
      'every condition held for 5 min',
      'watched for 2 min; a condition was not met for 3 s at the longest, and came back by itself; elections meanwhile: 1',
    ]);
    expect(watched).toEqual([300_000, 300_000, 100_000]);
    expect(said).toEqual(['soak: 12 min left', 'soak: 7 min left', 'soak: 2 min left']);
  });

  test('ends when the ensemble does not hold', async () => {
    const failure = {
      code: 'member-down',
      blame: 'cluster',
      message: 'one is down',
      seen: [],
      expected: '',
      next: ['look'],
    } as const;
    const { context } = testDuty();
    const [duty] = soakDuties(1000);
    const outcome = await duty?.perform({
      ...context,
      watchEnsemble: async () => ({ kind: 'failed', failure }),
    });
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'one is down', remedy: 'look' });
  });

  test('the IAM database is dumped on a master that stays, if any can', async () => {
    const asked: string[] = [];
    const transport: Transport = {
      ...nowhere,
      run: (host, script) => {
        if (script.includes('iam-database-backup')) asked.push(host);
        const status = host === cluster.bootstrap.address ? 0 : 1;
        return Promise.resolve({ kind: 'exited', status, stdout: '', stderr: '' });
      },
    };
    const iam = { ...cluster, dcos: { ...cluster.dcos, version: '1.13.9' } };
    const backup = dcosSurroundings(iam, transport, { ...plan, down: ['10.0.0.2'] })
      .beforeRun()
      .at(-1);
    await backup?.perform(testDuty().context);
    expect(asked).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  test('with a second master down the databases are not waited for to be whole, and nobody asks it', async () => {
    const five = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']);
    const gone = { from: five, down: ['10.0.0.4', '10.0.0.5'] };
    const stage = (number: number, fresh: string): Stage => ({
      ...stageOf(number, five, five, [fresh]),
      kind: 'rebuild',
    });
    const both = [stage(1, '10.0.0.4'), stage(2, '10.0.0.5')] as const;
    const asked: string[] = [];
    const checked: string[] = [];
    const transport: Transport = {
      ...nowhere,
      run: (host, script) => {
        if (script.includes('dcos-etcdctl')) asked.push(host);
        if (script.includes('node-poststart')) checked.push(host);
        return nowhere.run(host, script, { timeoutMs: 0, signal: new AbortController().signal });
      },
    };
    const later = { ...cluster, dcos: { ...cluster.dcos, version: '2.1.2' } };
    const around2 = dcosSurroundings(later, transport, { ...gone, stages: both });
    const seenAfter = async (at: Stage): Promise<string> => {
      const duty = around2.afterStage(at, null).find((one) => one.kind === 'decommission');
      return JSON.stringify(await duty?.look(testDuty().context));
    };
    // The newcomer of the first stage is let in when the second one is there.
    expect(await seenAfter(both[0])).not.toMatch(/on 10\.0\.0\.[45]/);
    expect(asked).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
    const checks = around2.afterStage(both[0], null).find((one) => one.kind === 'checks');
    await checks?.look(testDuty().context);
    expect(checked).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    const after = ids(around2.afterStage(both[0], five));
    expect(after).toEqual(['1.certificates', '1.decommission', '1.checks']);
    expect(await seenAfter(both[1])).toMatch(/on 10\.0\.0\.4.*on 10\.0\.0\.5/);
  });

  test.each(['1.9.10', '1.13.9', '2.1.0'])(
    'where services wait for all masters nothing of them is asked before the last dead one is back: %s',
    async (version) => {
      const lists = [
        ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
        ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.5', '10.0.0.6'],
        ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.6', '10.0.0.7'],
      ].map(sortedEnsemble);
      const [five = [], one = [], none = []] = lists;
      const both = [
        stageOf(1, five, one, ['10.0.0.6']),
        stageOf(2, one, none, ['10.0.0.7']),
        { ...stageOf(3, none, none, ['10.0.0.1']), kind: 'rebuild' as const },
      ];
      const gone = { from: five, down: ['10.0.0.4', '10.0.0.5'], stages: both };
      const asked: string[] = [];
      const transport: Transport = {
        ...nowhere,
        run: (host, script, options) => {
          if (script.includes('cockroach node status')) asked.push(host);
          return nowhere.run(host, script, options);
        },
      };
      const dcos = { ...cluster.dcos, version };
      const around3 = dcosSurroundings(
        { ...cluster, dcos, agents: { private: [], public: [] } },
        transport,
        gone,
      );
      const [first, second, third] = both.map((stage) => around3.afterStage(stage, five));
      const databases = version === '2.1.0' ? ['decommission', 'checks'] : ['checks', 'decommission'];
      expect(ids(first ?? [])).toEqual([]);
      expect(ids(second ?? [])).toEqual(['2.certificates', ...databases.map((kind) => `2.${kind}`)]);
      expect(second?.[0]?.sentence).toContain('10.0.0.6, 10.0.0.7');
      const late = second?.find((duty) => duty.kind === 'decommission');
      expect(late?.sentence).toContain('10.0.0.4, 10.0.0.5 out of the databases');
      // Through one that was there all the time: the newcomers' databases may still be starting.
      await late?.look(testDuty().context);
      expect([...new Set(asked)]).toEqual(version === '1.9.10' ? [] : ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
      expect(third?.find((duty) => duty.kind === 'decommission')?.sentence ?? 'nothing').toContain('nothing');
    },
  );

  test.each([
    ['1.13.9', ['10.0.0.2'], 'done'],
    ['1.13.9', [], 'refused'],
    ['1.13.10', ['10.0.0.2'], 'refused'],
  ])('on %s with %j down checks that find fault before a run are %s', async (version, down, expected) => {
    const transport: Transport = {
      ...nowhere,
      run: () => Promise.resolve({ kind: 'exited', status: 3, stdout: '', stderr: 'no' }),
    };
    const dcos = { ...cluster.dcos, version };
    const duties = dcosSurroundings({ ...cluster, dcos }, transport, { ...plan, down }).beforeRun();
    const checks = duties.find((duty) => duty.kind === 'checks');
    expect((await checks?.look(testDuty().context))?.kind).toBe(expected);
  });

  test('a stage that undoes another says the same in every process, and asks neither the dead nor for keys', async () => {
    const enterprise = {
      ...cluster,
      dcos: { version: '1.13.10', variant: 'enterprise', security: 'permissive' } as const,
      agents: { private: [], public: [] },
    };
    const lists = ['12345', '12346', '12367', '13678'].map((digits) =>
      sortedEnsemble(digits.split('').map((digit) => `10.0.0.${digit}`)),
    );
    const [five = [], one = [], two = [], three = []] = lists;
    // The machine of 10.0.0.4 comes back, wiped, in the stage after the one that is undone.
    const down = ['10.0.0.4', '10.0.0.5'];
    const [first, second, third] = [
      stageOf(1, five, one, ['10.0.0.6']),
      stageOf(2, one, two, ['10.0.0.7']),
      stageOf(3, two, three, ['10.0.0.5']),
    ];
    if (first === undefined || second === undefined || third === undefined) throw new Error('three stages');
    const undoes = { ...stageOf(2, one, five, []), reason: 'stage 1 is undone' };
    const said = (known: readonly Stage[]): readonly string[] => {
      const around4 = dcosSurroundings(enterprise, nowhere, { from: five, down, stages: known });
      const duties = [
        ...around4.beforeStage(undoes),
        ...around4.afterStage(undoes, null),
        ...around4.afterRun(),
      ];
      return duties.map((duty) => `${duty.id}: ${duty.sentence}`);
    };
    // The process that takes it back has the plan as it was; a resume has it from the journal.
    expect(said([first, { ...second, fresh: ['10.0.0.7', '10.0.0.5'] }, third])).toEqual(
      said([first, undoes]),
    );
    const text = said([first, undoes]).join('\n');
    expect(text).not.toMatch(/2\.authority:|2\.certificates/);
    expect(text).toContain('2.authority-gone: take the key of your certificate authority off 10.0.0.6');
    const checked: string[] = [];
    const transport: Transport = {
      ...nowhere,
      run: (host, script, options) => {
        checked.push(host);
        return nowhere.run(host, script, options);
      },
    };
    const around5 = dcosSurroundings(enterprise, transport, {
      from: five,
      down,
      stages: [first, second, third],
    });
    around5.afterStage(undoes, null);
    await around5
      .afterRun()
      .find((duty) => duty.id === 'end.checks')
      ?.look(testDuty().context);
    expect(checked).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });
});
