// The plan as a path that one can walk: each step with its reason, and the ensemble that the plan predicts after it.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Plan } from '../src/plan/plan.js';
import type { RunState } from '../src/run/run-state.js';
import { duration } from '../src/view/figures.js';
import { picturePlanned } from '../src/view/page/ensemble-picture.js';
import { type PathStage, type PathStep, planPath } from '../src/view/page/plan-path.js';
import { costWords, isExplored, proofWords, stageTitle } from '../src/view/plan-words.js';
import { Ring } from './ensemble.js';
import { sentenceCase } from './head.js';
import { Quorum } from './quorum.js';
import { Works } from './works.js';

interface Stop {
  readonly stage: PathStage;
  readonly step: PathStep;
}

/** The panel. */
export function PlanPanel({ state, now }: { readonly state: RunState; readonly now: number }): JSX.Element {
  const [chosen, choose] = useState<string | null>(null);
  const stages = planPath(state);
  const stops = stages.flatMap((stage) => stage.steps.map((step) => ({ stage, step })));
  const here = stops.findLastIndex(({ step }) => step.place !== 'ahead');
  const found = stops.findIndex((stop) => keyOf(stop) === chosen);
  const at = found === -1 ? Math.max(0, here) : found;
  const stop = stops[at];
  const go = (index: number): void => {
    const next = stops[index];
    if (next !== undefined) choose(keyOf(next));
  };
  return (
    <section class="panel wide plan" aria-labelledby="plan-title">
      <h2 id="plan-title">
        Plan <small>{aboutPlan(state.plan)}</small>
      </h2>
      <ol class="stages">
        {stages.map((stage) => (
          <li key={stage.stage.number} class={`stage ${stage.place}`}>
            <h3>
              {stage.stage.number}. {sentenceCase(stageTitle(stage.stage))} <small>{stageWords(stage)}</small>
            </h3>
            <ol class="path">
              {stage.steps.map((step) => {
                const key = keyOf({ stage, step });
                return (
                  <li key={key} class={step.place} aria-current={step.place === 'here' ? 'step' : undefined}>
                    <button
                      type="button"
                      aria-pressed={stop !== undefined && keyOf(stop) === key}
                      onClick={() => choose(key)}
                    >
                      <span class="mark" aria-hidden="true">
                        {step.place === 'done' ? '✓' : step.place === 'here' ? '▶' : ''}
                      </span>
                      <span class="kind">{step.kind}</span>
                      <span class="host">{step.host}</span>
                      <span class="hidden">{placeWords[step.place]}</span>
                    </button>
                  </li>
                );
              })}
            </ol>
          </li>
        ))}
      </ol>
      {stop !== undefined && (
        <div class="stop">
          <p class="steppers">
            <button type="button" aria-disabled={at === 0} onClick={() => go(at - 1)}>
              ‹ Step before
            </button>
            <button type="button" aria-disabled={at === stops.length - 1} onClick={() => go(at + 1)}>
              Next step ›
            </button>
            {found !== -1 && here !== -1 && (
              <button type="button" onClick={() => choose(null)}>
                Where the run is
              </button>
            )}
          </p>
          <StepCard stop={stop} />
        </div>
      )}
      <Works state={state} now={now} />
      <Findings plan={state.plan} />
    </section>
  );
}

function keyOf({ stage, step }: Stop): string {
  return `${stage.stage.number} ${step.place === 'ahead' ? 'planned' : 'taken'} ${step.id}`;
}

const placeWords = { done: ', done', here: ', under way', ahead: ', ahead' } as const;

function stageWords({ place, tookMs }: PathStage): string {
  if (place === 'passed-over') return 'given up';
  if (place === 'done') return tookMs === null ? 'done' : `done in ${duration(tookMs)}`;
  return place === 'here' ? 'under way' : '';
}

function aboutPlan(plan: Plan): string {
  return [...(isExplored(plan) ? [proofWords(plan)] : []), costWords(plan.expected)].join('; ');
}

function StepCard({ stop: { stage, step } }: { readonly stop: Stop }): JSX.Element {
  const picture = step.planned === null ? null : picturePlanned(stage.stage, step.planned);
  const took = step.tookMs === null ? '' : `, took ${duration(step.tookMs)}`;
  return (
    <div class="card">
      <div aria-live="polite">
        <h4>
          {step.id} {sentenceCase(step.kind)} {step.host}{' '}
          <small>{`${placeWords[step.place].slice(2)}${took}`}</small>
        </h4>
        <p>{sentenceCase(step.reason).replace(/\.?$/, '.')}</p>
        <p class="small">
          {step.margin < 0
            ? 'The ensemble does not serve while this is done.'
            : `While this is done, ${step.margin} more may fail.`}
        </p>
      </div>
      {picture !== null && (
        <figure>
          <figcaption>
            As the plan predicts it after this step
            {picture.leader === null ? ': nobody leads' : `: ${picture.leader} leads`}
          </figcaption>
          <div class="drawn">
            <Ring picture={picture} />
            <Quorum picture={picture} state={null} />
          </div>
        </figure>
      )}
    </div>
  );
}

function Findings({ plan }: { readonly plan: Plan }): JSX.Element | null {
  if (plan.findings.length === 0) return null;
  return (
    <details class="findings" open={plan.findings.some((finding) => finding.severity === 'error')}>
      <summary>What the plan wants you to know: {plan.findings.length}</summary>
      <ul>
        {plan.findings.map((finding, index) => (
          <li key={index}>
            <b>{finding.severity}</b> {finding.message} <small>{finding.remedy}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}
