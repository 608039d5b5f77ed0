// The duty before a stage that changes the list: config.yaml holds it, the generator has made it, every master can load it.

import { byCodeUnit, type Address, sameEnsemble } from '../../model/ensemble.js';
import type { Fault } from '../../model/fault.js';
import { forgetDetached, runDetached } from '../../remote/detached.js';
import type { Transport } from '../../remote/transport.js';
import type { Duty, DutyContext, DutyReading, Facts } from '../../run/duty.js';
import type { Failure } from '../../run/failure.js';
import type { Outcome } from '../../run/platform.js';
import {
  generatedLine,
  generateScript,
  rememberScript,
  servedScript,
  writeScript,
} from './bootstrap-scripts.js';
import { differInMastersOnly, withMasterList } from './config-edit.js';
import { editableList, listInWords, readConfig, sameAddresses, unexpectedList } from './config-yaml.js';
import { readGeneratorEnd } from './generator-output.js';
import {
  addressesOf,
  ask,
  type ConfiguredCluster,
  type ListChange,
  reachable,
  read,
  readMasters,
  type Remembered,
  sha256,
  type Work,
} from './configuration-work.js';
import { type Judgement, judgeServed, type MasterReading } from './served-configuration.js';

/** It loads gigabytes into Docker when it runs for the first time. */
const generateMs = 20 * 60_000;

/** Generates the configuration of the stage's ensemble. Works backwards as well: a stage that undoes another has its lists swapped. */
export function configureDuty(cluster: ConfiguredCluster, transport: Transport, stage: ListChange): Duty {
  const target = stage.ensemble.map((member) => member.address);
  const work: Work = {
    cluster,
    transport,
    present: stage.from.map((member) => member.address),
    target: stage.ensemble,
    file: `${cluster.bootstrap.directory}/genconf/config.yaml`,
    number: stage.number,
  };
  return {
    id: `${stage.number}.configure`,
    kind: 'configure',
    sentence: sameEnsemble(stage.from, stage.ensemble)
      ? `see that ${cluster.bootstrap.address} serves the very configuration that the masters run`
      : `generate the configuration with the masters ${listInWords(target)} on ${cluster.bootstrap.address}`,
    waivable: false,
    look: (context) => look(work, context),
    perform: (context) => perform(work, context),
  };
}

async function look(work: Work, context: DutyContext): Promise<DutyReading> {
  const standing = await read(work, context);
  if (standing.kind === 'failed')
    return refused(standing.reason, [], 'the bootstrap node answers', reachable);
  const target = addressesOf(work.target);
  const listed = listOf(work, standing.text);
  if (listed.kind === 'refused') return { kind: 'refused', failure: listed.failure };
  if (!sameAddresses(listed.addresses, target))
    return { kind: 'to-do', evidence: [`${work.file} lists ${listInWords(listed.addresses)}`] };
  const { remembered, sha } = standing;
  if (remembered === null || remembered.configSha !== sha)
    return { kind: 'to-do', evidence: [`${work.file} lists the target; nothing is generated from it yet`] };
  const { upgradeUrl, configurationPackage } = remembered;
  const served = await ask(
    work,
    work.cluster.bootstrap.address,
    servedScript(work.cluster.bootstrap, upgradeUrl, configurationPackage),
    context,
  );
  if (served.kind === 'failed') return refused(served.reason, [], 'the bootstrap node answers', reachable);
  const masters = await readMasters(work, upgradeUrl, context);
  const asServed = judgeServed(remembered, work.target, served.values, masters);
  const judgement =
    asServed.kind === 'good' ? (judgeUnchanged(work, remembered, masters) ?? asServed) : asServed;
  switch (judgement.kind) {
    case 'generate':
      return { kind: 'to-do', evidence: [judgement.why] };
    case 'refused':
      return refused(judgement.message, judgement.seen, judgement.expected, judgement.remedy);
    case 'good':
      return {
        kind: 'done',
        evidence: [
          `${work.file} (sha256 ${sha}) lists the target`,
          `upgrade script: ${upgradeUrl}, configuration: ${configurationPackage}`,
          ...judgement.evidence,
        ],
        facts: factsFrom(remembered, target),
      };
  }
}

/** A host that is rebuilt must get what the others run: the list is not all that a configuration says. */
function judgeUnchanged(
  { present, target }: Work,
  { configurationPackage }: Remembered,
  masters: readonly MasterReading[],
): Judgement | null {
  if (!sameAddresses(present, addressesOf(target))) return null;
  const others = masters.flatMap((one) =>
    one.kind === 'read' && one.package !== null && one.package !== configurationPackage
      ? [`${one.address} runs ${one.package}`]
      : [],
  );
  return others.length === 0
    ? null
    : {
        kind: 'refused',
        message: `genconf makes ${configurationPackage}, and that is not what the masters run, although the list is the same`,
        seen: others,
        expected: 'a host that is rebuilt gets the configuration of the others',
        remedy:
          'bring genconf/ back to what the masters run, or give all of them the new configuration first',
      };
}

/** What the actions of the stage read. */
function factsFrom(remembered: Remembered, target: readonly Address[]): Facts {
  const { upgradeUrl, installUrl, configurationPackage, previousPackage } = remembered;
  const masterList = [...target].sort(byCodeUnit).join(',');
  return { upgradeUrl, installUrl, configurationPackage, masterList, previousPackage };
}

async function perform(work: Work, context: DutyContext): Promise<Outcome> {
  const { bootstrap } = work.cluster;
  if (/\s/.test(bootstrap.directory))
    return failed('the path of the generator’s folder holds a blank', 'the generator breaks there: move it');
  const standing = await read(work, context);
  if (standing.kind === 'failed') return unknown(standing.reason);
  const text = nextText(work, standing.text, standing.earlier);
  if (text.kind === 'refused')
    return failed(text.failure.message, text.failure.next.join('; '), text.failure.seen);
  const sha = sha256(text.value);
  const write = writeScript(bootstrap, context.id, standing.sha, sha);
  const written = await ask(work, bootstrap.address, write, context, text.value);
  if (written.kind === 'failed')
    return written.ran ? failed(written.reason, 'look at the file, then go on') : unknown(written.reason);
  const evidence = [`${work.file}: ${written.values.get('did') ?? ''}`, `sha256 ${standing.sha} → ${sha}`];
  return generate(work, context, sha, evidence);
}

async function generate(
  work: Work,
  context: DutyContext,
  sha: string,
  evidence: readonly string[],
): Promise<Outcome> {
  const { transport, cluster } = work;
  const { address } = cluster.bootstrap;
  const unit = `succession-${context.id}-generate`;
  const end = await runDetached(transport, address, {
    unit,
    script: generateScript(cluster.bootstrap, cluster.dcos.version),
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
  const outcome = await concluded(work, context, sha, evidence, reading, from);
  // Its end is known now: the next try, of this run or after a correction, is a run of its own.
  if (outcome.kind !== 'unknown') await forgetDetached(transport, address, unit, context.signal);
  return outcome;
}

async function concluded(
  work: Work,
  context: DutyContext,
  sha: string,
  evidence: readonly string[],
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
  const masters = await readMasters(work, null, context);
  const packages = masters.flatMap((one) =>
    one.kind === 'read' && one.package !== null ? [one.package] : [],
  );
  const { upgradeUrl, installUrl, configurationPackage } = reading;
  const previousPackage = packages.find((one) => one !== configurationPackage) ?? packages[0] ?? '';
  const remembered: Remembered = {
    configSha: sha,
    upgradeUrl,
    installUrl,
    configurationPackage,
    previousPackage,
  };
  const kept = await ask(
    work,
    work.cluster.bootstrap.address,
    rememberScript(context.id),
    context,
    JSON.stringify(remembered),
  );
  return kept.kind === 'failed'
    ? unknown(kept.reason)
    : { kind: 'done', evidence: [...evidence, upgradeUrl, configurationPackage] };
}

/**
 * The text that holds the target. Where a copy that this run kept of the file holds it already and says the same but for
 * the list, that very text comes back: so the generator makes the same package as before.
 */
function nextText(
  work: Work,
  text: string,
  earlier: string | null,
):
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'refused'; readonly failure: Failure } {
  const target = addressesOf(work.target);
  const edited = withMasterList(text, work.file, work.present, target);
  if (!edited.ok) return { kind: 'refused', failure: failureOf(work, edited.faults) };
  if (earlier === null) return { kind: 'text', value: edited.value };
  const [before, after] = [readConfig(earlier, work.file), readConfig(edited.value, work.file)];
  if (!before.ok || !after.ok) return { kind: 'text', value: edited.value };
  const list = editableList(before.value);
  const same =
    list.ok && sameAddresses(list.value.addresses, target) && differInMastersOnly(before.value, after.value);
  return { kind: 'text', value: same ? earlier : edited.value };
}

function listOf(
  work: Work,
  text: string,
):
  | { readonly kind: 'listed'; readonly addresses: readonly Address[] }
  | { readonly kind: 'refused'; readonly failure: Failure } {
  const config = readConfig(text, work.file);
  if (!config.ok) return { kind: 'refused', failure: failureOf(work, config.faults) };
  const list = editableList(config.value);
  if (!list.ok) return { kind: 'refused', failure: failureOf(work, list.faults) };
  const { addresses } = list.value;
  const known = [work.present, addressesOf(work.target)].some((one) => sameAddresses(addresses, one));
  if (known) return { kind: 'listed', addresses };
  return {
    kind: 'refused',
    failure: failureOf(work, unexpectedList(config.value, list.value, work.present)),
  };
}

function failureOf(work: Work, faults: readonly Fault[]): Failure {
  return {
    code: 'configure',
    blame: 'operator',
    message: `${work.file} on ${work.cluster.bootstrap.address} can't be changed as it stands`,
    seen: faults.map((fault) => `${fault.place}: ${fault.message} (${fault.rule})`),
    expected: `a 'master_list' with ${listInWords(work.present)}`,
    next: [...new Set(faults.map((fault) => fault.remedy)), 'then resume'],
  };
}

function refused(message: string, seen: readonly string[], expected: string, remedy: string): DutyReading {
  const next = [remedy, 'then resume'];
  return { kind: 'refused', failure: { code: 'configure', blame: 'cluster', message, seen, expected, next } };
}

function failed(reason: string, remedy: string, evidence: readonly string[] = []): Outcome {
  return { kind: 'failed', reason, evidence, remedy };
}

function unknown(reason: string): Outcome {
  return { kind: 'unknown', reason, evidence: [], remedy: reachable };
}
