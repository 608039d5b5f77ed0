// How does the work of a proof grow with members and with faults, as a picture?

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** One proof. */
export interface GrowthPoint {
  readonly members: number;
  readonly faults: number;
  readonly states: number;
}

/** A line for each number of faults, states on a logarithmic scale; an SVG that reads on light and dark pages. */
export async function growthChart(points: readonly GrowthPoint[]): Promise<string> {
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 420,
    height: 260,
    background: 'white',
    data: { values: points.map(({ members, faults, states }) => ({ members, faults: `${faults}`, states })) },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'members',
        type: 'ordinal',
        title: 'members, one of them replaced',
        axis: { labelAngle: 0 },
      },
      y: { field: 'states', type: 'quantitative', scale: { type: 'log' }, title: 'states' },
      color: { field: 'faults', type: 'nominal', title: 'faults' },
      shape: { field: 'faults', type: 'nominal', title: 'faults' },
    },
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
