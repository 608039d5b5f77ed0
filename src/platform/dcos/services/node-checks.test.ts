import { describe, expect, test } from 'vitest';
import { judgeChecks } from './node-checks.js';

const report = (document: unknown): string => JSON.stringify(document);

describe('the checks of a node', () => {
  test('3dt is well when it ends with 0, and names each unhealthy unit otherwise', () => {
    expect(judgeChecks('3dt', 0, '').faults).toEqual([]);
    expect(judgeChecks('3dt', 1, '[dcos-marathon.service]: Marathon never active\n').faults).toEqual([
      '[dcos-marathon.service]: Marathon never active',
    ]);
    expect(judgeChecks('3dt', 124, '').faults).toEqual(['3dt --diag ends with 124']);
  });

  test('a warning is told and is no fault, a failed or unknown check is one', () => {
    const out = report({
      status: 3,
      checks: {
        clock_sync: { output: 'a bit\n off', status: 1 },
        docker: { output: 'gone', status: 2 },
        slow: { output: 'timed out', status: 3 },
        fine: { output: '', status: 0 },
      },
    });
    expect(judgeChecks('dcos-check-runner', 3, out)).toEqual({
      faults: ['docker: gone', 'slow: timed out'],
      warnings: ['clock_sync: a bit off'],
    });
  });

  test('a check that could not be run stands in `error` only, with status 0, and is a fault', () => {
    const out = report({ status: 0, error: 'no such program', checks: {} });
    expect(judgeChecks('dcos-diagnostics', 0, out).faults).toEqual([
      'a check could not be run: no such program',
    ]);
  });

  test('replicas that CockroachDB still copies are left to the work on the databases', () => {
    const out = report({ status: 2, checks: { cockroachdb_replication: { output: 'under', status: 2 } } });
    expect(judgeChecks('dcos-check-runner', 2, out)).toEqual({ faults: [], warnings: [] });
  });

  test('what says nothing that can be read is a fault', () => {
    expect(judgeChecks('dcos-check-runner', 0, '').faults).toHaveLength(1);
    expect(judgeChecks('dcos-check-runner', 2, report({ status: 2 })).faults).toHaveLength(1);
  });
});
