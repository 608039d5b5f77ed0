// What does a plan need from people, and when?

import { missingFrom } from '../model/change.js';
import type { Plan, Stage } from '../plan/plan.js';
import { inWords } from '../plan/wording.js';

/** Something that somebody must do, decide or have ready. */
export interface Need {
  readonly when: string;
  readonly what: string;
}

/** In order of time. */
export function needsOf(plan: Plan): readonly Need[] {
  const { stages, findings, to, from } = plan;
  const last = stages.at(-1);
  if (last === undefined) return [];
  const noun = plan.platform === 'dcos' ? 'master' : 'server';
  return [
    ...consentNeeds(plan),
    ...findings
      .filter((finding) => finding.severity === 'warning')
      .map(({ rule, message, remedy }) => ({
        when: 'To decide before',
        what: `${message} ${remedy} (${rule})`,
      })),
    {
      when: 'To have before',
      what: `Every ${noun} healthy, and nobody else changing the cluster until the run has ended.`,
    },
    ...agreementNeeds(plan),
    ...stages.flatMap((stage) => stageNeeds(stage, from)),
    {
      when: 'During the run',
      what: 'Somebody who can be reached. The run asks nobody in between, unless it was begun with `--approve stages` or `--approve steps`. When it stops it does nothing more, and says who is to move.',
    },
    ...(plan.platform === 'dcos'
      ? [
          {
            when: `After stage ${last.number}`,
            what: `Names and load balancers that must lead to ${inWords(to.map(({ address }) => address))}; the run looks whether they do.`,
          },
        ]
      : []),
    {
      when: 'After the run',
      what:
        missingFrom(to, from).length === 0
          ? 'Accept the report.'
          : `Accept the report. Only then give the disks of ${inWords(missingFrom(to, from))} away.`,
    },
  ];
}

function consentNeeds({ consents, stages }: Plan): readonly Need[] {
  const outage = stages.some((stage) => stage.fullStop);
  const renumbered = stages.flatMap((stage) => stage.renumbered);
  return [
    ...(outage
      ? [
          {
            when: 'To agree to before',
            what: 'All servers are stopped at once (--allow-outage). Announce it.',
          },
        ]
      : []),
    ...(renumbered.length > 0
      ? [{ when: 'To agree to before', what: `${inWords([...new Set(renumbered)])} change their ids.` }]
      : []),
    ...(consents.allowCascade && stages.some((stage) => stage.kind === 'rebuild')
      ? [
          {
            when: 'To agree to before',
            what: 'Hosts that stay may be wiped and rebuilt on the way (--allow-cascade).',
          },
        ]
      : []),
  ];
}

/** What `apply` asks before it begins. */
function agreementNeeds({ stages, gone }: Plan): readonly Need[] {
  const stops = stages.some((stage) => stage.steps.some((step) => step.margin < 0));
  const typed = 'the cluster’s name, typed by whoever begins the run; --yes does not cover it.';
  if (stops) return [{ when: 'At the beginning', what: `The service stops during some steps: ${typed}` }];
  if (gone.length > 0)
    return [
      {
        when: 'At the beginning',
        what: `${inWords(gone)} taken for gone for good, and must stay off: ${typed}`,
      },
    ];
  return [{ when: 'At the beginning', what: 'A yes, by whoever begins the run.' }];
}

function stageNeeds({ number, fresh, from, ensemble }: Stage, first: Plan['from']): readonly Need[] {
  const gone = missingFrom(ensemble, from).filter((address) => first.some((one) => one.address === address));
  return [
    ...(fresh.length === 0
      ? []
      : [
          {
            when: `Before stage ${number}`,
            what: `${inWords(fresh)}: reachable, with an empty data directory, and nothing of the cluster running.`,
          },
        ]),
    ...(gone.length === 0
      ? []
      : [
          {
            when: `After stage ${number}`,
            what: `${inWords(gone)} is out and disabled: leave it off, and keep its disk.`,
          },
        ]),
  ];
}
