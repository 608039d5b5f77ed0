import { describe, expect, test } from 'vitest';
import { type Ensemble, sortedEnsemble } from '../../../model/ensemble.js';
import type { MesosMasterReading } from '../../../probe/mesos.js';
import type { GateMoment, ServiceObservation } from '../../../run/platform.js';
import { judgeMasters, type MasterReadings, openGates } from './conditions.js';
import { dcosVersion, type DcosVersion } from '../versions.js';

// Five masters, of which the last is replaced; ids stay.
const [a, b, c, d, old, fresh] = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '10.0.0.4',
  '10.0.0.5',
  '10.0.0.6',
] as const;
const from = sortedEnsemble([a, b, c, d, old]);
const to = sortedEnsemble([a, b, c, d, fresh]);

function version(text: string): DcosVersion {
  const known = dcosVersion(text);
  if (known === undefined) throw new Error(text);
  return known;
}

interface Master {
  readonly list: Ensemble;
  readonly mode: 'leader' | 'follower' | null;
  /** What Exhibitor has, where it differs from `list`; null: it does not answer. */
  readonly exhibitor?: Ensemble | null;
  readonly mesos: Partial<MesosMasterReading> | null;
}

const recovered = { recovered: true, ensembleSize: null };
const behind = { recovered: false, ensembleSize: null };
const up = (mode: Master['mode'], list: Ensemble): Master => ({ list, mode, mesos: {} });
const gated = (mode: Master['mode'], list: Ensemble): Master => ({ list, mode, mesos: null });

function seen(
  dcos: string,
  masters: Readonly<Record<string, Master>>,
  more: {
    readonly host?: string;
    readonly elected?: readonly string[];
    readonly replicas?: number;
    readonly empty?: readonly string[];
  } = {},
): {
  readonly open: readonly string[];
  readonly states: Readonly<Record<string, string>>;
  readonly said: string;
} {
  const entries = Object.entries(masters);
  const running = entries.map(([address]) => address);
  const moment: GateMoment = {
    expectation: {
      serving: entries.filter(([, { mode }]) => mode !== null).map(([address]) => address),
      running,
      stopped: [],
      lists: new Map(entries.map(([address, { list }]) => [address, list])),
      distrusted: [],
      startedEmpty: more.empty ?? [],
      host: more.host ?? null,
    },
    services: new Map(
      entries.map(([address, { mode }]) => [address, { address, mode } as unknown as ServiceObservation]),
    ),
  };
  const elected = more.elected ?? running.slice(0, 1);
  const readings: MasterReadings = {
    exhibitors: new Map(
      entries.map(([address, { list, exhibitor = list }]) => [
        address,
        exhibitor === null
          ? { kind: 'refused', reason: 'ECONNREFUSED' }
          : {
              kind: 'answered',
              value: {
                ensemble: exhibitor,
                serverId: exhibitor.find((member) => member.address === address)?.id ?? null,
              },
            },
      ]),
    ),
    masters: new Map(
      entries.map(([address, { mesos }]) => [
        address,
        mesos === null
          ? { kind: 'refused', reason: 'ECONNREFUSED' }
          : {
              kind: 'answered',
              value: {
                elected: elected.includes(address),
                registrar: recovered,
                overlay: recovered,
                activeAgents: null,
                ...mesos,
              },
            },
      ]),
    ),
    replicas: { kind: 'read', count: more.replicas ?? running.length, addresses: [] },
  };
  const facts = version(dcos);
  const conditions = judgeMasters(facts, moment, readings);
  return {
    open: openGates(facts, moment),
    states: Object.fromEntries(conditions.map(({ name, state }) => [name, state])),
    said: conditions.map((condition) => condition.seen).join(' | '),
  };
}

const settled = {
  [a]: up('leader', to),
  [b]: up('follower', to),
  [c]: up('follower', to),
  [d]: up('follower', to),
  [fresh]: up('follower', to),
};
const allPass = {
  "Exhibitor's lists": 'pass',
  "Mesos' logs": 'pass',
  'Mesos leader': 'pass',
  'Mesos replicas': 'pass',
};

describe('a position-preserving replacement on 1.9.10', () => {
  test('before: everything is waited for', () => {
    expect(seen('1.9.10', settled)).toMatchObject({ open: [a, b, c, d, fresh], states: allPass });
  });

  test('old stopped: nobody would start, those that run go on, and no more is asked', () => {
    const { [fresh]: _, ...four } = Object.fromEntries(
      Object.entries(settled).map(([address, master]) => [address, { ...master, list: from }]),
    );
    const { open, states } = seen('1.9.10', four);
    expect({ open, states }).toEqual({
      open: [],
      states: { "Exhibitor's lists": 'pass', "Mesos' logs": 'pass' },
    });
  });

  test('newcomer installed, cannot join yet: its Mesos is not waited for, but named', () => {
    const moment = {
      [a]: up('leader', from),
      [b]: up('follower', from),
      [c]: up('follower', from),
      [d]: up('follower', from),
      [fresh]: gated(null, to),
    };
    const { states, said } = seen('1.9.10', moment);
    expect(states["Mesos' logs"]).toBe('pass');
    expect(said).toContain(`4 of 5 recovered; not yet: ${fresh}`);
  });

  test('one survivor upgraded, the newcomer out: its services can not start, and are not waited for', () => {
    const moment = {
      [a]: up('leader', from),
      [b]: gated('follower', to),
      [c]: up('follower', from),
      [d]: up('follower', from),
      [fresh]: gated(null, to),
    };
    expect(seen('1.9.10', moment).states["Mesos' logs"]).toBe('pass');
  });

  test('one survivor upgraded, the newcomer serves: both gates are open, and both are waited for', () => {
    const moment = {
      [a]: up('leader', from),
      [b]: gated('follower', to),
      [c]: up('follower', from),
      [d]: up('follower', from),
      [fresh]: { ...up('follower', to), mesos: { registrar: behind } },
    };
    const { open, states, said } = seen('1.9.10', moment);
    expect(open).toEqual([b, fresh]);
    expect(states).toEqual({ "Exhibitor's lists": 'pass', "Mesos' logs": 'wait', 'Mesos leader': 'pass' });
    expect(said).toContain(`3 of 5 recovered; ${b}: ECONNREFUSED; ${fresh}: registrar not recovered`);
  });
});

describe('two of five were lost, and a survivor was started again since', () => {
  const empty = [b, fresh];
  const joined = {
    [a]: gated('follower', from),
    [b]: gated('follower', from),
    [c]: up('leader', from),
    [d]: up('follower', from),
    [fresh]: { ...up('follower', to), mesos: { registrar: behind } },
  };

  function logsWith(mesos: Master['mesos']): string | undefined {
    const rebuilt: Master = { list: to, mode: 'follower', mesos };
    return seen('1.13.9', { ...joined, [b]: rebuilt }, { empty }).states["Mesos' logs"];
  }

  test('the newcomer whose gate is open has no quorum to recover from: nobody waits for it', () => {
    const { open, states, said } = seen('1.13.9', joined, { empty, elected: [] });
    expect(open).toEqual([fresh]);
    expect(states).toEqual({ "Exhibitor's lists": 'pass', "Mesos' logs": 'pass' });
    expect(said).toContain(`2 of 5 recovered; not yet: ${a}, ${b}, ${fresh}, whose services can't start`);
  });

  test('the survivor that gets the list has its log, and with it there is one', () => {
    const upgraded = { ...joined, [a]: gated('follower', to) };
    expect(seen('1.13.9', upgraded, { empty, elected: [] }).states).toEqual({
      "Exhibitor's lists": 'pass',
      "Mesos' logs": 'wait',
      'Mesos leader': 'wait',
    });
  });

  test('one that was lost has none, until it has recovered', () => {
    expect(logsWith(null)).toBe('pass');
    expect(logsWith({ registrar: recovered })).toBe('wait');
  });
});

describe('who may start their services', () => {
  const moment = {
    [a]: up('leader', to),
    [b]: up('follower', to),
    [c]: up('follower', to),
    [d]: gated(null, to),
    [fresh]: gated(null, to),
  };
  test.each([
    ['1.9.10', []],
    ['1.13.9', []],
    ['1.13.10', [a, b, c, d, fresh]],
    ['2.1.1', [a, b, c]],
  ])('by %s', (dcos, open) => {
    expect(seen(dcos, moment).open).toEqual(open);
  });
});

describe('what is no health', () => {
  test('an Exhibitor with another list than its ZooKeeper, except on its way', () => {
    const moment = { ...settled, [c]: { ...up('follower', to), exhibitor: from } };
    expect(seen('1.9.10', moment).states["Exhibitor's lists"]).toBe('alarm');
    expect(seen('1.9.10', moment, { host: c }).states["Exhibitor's lists"]).toBe('wait');
  });

  test('an Exhibitor that does not answer', () => {
    const moment = { ...settled, [c]: { ...up('follower', to), exhibitor: null } };
    expect(seen('1.9.10', moment).states["Exhibitor's lists"]).toBe('wait');
  });

  test('an overlay log that one master lacks while others have it; without any it is no matter', () => {
    const lacking = { ...settled, [d]: { ...up('follower', to), mesos: { overlay: null } } };
    expect(seen('1.9.10', lacking).states["Mesos' logs"]).toBe('wait');
    const none: Record<string, Master> = {};
    for (const [one, master] of Object.entries(settled)) none[one] = { ...master, mesos: { overlay: null } };
    expect(seen('1.9.10', none).states["Mesos' logs"]).toBe('pass');
  });

  test('no leader of Mesos, or two', () => {
    expect(seen('1.9.10', settled, { elected: [] }).states['Mesos leader']).toBe('wait');
    expect(seen('1.9.10', settled, { elected: [a, b] }).states['Mesos leader']).toBe('wait');
  });

  test('a replica too many, counted by whoever can', () => {
    expect(seen('1.9.10', settled, { replicas: 6 }).states['Mesos replicas']).toBe('wait');
    const counting = (size: number): Record<string, Master> =>
      Object.fromEntries(
        Object.entries(settled).map(([address, master]) => [
          address,
          { ...master, mesos: { registrar: { recovered: true, ensembleSize: size } } },
        ]),
      );
    expect(seen('1.11.12', counting(6)).states['Mesos replicas']).toBe('wait');
    expect(seen('1.11.12', counting(5)).states).toEqual(allPass);
  });
});
