// A member that crashes and comes back on the old list may be unable to join beside a newcomer that it does not know.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { killServer, startServer } from '../../src/lab/lab.js';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { begin, run } from '../support/command.js';
import { testLab } from '../support/lab.js';

describe('a member of three that crashed while the newcomer was installed', () => {
  test('joins by itself or is given the new list, and the run completes', async () => {
    const lab = await testLab(['10.0.0.1', '10.0.0.2', '10.0.0.3'], ['10.0.0.25'], null, 300);
    try {
      const plan = await run(
        lab.home,
        'plan',
        '--cluster',
        lab.lab.clusterFile,
        '--replace',
        '10.0.0.2=10.0.0.25',
        '-o',
        'json',
      );
      const file = join(lab.home, 'plan.json');
      await writeFile(file, plan.out);
      const running = begin(lab.home, ['apply', file, '--cluster', lab.lab.clusterFile, '--yes']);
      await running.says('install 10.0.0.25');
      await killServer(lab.lab.directory, '10.0.0.1');
      const stopped = await running.end;
      expect(stopped.status, stopped.err).toBe(4);
      await startServer(lab.lab.directory, '10.0.0.1');
      const end = await run(lab.home, 'resume', '-o', 'json');
      expect(end.status, end.err).toBe(0);
      expect(JSON.parse(end.out)).toMatchObject({
        status: 'finished',
        to: sortedEnsemble(['10.0.0.1', '10.0.0.25', '10.0.0.3']),
        audit: { lost: 0 },
      });
    } finally {
      await lab.end();
    }
  });
});
