// What is wrong or noteworthy about a request before anything is planned.

import { unknownMember, unsortedIds } from '../model/change.js';
import { duplicateAddresses, itemPlace } from '../model/address-list.js';
import {
  idOf,
  quorumOf,
  sameEnsemble,
  sortedEnsemble,
  type Address,
  type Ensemble,
} from '../model/ensemble.js';
import { familyOf, hasRollingChangeBug } from '../model/family.js';
import type { Fault } from '../model/fault.js';
import { mostSpares, sizeAllowed } from './board.js';
import type { PlanRequest } from './request.js';
import type { Finding, PlatformName } from './plan.js';
import { inWords } from './wording.js';

/** A fault as a finding: its subject is the place. */
export function faultFinding(fault: Fault): Finding {
  const { rule, place, message, remedy } = fault;
  return { rule, severity: 'error', subject: place, message, remedy };
}

/** What makes a request unusable: the operator must correct it. */
export function requestFaults(request: PlanRequest, target: Ensemble): readonly Fault[] {
  const { current, platform } = request;
  const sorted = sortedEnsemble(current.map((member) => member.address));
  return [
    ...(request.idPolicy === 'sorted' && !sameEnsemble(current, sorted)
      ? [unsortedIds(current, 'current')]
      : []),
    ...sizeFaults(platform, 'current', current.length),
    ...sizeFaults(platform, 'target', target.length),
    ...(request.leader !== null ? strangers(current, [request.leader], () => 'leader') : []),
    ...strangers(current, request.down ?? [], (index) => itemPlace('down', index)),
    ...spareFaults(request, target),
    ...versionFaults(request.zookeeper),
  ];
}

function sizeFaults(platform: PlatformName, list: string, size: number): readonly Fault[] {
  if (sizeAllowed(platform, size)) return [];
  const allowed = platform === 'dcos' ? '1, 3, 5, 7 or 9 masters' : '1 to 9 servers';
  return [
    {
      rule: 'refused-count',
      place: list,
      message: `${size} is not a size that can be planned for: ${platform === 'dcos' ? 'the DC/OS generator takes' : 'an ensemble has'} ${allowed}.`,
      remedy: `List ${allowed}.`,
    },
  ];
}

function strangers(
  current: Ensemble,
  named: readonly Address[],
  place: (index: number) => string,
): readonly Fault[] {
  return named.flatMap((address, index) =>
    idOf(current, address) === undefined ? [unknownMember(current, address, place(index))] : [],
  );
}

function spareFaults({ current, spares }: PlanRequest, target: Ensemble): readonly Fault[] {
  const taken = spares.flatMap((address, index): Fault[] =>
    idOf(current, address) === undefined && idOf(target, address) === undefined
      ? []
      : [
          {
            rule: 'already-member',
            place: itemPlace('spare', index),
            message: `${address} is a member before or after the change, so it is no spare.`,
            remedy: 'Name a host that is in neither list.',
          },
        ],
  );
  const many: Fault = {
    rule: 'too-many-spares',
    place: 'spare',
    message: `${spares.length} spare hosts are more than any change can use.`,
    remedy: `Name at most ${mostSpares}.`,
  };
  return [...duplicateAddresses(spares, 'spare'), ...taken, ...(spares.length > mostSpares ? [many] : [])];
}

function versionFaults(version: string): readonly Fault[] {
  if (familyOf(version) !== undefined) return [];
  return [
    {
      rule: 'unknown-version',
      place: 'zookeeper',
      message: `How servers of version '${version}' join each other has not been studied.`,
      remedy: 'Name the version that runs: 3.4.6 to 3.4.14, or 3.5.4 and later.',
    },
  ];
}

/** What forbids every plan, although the request is well-formed. */
export function blockers(request: PlanRequest): readonly Finding[] {
  const { current, zookeeper } = request;
  const down = new Set(request.down ?? []);
  const up = current.length - down.size;
  const findings: Finding[] = [];
  if (hasRollingChangeBug(zookeeper)) {
    findings.push({
      rule: 'rolling-change-bug',
      severity: 'error',
      subject: zookeeper,
      message: `Changing the list server by server can leave ZooKeeper ${zookeeper} with a leader that cannot commit (ZOOKEEPER-3829).`,
      remedy: 'Bring all servers to 3.5.9, 3.6.2 or later first, keeping the list.',
    });
  }
  if (up < quorumOf(current.length)) {
    findings.push({
      rule: 'members-lost',
      severity: 'error',
      subject: inWords([...down]),
      message: `${down.size} of ${current.length} members are down, so there is no quorum, and nobody can tell what the last write was.`,
      remedy: `Bring back at least ${quorumOf(current.length) - up} of them with the disks that they had, then plan again.`,
    });
  }
  return findings;
}

/** What the operator should know about the request; none of it forbids a plan. */
export function remarks(
  request: PlanRequest,
  target: Ensemble,
  rebuilds: readonly Address[],
): readonly Finding[] {
  return [
    ...sizeRemarks(request, target),
    ...downRemarks(request, target, rebuilds),
    ...orderRemark(request),
    ...vendorRemark(request, target),
  ];
}

function sizeRemarks({ platform }: PlanRequest, target: Ensemble): readonly Finding[] {
  const size = target.length;
  if (size === 1) {
    return [
      {
        rule: 'single-master',
        severity: 'warning',
        subject: target[0]?.address ?? '',
        message: 'One server tolerates no failure, and each restart of it is an outage.',
        remedy: 'Plan for three.',
      },
    ];
  }
  if (platform === 'dcos' || size % 2 === 1) return [];
  return [
    {
      rule: 'even-size',
      severity: 'warning',
      subject: `${size} servers`,
      message: `${size} servers tolerate ${inFigures(size)}, no more than ${size - 1} ${size === 2 ? 'does' : 'do'}, and need one more for a quorum.`,
      remedy: `Plan for ${size - 1} or ${size + 1}.`,
    },
  ];
}

function inFigures(size: number): string {
  const failures = size - quorumOf(size);
  return failures === 0 ? 'no failure' : failures === 1 ? '1 failure' : `${failures} failures`;
}

function downRemarks(
  request: PlanRequest,
  target: Ensemble,
  rebuilds: readonly Address[],
): readonly Finding[] {
  const { current } = request;
  const down = current
    .map((member) => member.address)
    .filter((address) => (request.down ?? []).includes(address));
  const spare = current.length - down.length - quorumOf(current.length);
  if (spare < 0) return [];
  const several: Finding = {
    rule: 'members-lost',
    severity: 'warning',
    subject: inWords(down),
    message: `${down.length} of ${current.length} members are down; ${spare === 0 ? 'one more failure stops' : `${spare + 1} more failures stop`} ZooKeeper.`,
    remedy: 'Bring back with their disks those that can be brought back before anything else.',
  };
  const forgotten = down.filter(
    (address) => idOf(target, address) !== undefined && !rebuilds.includes(address),
  );
  return [
    ...(down.length > 1 ? [several] : []),
    ...forgotten.map((address): Finding => ({
      rule: 'member-down',
      severity: 'warning',
      subject: address,
      message: `${address} is down, and this change leaves it as it is.`,
      remedy: `Bring it back first, or rebuild or replace it in the same change.`,
    })),
  ];
}

function orderRemark({ idPolicy, current, listed }: PlanRequest): readonly Finding[] {
  const byId = current.map((member) => member.address);
  if (idPolicy !== 'sorted' || !listed || listed.every((address, index) => address === byId[index]))
    return [];
  return [
    {
      rule: 'file-order-differs',
      severity: 'info',
      subject: 'current',
      message: `The list is not in the order of the ids, which is ${inWords(byId)}: ids follow the sorted addresses, not the file.`,
      remedy: 'Nothing to do; read ids from the plan, never from the place in the file.',
    },
  ];
}

function vendorRemark({ platform, current }: PlanRequest, target: Ensemble): readonly Finding[] {
  const moved = target
    .filter(({ address }) => idOf(current, address) === undefined)
    .map(({ address }) => address);
  if (platform !== 'dcos' || moved.length === 0) return [];
  return [
    {
      rule: 'vendor-unsupported',
      severity: 'info',
      subject: inWords(moved),
      message:
        'The vendor of DC/OS does not support masters under new addresses; its own way is a fresh machine under the old address.',
      remedy:
        'Where a new machine can take the old address, rebuild instead: no id and no list changes then.',
    },
  ];
}
