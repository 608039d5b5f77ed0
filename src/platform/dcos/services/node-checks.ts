// What do a node's own checks say of it? The program is another in each version of DC/OS.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { CheckTool } from '../versions.js';

/** `3dt --diag` (dcos/3dt `3dt.go`), `check node-poststart` of its successors. */
export const checkCommands: Readonly<Record<CheckTool, readonly [program: string, args: string]>> = {
  '3dt': ['/opt/mesosphere/bin/3dt', '--diag'],
  'dcos-diagnostics': ['/opt/mesosphere/bin/dcos-diagnostics', 'check node-poststart'],
  'dcos-check-runner': ['/opt/mesosphere/bin/dcos-check-runner', 'check node-poststart'],
};

/** What the checks found. `faults` and `warnings`: one line each. */
export interface CheckReading {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * It only tells whether every range of CockroachDB has its replicas, which is so again some minutes after a master has
 * left: the work on the databases waits for that itself.
 */
const databaseCheck = 'cockroachdb_replication';

const status = z.string().regex(/^\d+$/).transform(Number);
const answerSchema = z.object({
  there: z.literal(['yes', 'no']),
  status: status.optional(),
  out: z.base64().optional(),
});
const reportSchema = z.object({
  status: z.int(),
  error: z.string().optional(),
  checks: z.record(z.string(), z.object({ output: z.string(), status: z.int() })).default({}),
});

/** Runs the node's checks there. Read-only; never throws. Whatever can't be read is a fault. */
export async function readNodeChecks(
  transport: Transport,
  address: Address,
  tool: CheckTool,
  signal: AbortSignal,
): Promise<CheckReading> {
  const [program, args] = checkCommands[tool];
  const script = `${sayFunctions}
if [ ! -x ${program} ]; then say there no; exit 0; fi
say there yes
text=$(timeout 90 ${program} ${args} 2>/dev/null </dev/null); say status "$?"
printf %s "$text" | tail -c 20000 | say64 out
`;
  const answer = await askHost(transport, address, script, { timeoutMs: 120_000, signal });
  if (answer.kind === 'unknown') return only(`could not be asked: ${answer.reason}`);
  const parsed = answerSchema.safeParse(Object.fromEntries(answer.lines));
  if (!parsed.success) return only(z.prettifyError(parsed.error));
  if (parsed.data.there === 'no') return only(`${program} is not there`);
  return judgeChecks(tool, parsed.data.status ?? 3, textOf(parsed.data.out ?? ''));
}

/**
 * What an exit status and an output mean. `3dt` names each unhealthy unit in a line and ends with 1. Its successors print
 * JSON; a check that could not be run stands in `error` only, and the status stays 0 (dcos/dcos-check-runner
 * `runner/runner.go`).
 */
export function judgeChecks(tool: CheckTool, exitStatus: number, out: string): CheckReading {
  if (tool === '3dt') {
    if (exitStatus === 0) return { faults: [], warnings: [] };
    const lines = out.split('\n').filter((line) => line.trim() !== '');
    return { faults: lines.length > 0 ? lines : [`3dt --diag ends with ${exitStatus}`], warnings: [] };
  }
  const report = reportIn(out);
  if (report === null) return only(`the checks end with ${exitStatus} and say nothing that can be read`);
  const told = Object.entries(report.checks)
    .filter(([name, check]) => name !== databaseCheck && check.status !== 0)
    .map(([name, check]) => ({ line: `${name}: ${inOneLine(check.output)}`, isWarning: check.status === 1 }));
  const faults = [
    ...(report.error === undefined ? [] : [`a check could not be run: ${report.error}`]),
    ...told.filter((one) => !one.isWarning).map((one) => one.line),
  ];
  const hasBlame = told.length > 0 || (report.checks[databaseCheck]?.status ?? 0) > 0;
  return {
    faults:
      faults.length === 0 && exitStatus > 1 && !hasBlame ? [`the checks end with ${exitStatus}`] : faults,
    warnings: told.filter((one) => one.isWarning).map((one) => one.line),
  };
}

function reportIn(out: string): z.infer<typeof reportSchema> | null {
  try {
    return reportSchema.safeParse(JSON.parse(out)).data ?? null;
  } catch {
    return null;
  }
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
}

function only(fault: string): CheckReading {
  return { faults: [fault], warnings: [] };
}
