// What can be done to the real servers of a replay, and what do they say?

import {
  killServer,
  pauseServer,
  resumeServer,
  startServer,
  type Lab,
  type LabOrder,
} from '../../lab/lab.js';
import type { Address } from '../../model/ensemble.js';
import type { Stage } from '../../plan/plan.js';
import { inWords } from '../../plan/wording.js';
import { dialAddress } from '../../platform/zookeeper/host-view.js';
import { zookeeperPlatform } from '../../platform/zookeeper/platform.js';
import { newSession, openConnection } from '../../probe/zookeeper-connection.js';
import { createNode, statNode, syncServer } from '../../probe/zookeeper-client.js';
import type { ScriptStepKind } from '../../proof/zookeeper/script.js';
import { localTransport } from '../../remote/local.js';
import type { Action, HostObservation, HostUnknown, Platform } from '../../run/platform.js';
import { leadersOf, servingOf, sightServices, type Services } from '../../run/sighting.js';
import { CommandError, exitStatus } from '../exit-status.js';

/** The servers of one stage, and who of them is halted. */
export interface StageLab {
  readonly stage: Stage;
  readonly everyone: readonly Address[];
  readonly tickMs: number;
  readonly halted: ReadonlySet<Address>;
  /** Throws once somebody has asked to stop. */
  checkStopped(): void;
  /** Asks all that are not halted. */
  services(): Promise<Services>;
  hosts(): Promise<readonly (HostObservation | HostUnknown)[]>;
  /** Waits until it holds, at most so long; whether it does. */
  until(holds: (services: Services) => boolean, limitMs: number): Promise<boolean>;
  halt(hosts: readonly Address[]): Promise<void>;
  wake(hosts: readonly Address[]): Promise<void>;
  crash(host: Address): Promise<void>;
  restart(host: Address): Promise<void>;
  /** A step, whole; `restart` and `start` keep the list. Throws when the host does not do it. */
  take(kind: ScriptStepKind, host: Address): Promise<void>;
  stop(host: Address): Promise<void>;
  /** Creates a node through this server; whether it was acknowledged. */
  write(through: Address, path: string): Promise<boolean>;
  /** Whether this server has the node after a sync; null when it can't be asked. */
  has(host: Address, path: string): Promise<boolean | null>;
}

const lookMs = 100;

/** The lab of this stage. */
export function stageLab(lab: Lab, stage: Stage, tickMs: number, signal: AbortSignal): StageLab {
  const platform: Platform = zookeeperPlatform(lab.cluster, localTransport());
  const everyone = lab.hosts.map((host) => host.address);
  const halted = new Set<Address>();
  const { directory } = lab;
  const checkStopped = (): void => {
    if (signal.aborted) throw new CommandError(exitStatus.stopped, ['Stopped. Nothing of the lab is left.']);
  };
  const perform = async (action: Action): Promise<void> => {
    const outcome = await platform.perform(action, { id: 'replay', facts: {}, signal });
    checkStopped();
    if (outcome.kind !== 'done') throw cannot(`${action.kind} ${action.address}: ${outcome.reason}`);
  };
  const services = (): Promise<Services> =>
    sightServices(
      platform,
      everyone.filter((address) => !halted.has(address)),
      signal,
    );
  const client = async <T>(
    host: Address,
    work: (connection: Awaited<ReturnType<typeof openConnection>>) => Promise<T>,
  ): Promise<T> => {
    const connection = await openConnection({
      address: dialAddress(lab.cluster, host),
      port: lab.cluster.zookeeper.clientPort,
      session: newSession(),
      sessionTimeoutMs: Math.max(4 * tickMs, 4000),
      handshakeMs: 5000,
      signal,
    });
    try {
      return await work(connection);
    } finally {
      connection.disconnect();
    }
  };
  return {
    stage,
    everyone,
    tickMs,
    halted,
    checkStopped,
    services,
    hosts: () => Promise.all(everyone.map((address) => platform.observeHost(address, signal))),
    until: async (holds, limitMs) => {
      const end = Date.now() + limitMs;
      for (;;) {
        if (holds(await services())) return true;
        if (signal.aborted || Date.now() > end) return false;
        await new Promise((wake) => setTimeout(wake, lookMs));
      }
    },
    halt: async (hosts) => {
      for (const host of hosts) halted.add(host);
      await Promise.all(hosts.map(async (host) => must(await pauseServer(directory, host))));
    },
    wake: async (hosts) => {
      const asleep = hosts.filter((host) => halted.delete(host));
      await Promise.all(asleep.map(async (host) => must(await resumeServer(directory, host))));
    },
    crash: async (host) => {
      halted.delete(host);
      must(await killServer(directory, host));
    },
    restart: async (host) => must(await startServer(directory, host)),
    stop: async (host) => {
      halted.delete(host);
      await perform({ kind: 'stop', address: host });
    },
    take: (kind, host) => {
      halted.delete(host);
      return perform(actionOf(kind, host, stage));
    },
    write: (through, path) =>
      client(through, async (connection) => {
        await createNode(connection, path, Buffer.alloc(0), 'persistent');
        return true;
      }).catch(() => false),
    has: (host, path) =>
      client(host, async (connection) => {
        await syncServer(connection);
        return (await statNode(connection, path)) !== null;
      }).catch(() => null),
  };
}

/** Who leads and who serves, in a line. */
export function rolesLine(services: Services): string {
  const leaders = leadersOf(services);
  const followers = servingOf(services).filter((address) => !leaders.includes(address));
  const lead =
    leaders.length === 0 ? 'nobody leads' : `${inWords(leaders)} ${leaders.length === 1 ? 'leads' : 'lead'}`;
  if (followers.length === 0) return lead;
  return `${lead}; ${inWords(followers)} ${followers.length === 1 ? 'follows' : 'follow'}`;
}

/** Whether all of these serve. */
export function serve(services: Services, hosts: readonly Address[]): boolean {
  const serving = servingOf(services);
  return hosts.every((address) => serving.includes(address));
}

/** The same, as it is now. */
export async function roles(lab: StageLab): Promise<string> {
  return rolesLine(await lab.services());
}

function actionOf(kind: ScriptStepKind, address: Address, { from, ensemble, number }: Stage): Action {
  switch (kind) {
    case 'stop':
    case 'fence':
    case 'start':
      return { kind, address };
    case 'restart':
      return { kind: 'upgrade', address, ensemble: from };
    case 'upgrade':
      return { kind, address, ensemble };
    case 'install':
      return { kind, address, ensemble, stamp: `replay/${number}`, leftovers: 'wipe' };
    case 'join':
    case 'add':
    case 'remove':
      throw cannot(`${kind} is no step of a stage by restart`);
  }
}

function must(order: LabOrder): void {
  if (order.kind === 'refused' && order.reason !== 'not running') throw cannot(order.reason);
}

function cannot(reason: string): CommandError {
  return new CommandError(exitStatus.stopped, [
    `The replay can't go on: ${reason}.`,
    '  Nothing of the lab is left; try it again.',
  ]);
}
