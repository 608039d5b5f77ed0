// A cluster of DC/OS, and what its duties are given: a clock that a wait moves on.

import type { DcosCluster } from '../../src/platform/dcos/cluster-file.js';
import type { DutyContext, Facts } from '../../src/run/duty.js';

/** Three masters of 1.9.10, and no agents. */
export const testCluster: DcosCluster = {
  schema: 'succession.cluster/1',
  name: 'test',
  platform: 'dcos',
  dcos: { version: '1.9.10', variant: 'open', security: 'disabled' },
  bootstrap: { address: '10.0.0.100', directory: '/root/dcos', generator: 'dcos_generate_config.sh' },
  masters: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  agents: { private: [], public: [] },
  ssh: { sudo: 'none' },
};

/** A context, and what was said through it. */
export function testDuty(facts: Facts = {}): {
  readonly context: DutyContext;
  readonly said: readonly string[];
} {
  const said: string[] = [];
  let now = Date.now();
  const context: DutyContext = {
    id: 'test-1.duty',
    facts,
    signal: new AbortController().signal,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    say: (line) => said.push(line),
    watchEnsemble: () => Promise.resolve({ kind: 'interrupted' }),
  };
  return { context, said };
}
