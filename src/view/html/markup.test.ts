import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleReport } from '../../../test/support/sample-run.js';
import { ensembleOf } from '../../model/ensemble.js';
import { makePlan } from '../../plan/make-plan.js';
import type { Plan } from '../../plan/plan.js';
import type { RunReport } from '../report.js';
import { markup } from './markup.js';
import { planHtml } from './plan-page.js';
import { reportHtml } from './report-page.js';

describe('markup', () => {
  test('escapes what is put into it, and nothing twice', () => {
    const part = markup`<b>${'<&>"\''}</b>`;
    expect(markup`<p title="${'"'}">${part}${null}${[1, 'x']}</p>`.source).toBe(
      '<p title="&quot;"><b>&lt;&amp;&gt;&quot;&#39;</b>1x</p>',
    );
  });

  test('shows characters that would hide or turn round what is read', () => {
    expect(markup`${'a\u0000b\u202Ec\uD800'}`.source).toBe('a\uFFFDb\uFFFDc\uFFFD');
  });
});

/** Every string of a document replaced, but those that choose among a few words and the times. */
function withStrings<T>(document: T, edit: (text: string) => string): T {
  const kept = /^(\d{4}-\d\d-\d\dT.*Z|succession\..*|[a-z-]+)$/;
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return kept.test(value) ? value : edit(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]));
  };
  return walk(document) as T;
}

/** The tags of a page with their attributes' names, in order: what a browser would build. */
function skeleton(page: string): readonly string[] {
  const tags = page.replace(/<style>[^<]*<\/style>/, '').match(/<[^>]*>/g) ?? [];
  return tags.map((tag) => tag.replaceAll(/="[^"]*"/g, '='));
}

const planned = makePlan({
  platform: 'zookeeper',
  idPolicy: 'explicit',
  zookeeper: '3.8.0',
  cluster: 'West 1',
  createdBy: 'test 1',
  current: ensembleOf(['ZK-1', 'ZK-2', 'ZK-3'].map((address, index) => ({ id: index + 1, address }))),
  change: { kind: 'target', addresses: ['ZK-1', 'ZK-2', 'ZK-4'] },
  leader: 'ZK-3',
  consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
  spares: [],
  candidates: [],
});
if (planned.kind !== 'planned') throw new Error(planned.kind);

const hostile = fc.string({
  unit: fc.constantFrom(
    '<',
    '>',
    '&',
    '"',
    "'",
    '`',
    '/',
    '=',
    ' ',
    '-',
    '!',
    's',
    '<script>',
    '<!--',
    ']]>',
    '\n',
    '\u202E',
  ),
  maxLength: 12,
});

/** Nothing of the input may open a tag, an attribute or a comment: only lists may be longer where the input has more lines. */
function noInputIsMarkup<T>(document: T, render: (document: T) => string): void {
  fc.assert(
    fc.property(hostile, (text) => {
      const tame = withStrings(document, (one) => one.replaceAll('`', ''));
      const page = render(withStrings(tame, (one) => one + text.replaceAll('`', '')));
      expect(skeleton(page)).toEqual(skeleton(render(tame)));
      expect(page).not.toContain('<script');
      expect(page).not.toContain('<!--');
    }),
    { numRuns: 60 },
  );
}

describe('no input is markup', () => {
  test('in a change request', () => noInputIsMarkup<Plan>(planned.plan, planHtml));
  test('in a report', () => noInputIsMarkup<RunReport>(sampleReport, reportHtml));
});

describe('a page', () => {
  test('asks nobody for anything, and has no script', () => {
    for (const page of [planHtml(planned.plan), reportHtml(sampleReport)]) {
      expect(page).toContain('default-src &#39;none&#39;');
      expect(page).not.toMatch(
        /\b(src|srcset|action|background)=|url\(|@import|<script|<link|<iframe|\son\w+=/,
      );
      expect(page.match(/href="[^#]/g)).toBeNull();
      expect(page).not.toMatch(/\sstyle=/);
    }
  });

  test('has each id once, and a target for each of its links', () => {
    for (const page of [planHtml(planned.plan), reportHtml(sampleReport)]) {
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    }
  });
});

/** How a page looks is no matter of its transcript. */
function withoutStyle(page: string): string {
  return page.replace(/<style>[^<]*<\/style>/, '<style></style>').replace(/sha256-[^&]*&/, 'sha256-…&');
}

test('a report reads as its transcript', async () => {
  await expect(withoutStyle(reportHtml(sampleReport))).toMatchFileSnapshot(
    '../../../test/golden/view/report.html',
  );
});

test('a change request reads as its transcript', async () => {
  await expect(withoutStyle(planHtml(planned.plan))).toMatchFileSnapshot(
    '../../../test/golden/view/change-request.html',
  );
});
