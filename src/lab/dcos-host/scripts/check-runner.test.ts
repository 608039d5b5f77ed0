import { expect, test } from 'vitest';
import { runChecks } from './check-runner.js';

test('a name that nobody knows runs nothing, and that is a success', async () => {
  const report = await runChecks('master', '1.13.9', ['check', 'node-poststart', 'cluster']);
  expect(report.exitStatus).toBe(0);
  expect(JSON.parse(report.stdout)).toMatchObject({ status: 0, checks: {} });
});

test('there are no cluster checks', async () => {
  const report = await runChecks('agent', '1.13.9', ['check', 'cluster']);
  expect([report.exitStatus, JSON.parse(report.stdout)]).toEqual([0, { status: 0, checks: {} }]);
});

test('a host without DC/OS fails its own checks, and names them', async () => {
  const names = ['ip_detect_script', 'mesos_agent_registered_with_masters'];
  const report = await runChecks('agent', '1.13.9', ['check', 'node-poststart', ...names]);
  expect(report.exitStatus).toBe(2);
  expect(Object.keys((JSON.parse(report.stdout) as { checks: object }).checks)).toEqual(names);
});

test('the list names the checks of a role', async () => {
  const report = await runChecks('master', '1.13.9', ['check', '--list', 'node-poststart']);
  expect(report.exitStatus).toBe(1);
  const listed = await runChecks('master', '1.13.9', ['check', 'node-poststart', '--list']);
  expect(Object.keys(JSON.parse(listed.stdout) as object)).toContain('mesos_master_replog_synchronized');
});
