// How many more servers may fail during each step? The picture of a plan.

import type { Plan } from '../../plan/plan.js';
import { plural } from '../figures.js';
import { markup, type Markup } from './markup.js';

const [left, right, top, unit, foot] = [78, 8, 30, 26, 40];

/** A column a step, as high as its margin; what is low has its figure written above. */
export function marginChart({ stages }: Plan): Markup {
  const steps = stages.flatMap((stage) => stage.steps);
  const most = Math.max(1, ...steps.map((step) => step.margin));
  const width = Math.max(640, left + right + steps.length * 24);
  const column = (width - left - right) / Math.max(1, steps.length);
  const base = top + 14 + most * unit;
  const height = base + foot;
  const lows = steps.filter((step) => step.margin <= 0).length;
  let at = 0;
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="The margin during each of ${plural(steps.length, 'step')}; 0 or none during ${lows}">
${Array.from({ length: most + 1 }, (_, margin) => {
  const y = base - margin * unit;
  return markup`<path class="axis" d="M${left} ${y}H${width - right}"/><text x="${left - 8}" y="${y + 4}" text-anchor="end">${margin === 0 ? '0 may fail' : `${margin} may fail`}</text>
`;
})}${stages.map((stage, index) => {
    const from = left + at * column;
    at += stage.steps.length;
    const wide = stage.steps.length * column;
    return markup`<rect class="band${index % 2 === 1 ? ' odd' : ''}" x="${round(from)}" y="4" width="${round(wide)}" height="18"/><text class="strong" x="${round(from + wide / 2)}" y="17" text-anchor="middle">${wide > 60 ? `stage ${stage.number}` : stage.number}</text>
`;
  })}${steps.map((step, index) => {
    const from = left + index * column;
    const high = Math.max(0, step.margin) * unit;
    const [kind, mark] = step.margin < 0 ? ['none', '×'] : step.margin === 0 ? ['thin', '0'] : ['safe', ''];
    const tall = Math.max(4, high);
    return markup`<rect class="${kind}" x="${round(from + 3)}" y="${round(base - tall)}" width="${round(column - 6)}" height="${tall}"><title>${step.id} ${step.kind} ${step.host}: margin ${step.margin < 0 ? 'none, nobody serves' : step.margin}</title></rect>${
      mark === ''
        ? null
        : markup`<text class="strong" x="${round(from + column / 2)}" y="${base - 9}" text-anchor="middle">${mark}</text>`
    }<text x="${round(from + column / 2)}" y="${base + 15}" text-anchor="middle">${step.id}</text>
`;
  })}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
