// After the run: every name of the masters leads to the new ones, to all of them unless it is said to hold some, and to no other.

import type { Address } from '../../model/ensemble.js';
import { resolveName, type NameReading } from '../../probe/dns.js';
import { runProgram } from '../../remote/run-program.js';
import type { Duty, DutyContext } from '../../run/duty.js';
import type { Outcome } from '../../run/platform.js';
import type { DcosCluster } from './cluster-file.js';
import { inWords } from './services/soak.js';

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

/** The names of the cluster file: those that must lead to every master, and those that may hold some of them. */
export function dnsNames({ dns }: DcosCluster): readonly string[] {
  return [...(dns?.names ?? []), ...(dns?.partial ?? [])];
}

/** Runs the operator's hook, where there is one, and waits until the names lead to the masters. */
export function dnsDuty(cluster: DcosCluster, target: DnsTarget): Duty {
  const names = dnsNames(cluster);
  const partial = cluster.dns?.partial ?? [];
  let waited = false;
  return {
    id: 'dns',
    kind: 'dns',
    sentence: `see that ${names.join(', ')} ${names.length === 1 ? 'leads' : 'lead'} to the masters and to no other host`,
    waivable: true,
    look: async (context) => {
      const faults = await look(cluster, target, context.signal);
      if (faults.length === 0)
        return {
          kind: 'done',
          evidence: names.map((name) =>
            partial.includes(name) ? `${name}: masters only` : `${name}: every master, and no other host`,
          ),
        };
      if (!waited) return { kind: 'to-do', evidence: faults };
      const some = partial.length === 0 ? '' : `; ${partial.join(', ')} to some of them`;
      const expected = `${names.join(', ')} lead to ${target.masters.join(', ')} and to nothing else${some}`;
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
  const faultsOf = async (name: string, holds: 'every' | 'some'): Promise<string | null> =>
    nameFault(await resolveName(name, asked), masters, holds);
  const faults = await Promise.all([
    ...(dns?.names ?? []).map((name) => faultsOf(name, 'every')),
    ...(dns?.partial ?? []).map((name) => faultsOf(name, 'some')),
  ]);
  return faults.filter((fault) => fault !== null);
}

/** What is wrong with a name; null when it leads to the masters (to every one, or to some), and to masters only. */
export function nameFault(
  reading: NameReading,
  masters: readonly Address[],
  holds: 'every' | 'some',
): string | null {
  const { name } = reading;
  if (reading.kind === 'unknown') return `${name}: ${reading.reason}`;
  if (reading.addresses.length === 0) return `${name} has no address`;
  const strangers = reading.addresses.filter((address) => !masters.includes(address));
  const missing = masters.filter((address) => holds === 'every' && !reading.addresses.includes(address));
  const parts = [
    ...(strangers.length === 0 ? [] : [`leads to ${strangers.join(', ')}, which is no master`]),
    ...(missing.length === 0 ? [] : [`does not lead to ${missing.join(', ')}`]),
  ];
  return parts.length === 0 ? null : `${name} ${parts.join(', and ')}`;
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
  cluster: DcosCluster,
  { masters, left }: DnsTarget,
): Readonly<Record<string, string>> {
  return {
    SUCCESSION_DNS_NAMES: dnsNames(cluster).join(' '),
    SUCCESSION_DNS_PARTIAL: (cluster.dns?.partial ?? []).join(' '),
    SUCCESSION_MASTERS: masters.join(' '),
    SUCCESSION_LEFT: left.join(' '),
  };
}
