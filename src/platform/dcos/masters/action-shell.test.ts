import { afterEach, describe, expect, test } from 'vitest';
import { type MasterShell, masterShell, type TestUnit } from '../../../../test/support/master-shell.js';
import { fenceScript, stopScript } from './action-script.js';

const exhibitor = 'dcos-exhibitor.service';
const marathon = 'dcos-marathon.service';

let shell: MasterShell;
afterEach(() => shell.end());

function master(units: Readonly<Record<string, TestUnit>>): MasterShell {
  shell = masterShell({ [exhibitor]: { state: 'active' }, ...units });
  return shell;
}

describe('a stop', () => {
  test('says that nothing runs once every unit that is wanted is down, by design or by its own failure too', async () => {
    const { run, states } = master({
      'dcos-mesos-master.service': { state: 'activating' },
      'dcos-signal.service': { state: 'inactive' },
      'dcos-oauth.service': { state: 'active', afterStop: ['failed'] },
      'dcos-logrotate-master.timer': { state: 'active' },
    });
    expect(await run(stopScript)).toEqual({
      status: 0,
      lines: ['did=none of the 5 units of dcos.target runs, nor a ZooKeeper'],
    });
    expect(states()['dcos-oauth.service']).toBe('failed');
  });

  test('stops once more what its socket or timer woke in the meantime', async () => {
    const { run } = master({ 'dcos-3dt.service': { state: 'active', afterStop: ['active', 'inactive'] } });
    expect(await run(stopScript)).toMatchObject({ status: 0 });
  });

  test('waits for what is on its way down', async () => {
    const { run, stops } = master({
      [marathon]: { state: 'active', afterStop: ['deactivating', 'deactivating'] },
    });
    const ending = run(stopScript);
    await expect.poll(() => stops(marathon), { timeout: 10_000 }).toBe(2);
    shell.set(marathon, 'inactive');
    expect(await ending).toMatchObject({ status: 0 });
  });

  test.each(['dcos-cockroach.service', 'dcos-etcd.service', marathon])(
    'is none while %s runs',
    async (unit) => {
      const { run } = master({ [unit]: { state: 'active', afterStop: ['active', 'active'] } });
      expect(await run(stopScript)).toEqual({
        status: 20,
        lines: ['failed=still-running', `detail=${unit} is active`],
      });
    },
  );

  test('of a master whose target wants nothing looks at Exhibitor and Mesos at least', async () => {
    const { run } = master({
      [exhibitor]: { state: 'active', wanted: false },
      'dcos-mesos-master.service': { state: 'inactive', wanted: false },
    });
    expect(await run(stopScript)).toEqual({
      status: 0,
      lines: ['did=neither Exhibitor nor Mesos runs, nor a ZooKeeper; dcos.target wants no unit'],
    });
  });
});

describe('a fence', () => {
  test('is no stop of a master that votes', async () => {
    const { run, states } = master({});
    expect(await run(fenceScript)).toEqual({
      status: 20,
      lines: ['failed=still-running', `detail=${exhibitor} is active`],
    });
    expect(states()[exhibitor]).toBe('active');
  });

  test('is none while anything of the master runs', async () => {
    const unit = { state: 'active', afterStop: ['active', 'active'] };
    const { run } = master({ [exhibitor]: { state: 'inactive' }, [marathon]: unit });
    expect(await run(fenceScript)).toEqual({
      status: 20,
      lines: ['failed=still-running', `detail=${marathon} is active`],
    });
  });

  test('stops what a timer has woken since, and disables all', async () => {
    const { run } = master({
      [exhibitor]: { state: 'inactive' },
      'dcos-signal.service': { state: 'active' },
    });
    expect(await run(fenceScript)).toEqual({
      status: 0,
      lines: [
        'did=none of the 2 units of dcos.target runs, nor a ZooKeeper',
        'did=it is disabled across reboots',
      ],
    });
  });
});
