// After the run: every name of the masters leads to the new ones, and to no other.

import type { Address } from '../../model/ensemble.js';
import { resolveName, type NameReading } from '../../probe/dns.js';
import { runProgram } from '../../remote/run-program.js';
import type { Duty, DutyContext } from '../../run/duty.js';
import type { Outcome } from '../../run/platform.js';
import type { DcosCluster } from './cluster-file.js';
import { inWords } from './soak.js';

/** Records live for minutes; a person who changes them by hand may take longer, and resumes. */
const limitMs = 600_000;
const pollMs = 5_000;
const answerMs = 5_000;
const hookMs = 300_000;

/** What the names must lead to. */
export interface DnsTarget {
  readonly masters: readonly Address[];
  /** Addresses that were masters at the start or on the way, and are no more. */
  readonly left: readonly Address[];
}

/** Runs the operator's hook, where there is one, and waits until the names lead to the masters. */
export function dnsDuty(cluster: DcosCluster, target: DnsTarget): Duty {
  const names = cluster.dns?.names ?? [];
  let waited = false;
  return {
    id: 'dns',
    kind: 'dns',
    sentence: `see that ${names.join(', ')} ${names.length === 1 ? 'leads' : 'lead'} to the masters and to no other host`,
    waivable: true,
    look: async (context) => {
      const faults = await look(cluster, target, context.signal);
      if (faults.length === 0) return { kind: 'done', evidence: [`${names.join(', ')}: masters only`] };
      if (!waited) return { kind: 'to-do', evidence: faults };
      const expected = `${names.join(', ')} lead to ${target.masters.join(', ')} and to nothing else`;
      const message = `after ${inWords(limitMs)} a name still does not lead to the masters alone`;
      const next = [remedy, 'then resume; or resume with --waive dns'];
      const failure = { code: 'dns', blame: 'operator', message, seen: faults, expected, next } as const;
      return { kind: 'refused', failure };
    },
    perform: async (context) => {
      const outcome = await change(cluster, target, context);
      waited = true;
      return outcome;
    },
  };
}

async function look(
  { dns }: DcosCluster,
  { masters }: DnsTarget,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const asked = { server: dns?.server, timeoutMs: answerMs, signal };
  const readings = await Promise.all((dns?.names ?? []).map((name) => resolveName(name, asked)));
  return readings.flatMap((reading) => nameFault(reading, masters) ?? []);
}

/** What is wrong with a name; null when it leads to masters, and to masters only. */
export function nameFault(reading: NameReading, masters: readonly Address[]): string | null {
  const { name } = reading;
  if (reading.kind === 'unknown') return `${name}: ${reading.reason}`;
  if (reading.addresses.length === 0) return `${name} has no address`;
  const strangers = reading.addresses.filter((address) => !masters.includes(address));
  return strangers.length === 0 ? null : `${name} leads to ${strangers.join(', ')}, which is no master`;
}

async function change(cluster: DcosCluster, target: DnsTarget, context: DutyContext): Promise<Outcome> {
  const hook = cluster.dns?.hook;
  const evidence: string[] = [];
  if (hook !== undefined) {
    const end = await runProgram({
      program: '/bin/sh',
      args: ['-c', hook],
      environment: { ...process.env, ...hookEnvironment(cluster, target) },
      timeoutMs: hookMs,
      signal: context.signal,
    });
    const said = `${end.stdout}${end.stderr}`.trim().slice(-500);
    if (end.kind === 'unknown')
      return { kind: 'unknown', reason: `dns.hook: ${end.reason}`, evidence: [said], remedy };
    if (end.status !== 0) {
      return { kind: 'failed', reason: `dns.hook ended with status ${end.status}`, evidence: [said], remedy };
    }
    evidence.push('dns.hook ended with status 0');
  }
  const until = context.now() + limitMs;
  for (;;) {
    const faults = await look(cluster, target, context.signal);
    if (context.signal.aborted) return { kind: 'unknown', reason: 'stopped meanwhile', evidence, remedy };
    if (faults.length === 0) return { kind: 'done', evidence };
    const leftMs = until - context.now();
    if (leftMs <= 0) {
      const reason = `not so after ${inWords(limitMs)}`;
      return { kind: 'unknown', reason, evidence: [...evidence, ...faults], remedy };
    }
    context.say(`${faults[0] ?? 'names'}; waiting for another ${inWords(leftMs)}`);
    await context.sleep(Math.min(pollMs, leftMs), context.signal);
  }
}

const remedy = 'change the records where your names are kept, or mend dns.hook in the cluster file';

/** What the hook gets to know: lists with a space between. */
export function hookEnvironment(
  { dns }: DcosCluster,
  { masters, left }: DnsTarget,
): Readonly<Record<string, string>> {
  return {
    SUCCESSION_DNS_NAMES: (dns?.names ?? []).join(' '),
    SUCCESSION_MASTERS: masters.join(' '),
    SUCCESSION_LEFT: left.join(' '),
  };
}
