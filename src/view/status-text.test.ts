import { expect, test } from 'vitest';
import { plainPalette } from './palette.js';
import { type ClusterStatus, type MemberStatus, statusText } from './status-text.js';

const member: MemberStatus = {
  id: 1,
  address: '10.0.0.1',
  mode: 'leader',
  epoch: 4,
  zxid: '0x400000001',
  version: '3.4.8',
  running: true,
  enabled: true,
  unasked: null,
};
const status: ClusterStatus = {
  schema: 'succession.status/1',
  cluster: 'west',
  leader: '10.0.0.1',
  margin: 0,
  members: [member, { ...member, id: 2, address: '10.0.0.2', mode: 'follower' }],
  run: null,
};

test('a plain ensemble is told without services that it does not have', () => {
  expect(statusText(status, plainPalette)).not.toMatch(/mesos|[Aa]gents/);
});

test('Exhibitor, Mesos and the agents stand beside ZooKeeper, and silence is no health', () => {
  const services = {
    masters: [
      { address: '10.0.0.1', exhibitor: 'serving', mesos: { elected: true, recovered: true } },
      { address: '10.0.0.2', exhibitor: 'latent', mesos: null },
    ],
    agents: { listed: 3, registered: 2, others: ['10.0.1.3'] },
  };
  expect(statusText({ ...status, services }, plainPalette)).toBe(
    [
      'west: 10.0.0.1 leads',
      'id  address   role      epoch  version  starts at boot  exhibitor  mesos',
      ' 1  10.0.0.1  leader        4  3.4.8    yes             serving    elected, recovered',
      ' 2  10.0.0.2  follower      4  3.4.8    yes             latent     -',
      'One more failure stops the service.',
      'Agents registered: 2 of 3; not 10.0.1.3.',
      '',
    ].join('\n'),
  );
});
