// Whether the live cluster is the one that the plan was made for: asked before anything is journalled or changed.

import { type Address, addressesIn, describeEnsemble, idOf, sameEnsemble } from '../model/ensemble.js';
import { familyOf } from '../model/family.js';
import type { Plan } from '../plan/plan.js';
import type { Failure } from './failure.js';
import type { Platform } from './platform.js';
import { readWorld } from './read-world.js';
import { describeServices, reconfigurableHost, sight, type Sighting } from './sighting.js';

/** The first thing that is not as the plan expects, or null. Read-only. */
export async function preflight(
  platform: Platform,
  plan: Plan,
  signal: AbortSignal,
): Promise<Failure | null> {
  const addresses = addressesIn(plan.from, ...plan.stages.map((stage) => stage.ensemble));
  const gone = goneAtFirst(plan);
  return checkSighting(plan, await sight(platform, addresses, signal, gone));
}

/** A machine that is built anew under the address of one that is gone is asked like any other. */
function goneAtFirst({ gone, stages }: Plan): readonly Address[] {
  return gone.filter((address) => !stages.some((stage) => stage.fresh.includes(address)));
}

/** The pure part of {@link preflight}. */
export function checkSighting(plan: Plan, sighting: Sighting): Failure | null {
  const [stage] = plan.stages;
  const family = familyOf(plan.zookeeper);
  if (stage === undefined || family === undefined) return null;
  const versions = [...sighting.services.values()].flatMap((service) =>
    service.version === null ? [] : [service.version],
  );
  const foreign = versions.find((version) => familyOf(version) !== family);
  if (foreign !== undefined) {
    return notAsPlanned(
      `the servers run ZooKeeper ${foreign}, which joins by other rules than ${plan.zookeeper}, for which the plan was made`,
      sighting,
      `ZooKeeper ${plan.zookeeper}`,
      [`make the plan again with --zookeeper ${foreign}`],
    );
  }
  const back = plan.gone.find((address) => sighting.services.get(address)?.port === 'open');
  if (back !== undefined) return notGone(back, sighting);
  const dynamic = reconfigurableHost(sighting);
  const rolling = plan.stages.some(
    (one) => one.method === 'restart' && !sameEnsemble(one.from, one.ensemble),
  );
  if (rolling && dynamic !== null) {
    return notAsPlanned(
      `the servers run with reconfigEnabled=true (${dynamic} keeps its list itself): they tell each other the list, so it can't be changed one restart at a time`,
      sighting,
      'servers with reconfigEnabled=false for a plan by restarts',
      ['make the plan again with --reconfig'],
    );
  }
  const reading = readWorld(
    { stage, family, stamp: '', touching: [], reseeds: [], begun: false, gone: plan.gone },
    sighting,
  );
  if (reading.kind === 'refused') return reading.failure;
  const changes = describeEnsemble(stage.from) !== describeEnsemble(stage.ensemble);
  const moved = reading.world.servers.find(
    (server) => changes && server.holds === 'to' && idOf(plan.from, server.address) !== undefined,
  );
  if (moved) {
    return notAsPlanned(
      `${moved.address} already holds the list of stage 1`,
      sighting,
      `${describeEnsemble(plan.from)} on every member`,
      [
        'resume the run that began this change (`succession runs`), or make a new plan from the present ensemble',
      ],
    );
  }
  return newcomersAreClean(plan, sighting);
}

function notGone(address: Address, sighting: Sighting): Failure {
  return notAsPlanned(
    `the plan was told that the machine of ${address} is gone for good, and it answers`,
    sighting,
    'no connection to a member that is gone',
    ['make the plan again without --gone; where it shall leave, it is stopped and fenced first'],
  );
}

function newcomersAreClean(plan: Plan, sighting: Sighting): Failure | null {
  const newcomers = plan.stages
    .flatMap((stage) => stage.fresh)
    .filter((address) => idOf(plan.from, address) === undefined);
  for (const address of newcomers) {
    const failure = newcomerIsClean(address, sighting);
    if (failure) return failure;
  }
  return null;
}

function newcomerIsClean(address: Address, sighting: Sighting): Failure | null {
  const host = sighting.hosts.get(address);
  if (host === undefined || host.kind === 'unknown') {
    return notAsPlanned(
      `the newcomer ${address} can't be asked: ${host?.reason ?? 'no answer'}`,
      sighting,
      'every newcomer can be reached',
      [`see that commands reach ${address}`],
    );
  }
  if (!host.running && !host.hasData) return null;
  const what = host.running ? 'already runs a ZooKeeper' : 'holds the data of a ZooKeeper';
  return {
    ...notAsPlanned(
      `the newcomer ${address} ${what}`,
      sighting,
      'an empty data directory on every newcomer',
      [`clear the data directory on ${address} if nobody needs it, then try again`],
    ),
    code: 'leftover-data',
  };
}

function notAsPlanned(
  message: string,
  sighting: Sighting,
  expected: string,
  next: readonly string[],
): Failure {
  return {
    code: 'not-as-planned',
    blame: 'operator',
    message,
    seen: describeServices(sighting.services),
    expected,
    next,
  };
}
