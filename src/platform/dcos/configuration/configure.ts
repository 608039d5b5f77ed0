// The duty before a stage that changes the list: config.yaml holds it, the generator has made it, every master can load it.

import { addressesIn, sameEnsemble } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext, DutyReading, Facts } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import { servedScript, writeScript } from './bootstrap-scripts.js';
import { listInWords, sameAddresses } from './config-yaml.js';
import { failureOf, listOf, nextText } from './configuration-text.js';
import {
  ask,
  type ConfiguredCluster,
  type ListChange,
  listKey,
  reachable,
  read,
  readMasters,
  type Remembered,
  sha256,
  type Work,
} from './configuration-work.js';
import { checkBuild, generate } from './generate-configuration.js';
import { type Judgement, judgeServed, type MasterReading } from './served-configuration.js';
import { allRun, goBack, packageOfBefore } from './way-back.js';

/** Generates the configuration of the stage's ensemble. Works backwards as well: a stage that undoes another has its lists swapped. */
export function configureDuty(cluster: ConfiguredCluster, transport: Transport, stage: ListChange): Duty {
  const target = addressesIn(stage.ensemble);
  const work: Work = {
    cluster,
    transport,
    present: addressesIn(stage.from),
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
  const listed = listOf(work, standing.text);
  if (!listed.ok) return { kind: 'refused', failure: failureOf(work, listed.faults) };
  if (!sameAddresses(listed.value, addressesIn(work.target)))
    return { kind: 'to-do', evidence: [`${work.file} lists ${listInWords(listed.value)}`] };
  const { remembered, sha } = standing;
  if (remembered === null || remembered.configSha !== sha)
    return { kind: 'to-do', evidence: [`${work.file} lists the target; nothing is generated from it yet`] };
  const { bootstrap, dcos } = work.cluster;
  const { upgradeUrl, configurationPackage } = remembered;
  if (upgradeUrl === '') return lookUntouched(work, remembered, context);
  const script = servedScript(bootstrap, upgradeUrl, configurationPackage);
  const served = await ask(work, bootstrap.address, script, context);
  if (served.kind === 'failed') return refused(served.reason, [], 'the bootstrap node answers', reachable);
  const masters = await readMasters(work, upgradeUrl, context);
  const isWayBack = packageOfBefore(work, context.facts, masters) === configurationPackage;
  const wanted = { target: work.target, version: dcos.version, isWayBack };
  const asServed = judgeServed(remembered, wanted, served.values, masters);
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
        facts: factsFrom(remembered, work),
      };
  }
}

/** A way back on which no master needs a script, as long as that is so. */
async function lookUntouched(work: Work, remembered: Remembered, context: DutyContext): Promise<DutyReading> {
  const { configSha, configurationPackage } = remembered;
  const masters = await readMasters(work, null, context);
  if (!allRun(masters, configurationPackage))
    return { kind: 'to-do', evidence: [`not every master that stays runs ${configurationPackage}`] };
  return {
    kind: 'done',
    evidence: [
      `${work.file} (sha256 ${configSha}) lists the target`,
      `every master that stays runs ${configurationPackage} still, and needs no upgrade script`,
    ],
    facts: factsFrom(remembered, work),
  };
}

/** A host that is rebuilt must get what the others run: the list is not all that a configuration says. */
function judgeUnchanged(
  { present, target }: Work,
  { configurationPackage }: Remembered,
  masters: readonly MasterReading[],
): Judgement | null {
  if (!sameAddresses(present, addressesIn(target))) return null;
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

/** What the actions of the stage read, and a stage that undoes it. */
function factsFrom(remembered: Remembered, { present, target }: Work): Facts {
  const { upgradeUrl, installUrl, configurationPackage, previousPackage, previousUrl } = remembered;
  const lists = { masterList: listKey(addressesIn(target)), previousList: listKey(present) };
  return { upgradeUrl, installUrl, configurationPackage, previousPackage, previousUrl, ...lists };
}

async function perform(work: Work, context: DutyContext): Promise<Outcome> {
  const { bootstrap } = work.cluster;
  if (/\s/.test(bootstrap.directory))
    return failed('the path of the generator’s folder holds a blank', 'the generator breaks there: move it');
  const masters = await readMasters(work, null, context);
  const wanted = packageOfBefore(work, context.facts, masters);
  const build = wanted === null ? await checkBuild(work, context, masters) : null;
  if (build !== null && build.kind !== 'done') return build;
  const standing = await read(work, context);
  if (standing.kind === 'failed') return unknown(standing.reason);
  const text = nextText(work, standing.text, standing.earlier);
  if (!text.ok) {
    const { message, next, seen } = failureOf(work, text.faults);
    return failed(message, next.join('; '), seen);
  }
  const sha = sha256(text.value);
  const write = writeScript(bootstrap, context.id, standing.sha, sha);
  const written = await ask(work, bootstrap.address, write, context, text.value);
  if (written.kind === 'failed')
    return written.ran ? failed(written.reason, 'look at the file, then go on') : unknown(written.reason);
  const evidence = [
    ...(build?.evidence ?? []),
    `${work.file}: ${written.values.get('did') ?? ''}`,
    `sha256 ${standing.sha} → ${sha}`,
    ...(wanted === null || standing.earlier === null || standing.earlier === text.value
      ? []
      : ['somebody changed more in it since: that stays, and the masters do not get it']),
  ];
  const back =
    wanted === null
      ? null
      : await goBack(work, context, {
          configurationPackage: wanted,
          text: text.value,
          sha,
          masters,
          evidence,
        });
  return back ?? generate(work, context, { sha, evidence, wanted });
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
