// Which steps of a plan leave no room for a failure, or stop the service.

import type { Finding, Stage, Step } from './plan.js';
import { quorumOf } from '../model/ensemble.js';
import { inWords } from './wording.js';

/** One warning for the steps without a quorum, one for the steps that could not bear a failure in five or more. */
export function stepFindings(stages: readonly Stage[]): readonly Finding[] {
  const rolling = stages.filter((stage) => !stage.fullStop);
  const gaps = rolling.flatMap((stage) => stage.steps.filter((step) => step.margin < 0));
  const thin = rolling
    .filter((stage) => spareServers(stage) >= 2)
    .flatMap((stage) => stage.steps.filter((step) => step.margin === 0));
  const stops = stages.filter((stage) => stage.fullStop).map((stage) => `stage ${stage.number}`);
  return [
    ...(stops.length > 0 ? [fullStopFinding(stops)] : []),
    ...(gaps.length > 0
      ? [
          {
            rule: 'quorum-gap',
            severity: 'warning' as const,
            subject: hostsOf(gaps),
            message: `ZooKeeper does not serve while ${stepsOf(gaps)} ${gaps.length === 1 ? 'is' : 'are'} carried out on ${hostsOf(gaps)}.`,
            remedy: 'Choose a quiet time, and have client sessions outlast the gap.',
          },
        ]
      : []),
    ...(thin.length > 0
      ? [
          {
            rule: 'low-margin',
            severity: 'warning' as const,
            subject: hostsOf(thin),
            message: `One more failure would stop ZooKeeper during ${stepsOf(thin)}.`,
            remedy: 'Start only when every member is healthy, and leave no long pause inside these steps.',
          },
        ]
      : []),
  ];
}

/** Failures that the smaller of the stage's two ensembles tolerates. */
function spareServers(stage: Stage): number {
  const size = Math.min(stage.from.length, stage.ensemble.length);
  return size - quorumOf(size);
}

function fullStopFinding(stops: readonly string[]): Finding {
  return {
    rule: 'full-stop',
    severity: 'warning',
    subject: inWords(stops),
    message: `All servers are down at once in ${inWords(stops)}.`,
    remedy: 'Announce the outage.',
  };
}

function hostsOf(steps: readonly Step[]): string {
  return inWords([...new Set(steps.map((step) => step.host))]);
}

function stepsOf(steps: readonly Step[]): string {
  return `${steps.length === 1 ? 'step' : 'steps'} ${inWords(steps.map((step) => step.id))}`;
}
