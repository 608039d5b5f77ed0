import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../model/ensemble.js';
import { withEnsemble } from './cluster-file-edit.js';

const head = `# our three   masters
schema: succession.cluster/1
name: "payments"   # as in the wiki
platform: zookeeper
idPolicy: sorted
zookeeper: {version: 3.8.0, clientPort: 2181, quorumPort: 2888, electionPort: 3888, settings: {tickTime: 2000}}
`;
const tail = `hosts:
    - {address: 10.0.0.1, directory: /srv/zk}   # rack 1
    - address: 10.0.0.2
      directory: /srv/zk
    - {address: 10.0.0.3, directory: /srv/zk}
    - {address: 10.0.0.25, directory: /srv/zk}
transport: local
paths: {configuration: '{directory}/zoo.cfg', dataDirectory: '{directory}/data'}
commands: {start: a, stop: b, running: c, enable: d, disable: e, enabled: f}
`;
const block = `ensemble:
    - id: 1
      address: 10.0.0.1
    - {id: 2, address: 10.0.0.2}
    - {id: 3, address: 10.0.0.3}
`;
const flow =
  'ensemble: [{id: 1, address: 10.0.0.1}, {id: 2, address: 10.0.0.2}, {id: 3, address: 10.0.0.3}]\n';
const edited = `ensemble:
  - { id: 1, address: "10.0.0.1" }
  - { id: 2, address: "10.0.0.25" }
  - { id: 3, address: "10.0.0.3" }
`;
const ensemble = sortedEnsemble(['10.0.0.1', '10.0.0.25', '10.0.0.3']);

describe('withEnsemble', () => {
  test.each([
    ['in the middle, as a block', head + block + tail, head + edited + tail],
    ['in the middle, on one line', head + flow + tail, head + edited + tail],
    ['at the end', head + tail + block, head + tail + edited],
  ])('replaces the members %s and keeps every other byte', (_name, text, expected) => {
    expect(withEnsemble(text, ensemble, 'f')).toEqual({ ok: true, value: expected });
  });

  test('refuses members that are not among the hosts', () => {
    expect(
      withEnsemble(head + block + tail, sortedEnsemble(['10.0.0.1', '10.0.0.9', '10.0.0.3']), 'f').ok,
    ).toBe(false);
  });
});
