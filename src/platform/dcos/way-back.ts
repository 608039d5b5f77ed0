// How does a stage return to the configuration that the masters ran before: by its own upgrade script, not by a new one?

import type { DutyContext, Facts } from '../../run/duty.js';
import type { Outcome } from '../../run/platform.js';
import { earlierScript } from './bootstrap-scripts.js';
import { addressesOf, ask, dutyBefore, listKey, reachable, type Work } from './configuration-work.js';
import { sameAddresses } from './config-yaml.js';
import { remember, servedUrl } from './generate-configuration.js';

/** The package that the masters ran when they had the list that the stage leads to; null where that is not known. */
export function packageOfBefore({ present, target }: Work, facts: Facts): string | null {
  const { previousPackage, previousList } = facts;
  const addresses = addressesOf(target);
  if (previousPackage === undefined || previousPackage === '' || sameAddresses(present, addresses))
    return null;
  return previousList === listKey(addresses) ? previousPackage : null;
}

/**
 * Finds the upgrade script of before, and puts the `dcos_install.sh` of before back: nothing is ever deleted there, so
 * running an earlier script is the generator's own way back. Null when no such script is served: it must be generated.
 */
export async function goBack(
  work: Work,
  context: DutyContext,
  configurationPackage: string,
  sha: string,
  evidence: readonly string[],
): Promise<Outcome | null> {
  const { bootstrap, dcos } = work.cluster;
  const { installUrl, configurationPackage: newest = '', upgradeUrl: newestUrl = '' } = context.facts;
  if (installUrl === undefined) return null;
  const installKeptBy = dutyBefore(work, context);
  const script = earlierScript(bootstrap, { configurationPackage, version: dcos.version, installKeptBy });
  const answer = await ask(work, bootstrap.address, script, context);
  if (answer.kind === 'failed')
    return answer.ran
      ? { kind: 'failed', reason: answer.reason, evidence, remedy: 'set that right, then go on' }
      : { kind: 'unknown', reason: answer.reason, evidence, remedy: reachable };
  const upgradeUrl = servedUrl(installUrl, answer.values.get('path') ?? '');
  if (upgradeUrl === '') return null;
  const remembered = {
    configSha: sha,
    upgradeUrl,
    installUrl,
    configurationPackage,
    previousPackage: newest,
    previousUrl: newestUrl,
  };
  return remember(work, context, remembered, [
    ...evidence,
    `back to ${configurationPackage} by ${upgradeUrl}, which is served since before: nothing is generated`,
    ...(answer.values.has('install') ? ['dcos_install.sh of before is put back'] : []),
  ]);
}
