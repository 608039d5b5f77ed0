// Where a run's approvals are given: at its own terminal, or by another process that leaves a file in the run's folder.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { z } from 'zod';
import { type ApprovalDesk, approvalWays, type Decision } from '../run/approvals.js';
import type { RunFolder } from '../run/run-folder.js';
import type { CommandContext } from './terminal.js';

const decisionSchema: z.ZodType<Decision> = z.object({
  approved: z.boolean().default(true),
  by: z.string().min(1),
  via: z.enum(approvalWays),
  from: z.string(),
});

/** The desk of a run whose process this is. */
export function approvalDesk(context: CommandContext, folder: RunFolder): ApprovalDesk {
  const typed = new Map<string, Decision>();
  let prompt: Interface | null = null;
  const decide = (id: string, line: string): void => {
    const answer = line.trim();
    if (!/^(?:y|yes|n|no)$/i.test(answer)) return;
    const here = { by: context.by, via: 'terminal', from: hostname() } as const;
    typed.set(id, { approved: /^y/i.test(answer), ...here });
  };
  return {
    forget: (id) => rm(decisionPath(folder, id), { force: true }),
    open: ({ id, question, about }) => {
      // Also with `--quiet`: a run that waits for people and does not say so waits for ever. A frame shows it by itself.
      if (context.quiet || !context.terminal.repaints || context.verbose)
        context.terminal.err(
          `${[question, ...about.map((line) => `  ${line}`), waysToApprove(context, folder)].join('\n')}\n`,
        );
      if (!context.terminal.asks || prompt !== null) return;
      prompt = createInterface({ input: process.stdin });
      prompt.on('line', (line) => decide(id, line));
    },
    look: async (id) => typed.get(id) ?? (await readDecision(folder, id)),
    close: (id) => {
      prompt?.close();
      prompt = null;
      typed.delete(id);
      void rm(decisionPath(folder, id), { force: true });
    },
  };
}

function waysToApprove({ terminal }: CommandContext, { run }: RunFolder): string {
  const here = terminal.asks ? 'Type y or n and Enter here, or' : 'Approve it';
  return `${here} from another terminal: succession approve ${run}`;
}

/** Leaves a decision for the run's process. */
export async function leaveDecision(folder: RunFolder, id: string, decision: Decision): Promise<void> {
  await mkdir(folder.approvals, { recursive: true, mode: 0o700 });
  const path = decisionPath(folder, id);
  await writeFile(`${path}.new`, `${JSON.stringify(decision)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function decisionPath(folder: RunFolder, id: string): string {
  return join(folder.approvals, `${id}.json`);
}

/** What is no decision counts for none: it is looked at again. */
async function readDecision(folder: RunFolder, id: string): Promise<Decision | null> {
  try {
    const parsed = decisionSchema.safeParse(JSON.parse(await readFile(decisionPath(folder, id), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
