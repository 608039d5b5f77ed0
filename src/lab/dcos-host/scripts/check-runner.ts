// How are checks chosen, run and reported? (dcos/dcos-check-runner `runner/runner.go`)

import { nodeChecks, type CheckResult, type NodeCheck } from './node-checks.js';

/** What is printed, where, and how the program ends. */
export interface Report {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitStatus: number;
}

const checkTypes = ['node-prestart', 'node-poststart', 'cluster'] as const;
const checkLimitMs = 15_000;

/**
 * `check TYPE [--list] [NAME…]`. Every word after the type is the name of a check; a name that nobody knows runs
 * nothing, and nothing that runs is a success. There are no cluster checks unless the configuration brings some.
 */
export async function runChecks(
  role: 'master' | 'agent',
  version: string,
  args: readonly string[],
): Promise<Report> {
  const [command, type, ...rest] = args;
  const known = checkTypes.find((each) => each === type);
  if (command !== 'check' || known === undefined) {
    return { stdout: '', stderr: `Usage: check [--list] {${checkTypes.join('|')}} [NAME…]\n`, exitStatus: 1 };
  }
  const names = rest.filter((word) => !word.startsWith('--'));
  const all = known === 'node-poststart' ? nodeChecks(role, version) : [];
  const chosen = names.length === 0 ? all : all.filter((check) => names.includes(check.name));
  if (rest.includes('--list')) {
    const listed = chosen.map(({ name, description }) => [
      name,
      { description, timeout: `${checkLimitMs / 1000}s` },
    ]);
    return { stdout: json(Object.fromEntries(listed)), stderr: '', exitStatus: 0 };
  }
  if (names.length > 0 && chosen.length < names.length) {
    const error = 'One or more requested checks could not be found on this node.';
    return { stdout: json({ error, status: 0, checks: {} }), stderr: '', exitStatus: 0 };
  }
  const results = await Promise.all(chosen.map(async (check) => [check.name, await perform(check)] as const));
  const status = Math.max(0, ...results.map(([, result]) => result.status));
  return { stdout: json({ status, checks: Object.fromEntries(results) }), stderr: '', exitStatus: status };
}

/** A check that takes too long is unknown: 3. */
async function perform(check: NodeCheck): Promise<CheckResult> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    const output = `command timed out after ${checkLimitMs / 1000}s`;
    limit = setTimeout(() => resolve({ output, status: 3 }), checkLimitMs);
  });
  const result = await Promise.race([check.perform(), late]);
  clearTimeout(limit);
  return result;
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
