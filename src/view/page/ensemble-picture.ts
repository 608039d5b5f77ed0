// What the ensemble looks like right now, or as a plan predicts it: who is there, in which role, under which list.

import { type Address, type Ensemble, idOf, quorumOf, sameEnsemble } from '../../model/ensemble.js';
import type { Stage, Step } from '../../plan/plan.js';
import type { LiveReading, LiveService } from '../../run/live-reading.js';
import type { RunState } from '../../run/run-state.js';

/** `silent`: it was asked and does not serve. `unknown`: nobody has asked it yet. */
export type PictureRole = 'leader' | 'follower' | 'observer' | 'silent' | 'unknown';

/** One server of either ensemble of a stage. */
export interface PictureServer {
  readonly address: Address;
  /** In the ensemble after the stage, or else before it. */
  readonly id: number;
  /** Its id before the stage, where that was another one. */
  readonly idBefore: number | null;
  readonly role: PictureRole;
  readonly epoch: number | null;
  readonly zxid: string | null;
  /** Whether it has the stage's new list, as far as is known; null when it holds neither. */
  readonly list: 'old' | 'new' | null;
  readonly change: 'stays' | 'comes' | 'leaves' | 'renewed';
  /** Whether something is being done to it. */
  readonly busy: boolean;
  /** Whether it does not serve although nobody took it away: as far as the run knows, it should. */
  readonly missing: boolean;
}

/** The ensemble as one picture. */
export interface EnsemblePicture {
  readonly servers: readonly PictureServer[];
  readonly leader: Address | null;
  /** Members that serve, of the list in force. */
  readonly serving: number;
  /** How many of the list in force must serve. */
  readonly quorum: number;
  /** How many members the list in force has. */
  readonly size: number;
  /** How many more may fail; -1: no quorum; null: not known. */
  readonly margin: number | null;
  /** Where that comes from. */
  readonly basis: 'seen' | 'predicted' | 'last-gate' | 'failure';
}

/** The stage that the run is at: the last begun, or the first. */
export function stageAt(state: RunState): Stage | undefined {
  const begun = state.stages.at(-1);
  return state.plan.stages.find((stage) => stage.number === begun?.number) ?? state.plan.stages[0];
}

/** As it is seen now; from the last gate that passed, where nobody looks now. Null for a plan without stages. */
export function pictureNow(state: RunState, live: LiveReading | null): EnsemblePicture | null {
  const stage = stageAt(state);
  if (stage === undefined) return null;
  const begun = state.stages.at(-1);
  const taken = begun?.number === stage.number ? begun.steps : [];
  const busy = new Set(taken.filter((step) => step.done === null).map((step) => step.step.host));
  const over = begun?.number === stage.number && begun.endedAt !== null;
  const steps = taken.filter((step) => step.result === 'done' || step.done !== null).map((step) => step.step);
  const told = listsAfter(stage, steps);
  const services = new Map((live?.services ?? []).map((service) => [service.address, service]));
  if (services.size > 0) {
    const servers = serversOf(stage, over, (address) => {
      const service = services.get(address);
      return {
        role: roleOf(service),
        epoch: service?.epoch ?? null,
        zxid: service?.zxid ?? null,
        list: listSeen(stage, service) ?? told.get(address) ?? null,
        busy: busy.has(address),
      };
    });
    return counted(stage, markMissing(servers, steps), 'seen', null);
  }
  // Without a process: what was seen when the run stopped, or else what the last gate of this stage saw.
  const stopped = state.failure === null ? null : rolesIn(state.failure.seen, stage);
  const passed = taken.findLast((step) => step.done !== null)?.done?.gate;
  const roles = stopped ?? (passed === undefined ? null : rolesIn(passed.seen, stage));
  const epoch = stopped === null ? (passed?.epoch ?? null) : null;
  const servers = serversOf(stage, over, (address) => {
    const role = roles === null ? 'unknown' : (roles.get(address) ?? 'silent');
    return {
      role,
      epoch: role === 'leader' || role === 'follower' ? epoch : null,
      zxid: null,
      list: told.get(address) ?? null,
      busy: state.status === 'running' && busy.has(address),
    };
  });
  const basis = stopped === null ? 'last-gate' : 'failure';
  return counted(stage, markMissing(servers, steps), basis, roles === null ? 'unknown' : null);
}

/**
 * Who served in which role, from the lines of `describeServices` in a journal (`10.0.0.1: follower, zxid 0x…`); null where
 * they tell of no server of the stage that served: then they are about something else.
 */
function rolesIn(seen: readonly string[], stage: Stage): ReadonlyMap<Address, PictureRole> | null {
  const roles = new Map<Address, PictureRole>();
  for (const line of seen) {
    const [, address = '', mode] = /^(\S+): (leader|follower|observer|standalone)\b/.exec(line) ?? [];
    if (idOf(stage.from, address) === undefined && idOf(stage.ensemble, address) === undefined) continue;
    if (mode === 'leader' || mode === 'standalone') roles.set(address, 'leader');
    if (mode === 'follower' || mode === 'observer') roles.set(address, mode);
  }
  return roles.size === 0 ? null : roles;
}

/** As the plan predicts it once `done` of the stage's steps are taken. */
export function picturePlanned(stage: Stage, done: number): EnsemblePicture {
  const taken = stage.steps.slice(0, done);
  const last = taken.at(-1);
  const serving = last?.serving ?? stage.from.map((member) => member.address);
  const told = listsAfter(stage, taken);
  const servers = serversOf(stage, done === stage.steps.length, (address) => ({
    role: last?.leader === address ? 'leader' : serving.includes(address) ? 'follower' : 'silent',
    epoch: null,
    zxid: null,
    list: told.get(address) ?? null,
    busy: false,
  }));
  return counted(stage, servers, 'predicted', null);
}

type Looks = Pick<PictureServer, 'role' | 'epoch' | 'zxid' | 'list' | 'busy'>;

/** `taken`: who is away by the run's own doing. */
function markMissing(
  servers: readonly PictureServer[],
  taken: readonly Pick<Step, 'kind' | 'host'>[],
): readonly PictureServer[] {
  return servers.map((server) => {
    const last = taken.findLast(({ host }) => host === server.address)?.kind;
    const away = server.change === 'leaves' || last === 'stop' || last === 'fence';
    const there = server.change === 'stays' || server.list === 'new';
    return { ...server, missing: server.role === 'silent' && !server.busy && !away && there };
  });
}

/** In id order, who leaves before who comes; once the stage is over, who left is no longer part of it. */
function serversOf(stage: Stage, over: boolean, look: (address: Address) => Looks): readonly PictureServer[] {
  const after = stage.ensemble.map(({ id, address }): PictureServer => {
    const before = idOf(stage.from, address);
    const renewed = before !== undefined && stage.fresh.includes(address);
    return {
      address,
      id,
      idBefore: before === undefined || before === id ? null : before,
      missing: false,
      change: over ? 'stays' : before === undefined ? 'comes' : renewed ? 'renewed' : 'stays',
      ...look(address),
    };
  });
  const gone = over
    ? []
    : stage.from
        .filter(({ address }) => idOf(stage.ensemble, address) === undefined)
        .map(({ id, address }): PictureServer => {
          return { address, id, idBefore: null, missing: false, change: 'leaves', ...look(address) };
        });
  return [...gone, ...after].sort((a, b) => a.id - b.id);
}

/** Who holds which list: it changes where a server is installed or gets its new list, or, by reconfiguration, for all. */
function listsAfter(
  stage: Stage,
  taken: readonly Pick<Step, 'kind' | 'host'>[],
): Map<Address, 'old' | 'new'> {
  const lists = new Map<Address, 'old' | 'new'>(stage.from.map(({ address }) => [address, 'old']));
  for (const { kind, host } of taken) {
    if (kind === 'install' || kind === 'upgrade' || kind === 'join') lists.set(host, 'new');
    if (kind === 'add' || kind === 'remove')
      for (const { address } of stage.ensemble) lists.set(address, 'new');
  }
  return lists;
}

function listSeen(stage: Stage, service: LiveService | undefined): 'old' | 'new' | null {
  const list = service?.ensemble ?? null;
  if (list === null) return null;
  if (sameEnsemble(list, stage.ensemble)) return 'new';
  return sameEnsemble(list, stage.from) ? 'old' : null;
}

function roleOf(service: LiveService | undefined): PictureRole {
  if (service === undefined) return 'unknown';
  if (service.mode === null) return 'silent';
  return service.mode === 'standalone' ? 'leader' : service.mode;
}

/** The list in force is the leader's; while nobody leads, the one of whom most hold it. */
function counted(
  stage: Stage,
  servers: readonly PictureServer[],
  basis: EnsemblePicture['basis'],
  margin: 'unknown' | null,
): EnsemblePicture {
  const leading = servers.filter((server) => server.role === 'leader');
  const leader = leading.length === 1 ? leading[0] : undefined;
  const list = inForce(stage, leader?.list ?? majority(servers));
  const serving = servers.filter(
    ({ role, address }) => (role === 'leader' || role === 'follower') && idOf(list, address) !== undefined,
  ).length;
  const quorum = quorumOf(list.length);
  const left = leader === undefined || serving < quorum ? -1 : serving - quorum;
  return {
    servers,
    leader: leader?.address ?? null,
    serving,
    quorum,
    size: list.length,
    margin: margin === 'unknown' ? null : left,
    basis,
  };
}

function inForce(stage: Stage, list: 'old' | 'new'): Ensemble {
  return list === 'new' ? stage.ensemble : stage.from;
}

function majority(servers: readonly PictureServer[]): 'old' | 'new' {
  const holding = (list: 'old' | 'new'): number => servers.filter((server) => server.list === list).length;
  return holding('new') > holding('old') ? 'new' : 'old';
}
