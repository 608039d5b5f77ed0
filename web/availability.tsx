// What clients notice: writes over time, with every gap and the step that it came from.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveReading } from '../src/run/live-reading.js';
import type { RunState } from '../src/run/run-state.js';
import { duration, plural } from '../src/view/figures.js';
import type { Availability } from '../src/view/page/availability.js';
import { timedWork } from '../src/view/page/timed-work.js';
import { clockTime } from './clock.js';
import { ask } from './run-feed.js';

interface ToldGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: { readonly id: string; readonly label: string } | null;
}

type Told = Omit<Availability, 'gaps'> & { readonly gaps: readonly ToldGap[] };

/** Gaps of one cause that follow each other: told as one. */
interface GapGroup {
  readonly cause: ToldGap['cause'];
  readonly gaps: readonly ToldGap[];
}

function grouped(gaps: readonly ToldGap[]): readonly GapGroup[] {
  const groups: { cause: ToldGap['cause']; gaps: ToldGap[] }[] = [];
  for (const gap of gaps) {
    const last = groups.at(-1);
    if (last !== undefined && last.cause?.id === gap.cause?.id) last.gaps.push(gap);
    else groups.push({ cause: gap.cause, gaps: [gap] });
  }
  return groups;
}

const LOOK_MS = 2000;
const HEIGHT = 132;
const TOP = 26;
const LANE = 12;
/** More marks than this can't be told apart; the list holds them all. */
const MOST_MARKS = 24;

/** The panel. */
export function AvailabilityPanel({
  state,
  live,
}: {
  readonly state: RunState;
  readonly live: LiveReading | null;
}): JSX.Element {
  const told = useAvailability(live !== null, state.records);
  const total = told?.slices.reduce((sum, slice) => sum + slice.acknowledged, 0) ?? 0;
  return (
    <section class="panel wide availability" aria-labelledby="availability-title">
      <h2 id="availability-title">
        Availability <small>writes of the run’s own canary; times in UTC</small>
      </h2>
      {told === null || total === 0 ? (
        <p>No write has been acknowledged yet.</p>
      ) : (
        <>
          <p>
            {plural(total, 'write')} acknowledged; {duration(told.unavailableMs)} unavailable in all, the
            longest gap {duration(told.longestGapMs)}.
          </p>
          <Chart told={coarser(told)} state={state} />
          <GapList gaps={told.gaps} />
        </>
      )}
    </section>
  );
}

/** Asked for every two seconds while a process works on the run and the page is seen. */
function useAvailability(alive: boolean, records: number): Told | null {
  const [told, setTold] = useState<Told | null>(null);
  const settled = alive ? 0 : records;
  useEffect(() => {
    let ended = false;
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const answer = await ask('api/availability').catch(() => null);
      const value: unknown = answer?.ok === true ? await answer.json() : null;
      if (!ended && isTold(value)) setTold(value);
    };
    void look();
    const timer = alive ? window.setInterval(() => void look(), LOOK_MS) : undefined;
    const seen = (): void => void look();
    document.addEventListener('visibilitychange', seen);
    return () => {
      ended = true;
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [alive, settled]);
  return told;
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'slices' in value && 'gaps' in value;
}

/** Fewer writes than these in a slice are noise: then several slices are drawn as one. */
const TELLING_WRITES = 8;

/** The same in longer slices where there are few writes. The last one, which is not whole yet, would look like a fall. */
function coarser({ slices, sliceMs, ...rest }: Told): Told {
  const mean = slices.reduce((sum, slice) => sum + slice.acknowledged, 0) / Math.max(1, slices.length);
  const each = Math.min(16, Math.max(1, Math.ceil(TELLING_WRITES / Math.max(mean, 0.1))));
  const count = Math.max(1, Math.floor(slices.length / each));
  const longer = Array.from({ length: count }, (_, index) => {
    const part = slices.slice(index * each, (index + 1) * each);
    return {
      at: part[0]?.at ?? 0,
      acknowledged: part.reduce((sum, slice) => sum + slice.acknowledged, 0),
    };
  });
  return { ...rest, slices: longer, sliceMs: sliceMs * each };
}

function Chart({ told, state }: { readonly told: Told; readonly state: RunState }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const first = told.slices[0]?.at ?? state.startedAt;
  const last = Math.max(
    first + 1000,
    (told.slices.at(-1)?.at ?? first) + told.sliceMs,
    told.gaps.at(-1)?.toMs ?? 0,
  );
  const x = (ms: number): number => ((ms - first) / (last - first)) * width;
  const most = Math.max(1, ...told.slices.map((slice) => slice.acknowledged));
  const y = (count: number): number => HEIGHT - (count / most) * (HEIGHT - TOP);
  const line = told.slices
    .map(
      (slice) =>
        `H${x(slice.at).toFixed(1)} V${y(slice.acknowledged).toFixed(1)} H${x(slice.at + told.sliceMs).toFixed(1)}`,
    )
    .join(' ');
  const work = timedWork(state).filter((one) => one.toMs > first && one.fromMs < last);
  return (
    <div class="chart" ref={box}>
      <svg width={width} height={HEIGHT + LANE + 22} aria-hidden="true" focusable="false">
        <defs>
          <pattern
            id="hatch"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="hatch" width="2.5" height="6" />
          </pattern>
        </defs>
        <path class="writes" d={`M0 ${HEIGHT} ${line} V${HEIGHT} Z`} />
        {told.gaps.map((gap) => (
          <GapMark key={gap.fromMs} from={x(gap.fromMs)} to={x(gap.toMs)} />
        ))}
        {grouped(told.gaps)
          .slice(0, MOST_MARKS)
          .map(({ gaps }, index) => {
            const middle = (x(gaps[0]?.fromMs ?? first) + x(gaps.at(-1)?.toMs ?? last)) / 2;
            return (
              <GapNumber
                key={gaps[0]?.fromMs}
                number={index + 1}
                at={Math.min(Math.max(10, middle), width - 10)}
              />
            );
          })}
        <line class="axis" x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} />
        {work.map((one, index) => {
          const from = Math.max(0, x(one.fromMs));
          const to = Math.min(width, x(Math.min(one.toMs, last)));
          return (
            <g key={`${one.id} ${one.fromMs}`}>
              <rect
                class={`work ${index % 2 === 0 ? 'even' : 'odd'}`}
                x={from}
                y={HEIGHT + 3}
                width={Math.max(1, to - from - 1)}
                height={LANE}
                rx="2"
              >
                <title>{`${one.id} ${one.label}`}</title>
              </rect>
              {to - from > 8 * one.id.length + 8 && (
                <text class="work-id" x={(from + to) / 2} y={HEIGHT + LANE}>
                  {one.id}
                </text>
              )}
            </g>
          );
        })}
        <text class="tick" x="0" y={HEIGHT + LANE + 18}>
          {clockTime(first)}
        </text>
        {width > 480 && (
          <text class="tick middle" x={width / 2} y={HEIGHT + LANE + 18}>
            {clockTime((first + last) / 2)}
          </text>
        )}
        <text class="tick end" x={width} y={HEIGHT + LANE + 18}>
          {clockTime(last)}
        </text>
      </svg>
      <p class="small">
        Height: writes in {duration(told.sliceMs)}, at most {most}. Hatched and numbered: no write was
        acknowledged. Beneath: the steps of the run.
      </p>
    </div>
  );
}

function GapMark({ from, to }: { readonly from: number; readonly to: number }): JSX.Element {
  const width = Math.max(2, to - from);
  return (
    <g class="gap">
      <rect class="gap-ground" x={from} y={TOP} width={width} height={HEIGHT - TOP} />
      <rect fill="url(#hatch)" x={from} y={TOP} width={width} height={HEIGHT - TOP} />
    </g>
  );
}

function GapNumber({ number, at }: { readonly number: number; readonly at: number }): JSX.Element {
  return (
    <g class="gap">
      <circle cx={at} cy="13" r="9.5" />
      <text x={at} y="17">
        {number}
      </text>
    </g>
  );
}

function GapList({ gaps }: { readonly gaps: readonly ToldGap[] }): JSX.Element {
  if (gaps.length === 0) return <p class="small">No gap was longer than half a second.</p>;
  return (
    <ol class="gaps">
      {grouped(gaps).map((group) => (
        <li key={group.gaps[0]?.fromMs}>
          {lengthWords(group)}
          {group.cause === null
            ? ', while nothing was being done'
            : `, during ${group.cause.id} ${group.cause.label}`}
        </li>
      ))}
    </ol>
  );
}

function lengthWords({ gaps }: GapGroup): JSX.Element {
  const lengths = gaps.map((gap) => gap.toMs - gap.fromMs);
  const from = clockTime(gaps[0]?.fromMs ?? 0);
  const total = duration(lengths.reduce((sum, ms) => sum + ms, 0));
  return (
    <>
      <b>{total}</b>{' '}
      {gaps.length === 1 ? '' : `in ${gaps.length} gaps, the longest ${duration(Math.max(...lengths))}, `}
      from {from}
    </>
  );
}

function useWidth(box: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(200, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
