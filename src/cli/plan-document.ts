// Plans as documents: made from options, read from a file, printed in a format.

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { prettifyError } from 'zod';
import { type Address, describeEnsemble, type Ensemble, type IdPolicy } from '../model/ensemble.js';
import { familyOf } from '../model/family.js';
import { checkPlan } from '../plan/check-plan.js';
import type { MeasuredElections } from '../plan/durations.js';
import { makePlan } from '../plan/make-plan.js';
import type { PlanResult } from '../plan/request.js';
import type { Plan, PlatformName } from '../plan/plan.js';
import type { ServiceGate } from '../plan/service-findings.js';
import { planSchema } from '../run/plan-schema.js';
import { findingLines } from '../view/failure-text.js';
import type { Palette } from '../view/palette.js';
import { planHtml } from '../view/html/plan-page.js';
import { planMarkdown } from '../view/plan-markdown.js';
import { planText } from '../view/plan-text.js';
import type { MeasuredTimes } from '../view/timetable.js';
import { addresses, addressKind, type ChangeOptions, requestedChange } from './change-options.js';
import { namedDcos } from './dcos-option.js';
import { badInput } from './exit-status.js';
import type { OutputFormat } from './terminal.js';
import { version } from './version.js';

/** What a live cluster adds to a request; `leader` and `zookeeper` are overruled by the options. */
export interface LiveSide {
  /** Null: as the options say. */
  readonly platform: PlatformName | null;
  readonly cluster: string | null;
  /** Null: as the platform has it. */
  readonly idPolicy: IdPolicy | null;
  readonly current: Ensemble;
  readonly leader: Address | null;
  readonly zookeeper: string | null;
  /** Members whose server does not run; members that can't be asked are the operator's to name. */
  readonly down: readonly Address[];
  /** Members of whose machine and server nothing is heard; absent: nobody was asked. */
  readonly silent?: readonly Address[];
  /** Members that serve while their hosts can't be asked, with the reason; absent: nobody was asked. */
  readonly unseen?: readonly { readonly address: Address; readonly reason: string }[];
  /** When the services of a restarted member may start; absent: nobody could say, or there are none. */
  readonly serviceGate?: ServiceGate;
  /** Whether the servers run with `reconfigEnabled=true`; absent: nobody could say. */
  readonly reconfigure?: boolean;
}

/** The version that is assumed when nothing says one: DC/OS 1.9 ships 3.4.8; plain ensembles are mostly newer. */
const assumedVersion = { dcos: '3.4.8', zookeeper: '3.8' } as const;

/** The version that a plan is made for: as named, as seen, or as assumed. */
export function versionFor(options: ChangeOptions, live: LiveSide): string {
  return (
    options.zookeeper ?? live.zookeeper ?? namedDcos(options)?.zookeeper ?? assumedVersion[options.platform]
  );
}

/** Plans the change that the options name, from the given present. `listed`: the members as a configuration file lists them. */
export function planFromOptions(
  options: ChangeOptions,
  live: LiveSide,
  measured: MeasuredElections | undefined,
  listed?: readonly Address[],
): PlanResult {
  const kind = addressKind(options.platform);
  const zookeeper = versionFor(options, live);
  if (familyOf(zookeeper) === undefined) {
    throw badInput(
      `--zookeeper: '${zookeeper}' is no version whose joining rules are known.`,
      '  Give one from 3.4.6 on, such as 3.4.8 or 3.8.',
    );
  }
  const serviceGate = live.serviceGate ?? namedDcos(options)?.bootstrapGate;
  const gone = addresses(options.gone, kind, '--gone');
  const [leader] =
    options.leader === undefined ? [live.leader] : addresses([options.leader], kind, '--leader');
  return makePlan({
    platform: options.platform,
    idPolicy: live.idPolicy ?? (options.platform === 'dcos' ? 'sorted' : 'explicit'),
    zookeeper,
    cluster: live.cluster,
    createdBy: `succession ${version}`,
    current: live.current,
    change: requestedChange(options),
    leader: leader ?? null,
    consents: {
      allowCascade: options.allowCascade === true,
      allowRenumber: options.allowRenumber === true,
      allowOutage: options.allowOutage === true,
    },
    faults: options.faults,
    spares: addresses(options.spare, kind, '--spare'),
    candidates: options.candidate,
    down: [...new Set([...addresses(options.down, kind, '--down'), ...gone, ...live.down])],
    gone,
    ...(measured === undefined ? {} : { measured }),
    ...(serviceGate === undefined ? {} : { serviceGate }),
    ...(listed === undefined ? {} : { listed }),
    ...(options.reconfig === true || live.reconfigure === true ? { reconfigure: true } : {}),
  });
}

/** The lines of an invalid request. */
export function invalidRequest(
  result: PlanResult & { readonly kind: 'invalid' },
  palette: Palette,
): readonly string[] {
  return result.findings.flatMap((finding) => findingLines(finding, palette));
}

/** A plan in the asked format, with a newline at its end. `measured`: for the forms that say how long each part takes. */
export function renderPlan(
  plan: Plan,
  format: OutputFormat,
  palette: Palette,
  measured: MeasuredTimes | null = null,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(plan, null, 2)}\n`;
    case 'markdown':
      return planMarkdown(plan, measured);
    case 'html':
      return planHtml(plan, measured);
    case 'text':
      return planText(plan, palette);
  }
}

/** Reads a plan file, however well it hangs together. Throws bad input when it is no plan. */
export async function parsePlanFile(file: string): Promise<Plan> {
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw badInput(
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      '  Name a file that `succession plan --output json` made.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw badInput(
      `${file} is no whole JSON document: ${error instanceof Error ? error.message : String(error)}`,
      '  It may be cut off. Make it again with `succession plan --output json`.',
    );
  }
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    throw badInput(
      `${file} is no plan:`,
      ...prettifyError(parsed.error)
        .split('\n')
        .map((line) => `  ${line}`),
      '  Make it again with `succession plan --output json`.',
    );
  }
  return parsed.data;
}

/** Reads a plan file and checks that it hangs together. Throws bad input with the place of the fault. */
export async function readPlanFile(file: string): Promise<Plan> {
  const plan = await parsePlanFile(file);
  const faults = checkPlan(plan);
  if (faults.length > 0) {
    throw badInput(
      `${file} is a plan that can't be carried out:`,
      ...faults.map((fault) => `  ${fault}`),
      '  Make it again with `succession plan --output json`.',
    );
  }
  return plan;
}

/** `1:A,2:B → 1:A,2:C in 1 stage`, for questions. */
export function planSummary(plan: Plan): string {
  return `${describeEnsemble(plan.from)}\n  → ${describeEnsemble(plan.to)}`;
}
