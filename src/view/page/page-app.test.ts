import { describe, expect, test } from 'vitest';
import { plan } from '../../../test/support/sample-run.js';
import type { Decision } from '../../run/approvals.js';
import type { JournalRecord, RunEvent } from '../../run/journal-record.js';
import type { LiveReading } from '../../run/live-reading.js';
import { foldJournal } from '../../run/run-state.js';
import { settingsFor } from '../../run/settings.js';
import { agentsGrid } from './agents-grid.js';
import { pictureNow, picturePlanned } from './ensemble-picture.js';
import { pageApp } from './page-app.js';
import { storiesOf } from './plan-draft.js';
import type { PageMoment } from './page-source.js';
import { planPath } from './plan-path.js';

const [stage] = plan.stages;
if (stage === undefined) throw new Error('no stage');

const first = stage.steps[0];
if (first === undefined) throw new Error('no step');
const gate = {
  leader: '10.0.0.3',
  epoch: 4,
  seen: ['10.0.0.1: follower, zxid 0x4', '10.0.0.3: leader, zxid 0x4', '10.0.0.2: connection refused'],
};
const events: readonly RunEvent[] = [
  {
    kind: 'run-started',
    schema: 'succession.journal/1',
    version: 'test',
    run: 'r1',
    purpose: 'apply',
    cluster: 'payments',
    clusterFile: '/c.yaml',
    by: 'ana@ops',
    plan,
    settings: settingsFor(2000, 1000),
  },
  { kind: 'stage-started', stage: 1, epoch: 4, leader: '10.0.0.3' },
  { kind: 'approval-wanted', id: 'stage-1', question: 'begin stage 1?', about: ['it replaces 10.0.0.2'] },
  { kind: 'step-intent', step: first },
  { kind: 'step-acted', id: first.id, result: 'done', evidence: [] },
  { kind: 'step-done', id: first.id, tookMs: 900, heldMs: 6000, gate },
];
const records = events.map((event, seq): JournalRecord => ({
  seq,
  at: new Date(1_800_000_000_000 + seq * 1000).toISOString(),
  previous: '0',
  ...event,
}));
const service = { zxid: '0x400000001', epoch: 4, serverId: null, syncedFollowers: null, ensemble: null };
const live: LiveReading = {
  schema: 'succession.live/1',
  at: 0,
  pid: 1,
  gate: null,
  services: [
    { ...service, address: '10.0.0.1', mode: 'follower' },
    { ...service, address: '10.0.0.2', mode: null, epoch: null, zxid: null },
    { ...service, address: '10.0.0.25', mode: null, epoch: null, zxid: null },
    { ...service, address: '10.0.0.3', mode: 'leader' },
  ],
  servicesAt: 0,
  canary: {
    acknowledged: 1,
    unknown: 0,
    readsMissing: 0,
    sinceLastWriteMs: 1,
    longestGapMs: 0,
    unavailableMs: 0,
  },
  duty: null,
  pausing: false,
};

function served(options: { readonly readOnly?: true } = {}) {
  let moment: PageMoment = { generation: 0, records, live: null, damage: null };
  const waiting: (() => void)[] = [];
  const decisions: (Decision & { readonly id: string })[] = [];
  const app = pageApp({
    source: {
      run: 'r1',
      look: () => moment,
      changed: () =>
        new Promise((resolve) => {
          waiting.push(resolve);
        }),
      availability: () => ({
        sliceMs: 250,
        slices: [{ at: 1_800_000_000_000, acknowledged: 5 }],
        gaps: [{ fromMs: 1_800_000_002_900, toMs: 1_800_000_004_500 }],
        longestGapMs: 1600,
        unavailableMs: 1600,
      }),
      decide: async (id, decision) => {
        decisions.push({ id, ...decision });
        return { kind: 'left' };
      },
    },
    guard: { token: 'secret-token', hosts: () => ['127.0.0.1:8080', 'localhost:8080'] },
    files: new Map([['index.html', { type: 'text/html', body: '<title>page</title>' }]]),
    readOnly: options.readOnly === true,
    version: 'test',
    now: () => 1_800_000_009_000,
    cameFrom: () => '127.0.0.1',
  });
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { host: '127.0.0.1:8080', ...headers } });
  const become = (next: Partial<PageMoment>): void => {
    moment = { ...moment, ...next };
    for (const wake of waiting.splice(0)) wake();
  };
  return { ask, become, decisions };
}

const bearer = { authorization: 'Bearer secret-token' };

describe('who may see the page', () => {
  test('nobody under another name, from another page, or without the token', async () => {
    const { ask } = served();
    expect((await ask('/api/run', { ...bearer, host: 'evil.example:8080' })).status).toBe(421);
    expect((await ask('/api/run', { ...bearer, origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/api/run')).status).toBe(403);
    expect((await ask('/api/run?token=wrong')).status).toBe(403);
    expect((await ask('/api/events?token=wrong')).status).toBe(403);
    expect((await ask('/api/run?token=secret-token', { origin: 'http://127.0.0.1:8080' })).status).toBe(200);
  });

  test('the page itself holds nothing of the run, and lets no request out', async () => {
    const answer = await served().ask('/');
    expect(await answer.text()).toBe('<title>page</title>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('/api/run', () => {
  test('tells the fold and the records, or those after one', async () => {
    const { ask } = served();
    const whole: unknown = await (await ask('/api/run', bearer)).json();
    expect(whole).toMatchObject({
      schema: 'succession.run/1',
      run: 'r1',
      state: { status: 'running' },
      records: records.map(({ seq }) => ({ seq })),
    });
    const rest: unknown = await (await ask('/api/run?after=3', bearer)).json();
    expect(rest).toMatchObject({ records: [{ seq: 4 }, { seq: 5 }] });
    expect(rest).not.toHaveProperty('state');
  });
});

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended without ${wanted}: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe('/api/events', () => {
  test('goes on behind the id that the reader has last, and tells what comes', async () => {
    const { ask, become } = served();
    const answer = await ask('/api/events?token=secret-token', { 'last-event-id': '3' });
    const reader = answer.body?.getReader();
    if (reader === undefined) throw new Error('no body');
    const told = await readUntil(reader, 'event: live');
    expect([...told.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(['4', '5']);
    become({ live });
    expect(await readUntil(reader, 'event: live')).toContain('"mode":"leader"');
    // Another journal in its place: everything anew.
    become({ generation: 1, records: records.slice(0, 1) });
    const anew = await readUntil(reader, 'event: record');
    expect(anew).toContain('{"next":0}');
    await reader.cancel();
  });
});

describe('/api/availability', () => {
  test('names the step that a gap came from', async () => {
    const told: unknown = await (await served().ask('/api/availability', bearer)).json();
    const cause = { id: first.id, label: `${first.kind} ${first.host}` };
    expect(told).toMatchObject({
      gaps: [{ fromMs: 1_800_000_002_900, toMs: 1_800_000_004_500, cause }],
    });
  });
});

const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });

describe('/api/approve', () => {
  test('leaves the decision with who it was and from where', async () => {
    const { ask, decisions } = served();
    const answer = await ask('/api/approve', bearer, post({ id: 'stage-1', by: ' Ada ' }));
    expect(answer.status).toBe(200);
    expect(decisions).toEqual([{ id: 'stage-1', approved: true, by: 'Ada', via: 'page', from: '127.0.0.1' }]);
  });

  test('refuses what nobody asked, nameless people, and read-only pages', async () => {
    const { ask, decisions } = served();
    expect((await ask('/api/approve', bearer, post({ id: '../../x', by: 'Ada' }))).status).toBe(404);
    expect((await ask('/api/approve', bearer, post({ id: 'stage-1', by: ' ' }))).status).toBe(400);
    expect((await ask('/api/approve', {}, post({ id: 'stage-1', by: 'Ada' }))).status).toBe(403);
    const shared = served({ readOnly: true });
    expect((await shared.ask('/api/approve', bearer, post({ id: 'stage-1', by: 'Ada' }))).status).toBe(403);
    // A run that paused asks again when it goes on: an answer from before would be one to another question.
    const paused = served();
    const event = { kind: 'run-paused', reason: 'Bo did not approve' } as const;
    paused.become({ records: [...records, { ...event, seq: 6, at: records[5]?.at ?? '', previous: '0' }] });
    expect((await paused.ask('/api/approve', bearer, post({ id: 'stage-1', by: 'Ada' }))).status).toBe(409);
    expect([...decisions, ...shared.decisions]).toEqual([]);
  });
});

function missing(picture: ReturnType<typeof pictureNow>): readonly string[] {
  return picture?.servers.filter((server) => server.missing).map((server) => server.address) ?? [];
}

describe('what the page draws', () => {
  const state = foldJournal(records);
  if (state === null) throw new Error('no state');

  test('the ensemble as it is seen, with the margin of the list in force', () => {
    const picture = pictureNow(state, live);
    expect(picture).toMatchObject({
      leader: '10.0.0.3',
      serving: 2,
      quorum: 2,
      size: 3,
      margin: 0,
      basis: 'seen',
    });
    expect(picture?.servers.map(({ id, address, role, change }) => [id, address, role, change])).toEqual([
      [1, '10.0.0.1', 'follower', 'stays'],
      [2, '10.0.0.2', 'silent', 'leaves'],
      [2, '10.0.0.25', 'silent', 'comes'],
      [3, '10.0.0.3', 'leader', 'stays'],
    ]);
  });

  test('nobody who leads is no quorum', () => {
    const services = live.services.map((one) => ({ ...one, mode: null }));
    expect(pictureNow(state, { ...live, services })?.margin).toBe(-1);
  });

  test('without a process, as the last gate saw it', () => {
    expect(pictureNow(state, null)).toMatchObject({ leader: '10.0.0.3', serving: 2, basis: 'last-gate' });
  });

  test('of a stopped run, as it was when it stopped, and nothing better', () => {
    const seen = ['10.0.0.1: connection refused', '10.0.0.3: leader, zxid 0x4'];
    const failure = {
      code: 'member-down',
      blame: 'cluster',
      message: '',
      seen,
      expected: '',
      next: [],
    } as const;
    expect(pictureNow({ ...state, status: 'stopped', failure }, null)).toMatchObject({
      basis: 'failure',
      serving: 1,
      margin: -1,
    });
  });

  test('a server that does not serve and should, but none that was taken away or has yet to come', () => {
    expect(missing(pictureNow(state, live))).toEqual([]);
    const services = live.services.map((one) =>
      one.address === '10.0.0.1' ? { ...one, mode: null, epoch: null, zxid: null } : one,
    );
    expect(missing(pictureNow(state, { ...live, services }))).toEqual(['10.0.0.1']);
    expect(missing(picturePlanned(stage, 1))).toEqual([]);
  });

  test('the plan’s prediction, step by step, ends at the new ensemble with its margin', () => {
    const last = picturePlanned(stage, stage.steps.length);
    expect(last.servers.map((server) => server.address)).toEqual(['10.0.0.1', '10.0.0.25', '10.0.0.3']);
    expect(last).toMatchObject({ serving: 3, margin: 1 });
  });

  test('every story of how something goes wrong: of a plan, and of a run that none could be proved for', () => {
    expect(storiesOf(state, null)).toEqual([]);
    const seen = ['10.0.0.3 crashes.', 'Two servers have one id.'];
    const failure = { code: 'refuted', blame: 'cluster', message: '', seen, expected: '', next: [] } as const;
    expect(storiesOf({ ...state, failure }, null)).toEqual([
      { where: ', from what was seen', sentences: seen },
    ]);
    const proof = { ...plan.proof, counterexample: ['In stage 2:', ...seen] };
    expect(storiesOf({ ...state, plan: { ...plan, proof } }, null)).toEqual([
      { where: ' in stage 2', sentences: seen },
    ]);
  });

  test('the path: what was done, and what lies ahead', () => {
    const [path] = planPath(state);
    expect(path?.place).toBe('here');
    expect(path?.steps.map((step) => step.place)).toEqual([
      'done',
      ...stage.steps.slice(1).map(() => 'ahead'),
    ]);
  });

  test('the agents, from what their duty says', () => {
    const begun: JournalRecord = {
      seq: 6,
      at: records[0]?.at ?? '',
      previous: '0',
      kind: 'duty-intent',
      id: '1.agents',
      duty: 'agents',
      sentence: 'give the 40 agents the new list of masters',
    };
    const acted: JournalRecord = {
      seq: 7,
      at: begun.at,
      previous: '0',
      kind: 'duty-acted',
      id: '1.agents',
      result: 'done',
      evidence: ['39 of 40 agents done', '10.0.1.7: docker ps ends with 1'],
    };
    const progress = 'agents 12 of 40, 2 at work, about 9 min left';
    expect(agentsGrid([...records, begun], progress)).toMatchObject({ total: 40, done: 12, atWork: 2 });
    expect(agentsGrid([...records, begun, acted], null)).toMatchObject({
      done: 39,
      faults: [{ agent: '10.0.1.7', seen: 'docker ps ends with 1' }],
    });
    expect(agentsGrid(records, null)).toBeNull();
    const unknown: JournalRecord = {
      ...acted,
      result: 'unknown',
      evidence: ['stopped meanwhile', '12 of 40 agents done'],
    };
    expect(agentsGrid([...records, begun, unknown], null)).toMatchObject({ done: 12, faults: [] });
    // A resume begins the round again: what was done stays done, and what failed is tried again.
    const again = { ...begun, seq: 8 };
    expect(agentsGrid([...records, begun, acted, again], null)).toMatchObject({
      done: 39,
      failed: 0,
      faults: [],
    });
    const failing = 'agents 12 of 40, 2 at work (10.0.1.13, 10.0.1.14), 1 failed';
    expect(agentsGrid([...records, begun], failing)).toMatchObject({ atWork: 2, failed: 1 });
  });
});
