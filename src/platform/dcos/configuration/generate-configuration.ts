// How the generator is run on the bootstrap node: none but the cluster's own, and what it made is remembered there.

import { addressesIn } from '../../../model/ensemble.js';
import { forgetDetached, runDetached } from '../../../remote/detached.js';
import type { DutyContext } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import {
  earlierScript,
  generatedLine,
  generateScript,
  rememberScript,
  tagScript,
} from './bootstrap-scripts.js';
import { sameAddresses } from './config-yaml.js';
import { ask, reachable, readMasters, type Remembered, type Work } from './configuration-work.js';
import { isBuildOf, otherBuild, takeItsGenerator, versionScript } from './generator-build.js';
import { readGeneratorEnd } from './generator-output.js';
import type { MasterReading } from './served-configuration.js';

/** It loads gigabytes into Docker when it runs for the first time. */
const generateMs = 20 * 60_000;

/**
 * Whether the generator makes the DC/OS that the cluster runs: by the name of its image, which the masters' own version file
 * tells as well, else by asking it. `done` with the evidence when it does.
 */
export async function checkBuild(
  work: Work,
  context: DutyContext,
  masters: readonly MasterReading[],
): Promise<Outcome> {
  const { transport, cluster } = work;
  const { address } = cluster.bootstrap;
  const answer = await ask(work, address, tagScript(cluster.bootstrap), context);
  if (answer.kind === 'failed') return unknown(answer.reason);
  const tag = answer.values.get('tag') ?? '';
  const builds = masters.flatMap((one) =>
    one.kind === 'read' && one.versionFile !== '' ? [one.versionFile] : [],
  );
  if (builds.length > 0 && builds.every((build) => isBuildOf(tag, build)))
    return { kind: 'done', evidence: [`the generator is of the very build that the masters run: ${tag}`] };
  const unit = `succession-${context.id}-version`;
  const end = await runDetached(transport, address, {
    unit,
    script: versionScript(cluster.bootstrap),
    timeoutMs: generateMs,
    signal: context.signal,
    say: (line) => context.say(`generator: ${line}`),
  });
  if (end.kind === 'unknown') return unknown(end.reason);
  await forgetDetached(transport, address, unit, context.signal);
  if (end.kind === 'cut-off') return failed(end.reason, 'go on: it is asked again');
  const reading = readGeneratorEnd(end);
  if (end.status !== 0 && reading.kind === 'failed')
    return failed(reading.reason, reading.remedy, reading.said);
  const other = otherBuild(end.stdout, cluster.dcos);
  return other === null
    ? { kind: 'done', evidence: [`the generator makes DC/OS ${cluster.dcos.version}`] }
    : failed(other, takeItsGenerator);
}

/**
 * Runs it on the file that is there, whose digest is `sha`. `wanted`: what it must make, so that no third configuration
 * comes into a cluster that has two; null: whatever the file says.
 */
export async function generate(
  work: Work,
  context: DutyContext,
  { sha, evidence, wanted }: GenerateOrder,
): Promise<Outcome> {
  const { transport, cluster } = work;
  const { address } = cluster.bootstrap;
  const unit = `succession-${context.id}-generate`;
  const end = await runDetached(transport, address, {
    unit,
    script: generateScript(cluster.bootstrap, context.id, cluster.dcos.version),
    timeoutMs: generateMs,
    signal: context.signal,
    say: (line) => context.say(`generator: ${line}`),
  });
  if (end.kind === 'unknown') return { ...unknown(end.reason), evidence };
  const from = end.kind === 'exited' ? generatedLine.exec(end.stdout) : null;
  const reading =
    end.kind === 'exited'
      ? readGeneratorEnd(end)
      : { kind: 'failed' as const, reason: end.reason, remedy: 'go on: it is run again', said: [] };
  const outcome = await concluded(work, context, { sha, evidence, wanted }, reading, from);
  // Its end is known now: the next try, of this run or after a correction, is a run of its own.
  if (outcome.kind !== 'unknown') await forgetDetached(transport, address, unit, context.signal);
  return outcome;
}

/** What {@link generate} is told. */
export interface GenerateOrder {
  readonly sha: string;
  readonly evidence: readonly string[];
  readonly wanted: string | null;
}

async function concluded(
  work: Work,
  context: DutyContext,
  { sha, evidence, wanted }: GenerateOrder,
  reading: ReturnType<typeof readGeneratorEnd>,
  from: RegExpExecArray | null,
): Promise<Outcome> {
  if (reading.kind === 'failed')
    return failed(reading.reason, reading.remedy, [...evidence, ...reading.said]);
  if (from?.[1] !== sha)
    return failed(
      'genconf/config.yaml changed while the generator ran',
      'let nobody edit it, then go on',
      evidence,
    );
  if (from[2] !== 'new')
    return failed(
      'the generator wrote no new dcos_install.sh',
      'see that genconf/ lies beside the generator',
      evidence,
    );
  const { upgradeUrl, installUrl, configurationPackage } = reading;
  if (wanted !== null && configurationPackage !== wanted)
    return failed(
      `genconf makes ${configurationPackage} now, and not ${wanted}, which the masters ran before: that would be a third configuration`,
      `bring genconf/ (config.yaml, ip-detect, the generator) back to what it was; the copies of config.yaml lie beside it`,
      evidence,
    );
  const previous = await previousOf(work, context, configurationPackage, installUrl);
  if (previous.kind === 'unknown') return previous;
  const { previousPackage, previousUrl } = previous;
  const made = { upgradeUrl, installUrl, configurationPackage, previousPackage, previousUrl };
  return remember(work, context, { configSha: sha, ...made }, [
    ...evidence,
    upgradeUrl,
    configurationPackage,
    ...(previousPackage === '' || previousPackage === configurationPackage
      ? []
      : [
          previousUrl === ''
            ? `no upgrade script leads back to ${previousPackage}: a rollback must generate it`
            : `the way back to ${previousPackage}: ${previousUrl}`,
        ]),
  ]);
}

/** What the masters run, and the script that leads there; with an unchanged list that is what was made. */
async function previousOf(
  work: Work,
  context: DutyContext,
  made: string,
  installUrl: string,
): Promise<
  | { readonly kind: 'known'; readonly previousPackage: string; readonly previousUrl: string }
  | (Outcome & { readonly kind: 'unknown' })
> {
  const masters = await readMasters(work, null, context);
  const packages = masters.flatMap((one) =>
    one.kind === 'read' && one.package !== null ? [one.package] : [],
  );
  const isSameList = sameAddresses(work.present, addressesIn(work.target));
  const previousPackage =
    packages.find((one) => one !== made) ?? (isSameList ? packages[0] : undefined) ?? '';
  if (previousPackage === '') return { kind: 'known', previousPackage, previousUrl: '' };
  const { cluster } = work;
  const wanted = {
    configurationPackage: previousPackage,
    version: cluster.dcos.version,
    installKeptBy: null,
  };
  const script = earlierScript(cluster.bootstrap, wanted);
  const answer = await ask(work, cluster.bootstrap.address, script, context);
  if (answer.kind === 'failed') return unknown(answer.reason);
  return {
    kind: 'known',
    previousPackage,
    previousUrl: servedUrl(installUrl, answer.values.get('path') ?? ''),
  };
}

/** The URL of a path in the served folder; nothing of nothing. */
export function servedUrl(installUrl: string, path: string): string {
  return path === '' ? '' : installUrl.replace(/dcos_install\.sh$/, path);
}

/** Keeps on the bootstrap node what was made. `done` with the evidence. */
export async function remember(
  work: Work,
  context: DutyContext,
  remembered: Remembered,
  evidence: readonly string[],
): Promise<Outcome> {
  const { address } = work.cluster.bootstrap;
  const kept = await ask(work, address, rememberScript(context.id), context, JSON.stringify(remembered));
  return kept.kind === 'failed' ? unknown(kept.reason) : { kind: 'done', evidence };
}

function failed(reason: string, remedy: string, evidence: readonly string[] = []): Outcome {
  return { kind: 'failed', reason, evidence, remedy };
}

function unknown(reason: string): Outcome & { readonly kind: 'unknown' } {
  return { kind: 'unknown', reason, evidence: [], remedy: reachable };
}
