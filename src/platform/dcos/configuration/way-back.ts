// How does a stage return to the configuration that the masters ran before: by its own upgrade script, not by a new one?

import { addressesIn } from '../../../model/ensemble.js';
import type { DutyContext, Facts } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import { earlierScript } from './bootstrap-scripts.js';
import { ask, dutyBefore, listKey, reachable, type Work } from './configuration-work.js';
import { readConfig, sameAddresses } from './config-yaml.js';
import { remember, servedUrl } from './generate-configuration.js';
import type { MasterReading } from './served-configuration.js';

/**
 * The package that belongs to the list that the stage leads to, where there is one already: by what the run did before, or
 * because masters run it (the stage that is undone had its configuration at the most). Null: it is still to be made.
 */
export function packageOfBefore(
  { present, target }: Work,
  facts: Facts,
  masters: readonly MasterReading[],
): string | null {
  const addresses = addressesIn(target);
  if (sameAddresses(present, addresses)) return null;
  const key = listKey(addresses);
  const { previousPackage = '', previousList, configurationPackage = '', masterList } = facts;
  if (previousPackage !== '' && previousList === key) return previousPackage;
  if (configurationPackage !== '' && masterList === key) return configurationPackage;
  const [running, ...others] = new Set(
    masters.flatMap((one) =>
      one.kind === 'read' &&
      one.package !== null &&
      one.masterList !== null &&
      sameAddresses(one.masterList, addresses)
        ? [one.package]
        : [],
    ),
  );
  return others.length === 0 ? (running ?? null) : null;
}

/** Whether no master needs an upgrade script to get there. */
export function allRun(masters: readonly MasterReading[], configurationPackage: string): boolean {
  return masters.every((one) => one.kind === 'read' && one.package === configurationPackage);
}

/** Where a stage goes back to. */
export interface WayBack {
  readonly configurationPackage: string;
  /** The text of `config.yaml` that belongs to it, and its digest. */
  readonly text: string;
  readonly sha: string;
  readonly masters: readonly MasterReading[];
  readonly evidence: readonly string[];
}

/**
 * Finds the upgrade script of before, and puts the `dcos_install.sh` of before back: nothing is ever deleted there, so
 * running an earlier script is the generator's own way back. Null when no such script is served and a master needs one: it
 * must be generated.
 */
export async function goBack(work: Work, context: DutyContext, back: WayBack): Promise<Outcome | null> {
  const { bootstrap, dcos } = work.cluster;
  const { configurationPackage, sha, masters, evidence } = back;
  const installKeptBy = dutyBefore(work, context);
  const script = earlierScript(bootstrap, { configurationPackage, version: dcos.version, installKeptBy });
  const answer = await ask(work, bootstrap.address, script, context);
  if (answer.kind === 'failed')
    return answer.ran
      ? { kind: 'failed', reason: answer.reason, evidence, remedy: 'set that right, then go on' }
      : { kind: 'unknown', reason: answer.reason, evidence, remedy: reachable };
  const installUrl = `${bootstrapUrl(work, back.text)}/dcos_install.sh`;
  const upgradeUrl = servedUrl(installUrl, answer.values.get('path') ?? '');
  if (upgradeUrl === '' && !allRun(masters, configurationPackage)) return null;
  const { configurationPackage: previousPackage = '', upgradeUrl: previousUrl = '' } = context.facts;
  const made = { upgradeUrl, installUrl, configurationPackage, previousPackage, previousUrl };
  return remember(work, context, { configSha: sha, ...made }, [
    ...evidence,
    upgradeUrl === ''
      ? `every master that stays runs ${configurationPackage} still: nothing is generated`
      : `back to ${configurationPackage} by ${upgradeUrl}, which is served since before: nothing is generated`,
    ...(answer.values.has('install') ? ['dcos_install.sh of before is put back'] : []),
  ]);
}

function bootstrapUrl(work: Work, text: string): string {
  const config = readConfig(text, work.file);
  const url = config.ok ? config.value.content['bootstrap_url'] : undefined;
  return typeof url === 'string' ? url : '';
}
