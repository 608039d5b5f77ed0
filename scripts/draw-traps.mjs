// Draws the pictures of docs/explanation/: `node scripts/draw-traps.mjs` writes them anew.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const width = 250;
const row = 46;
const top = 74;

/**
 * @typedef {object} Panel One moment, left to right.
 * @property {string[]} caption
 * @property {string[][]} servers Name, list held (`old`, `new`), deed, and `W` where that write is on its disk.
 * @property {[number, number, string][]} quorums First and last row, and whose quorum it is.
 */

/** @type {Record<string, { title: string, panels: Panel[] }>} */
const pictures = {
  'both-new-ones-first': {
    title: 'Both new ones first: an old and a new quorum side by side',
    panels: [
      {
        caption: ['Both newcomers run.', 'They can follow nobody.'],
        servers: [
          ['31.133', 'old', 'leads'],
          ['27.57', 'old', 'follows'],
          ['27.182', 'old', 'follows'],
          ['30.129', 'new', 'looks'],
          ['30.220', 'new', 'looks'],
        ],
        quorums: [[0, 2, 'old: 3 of 3']],
      },
      {
        caption: ['27.182 gets the new list.', 'Two leaders, two quorums.'],
        servers: [
          ['31.133', 'old', 'leads', 'W'],
          ['27.57', 'old', 'follows', 'W'],
          ['27.182', 'new', 'leads'],
          ['30.129', 'new', 'follows'],
          ['30.220', 'new', 'follows'],
        ],
        quorums: [
          [0, 1, 'old: 2 of 3'],
          [2, 4, 'new: 3 of 5'],
        ],
      },
      {
        caption: ['The last two are upgraded,', 'and cut back to the leader.'],
        servers: [
          ['31.133', 'new', 'W cut off'],
          ['27.57', 'new', 'W cut off'],
          ['27.182', 'new', 'leads'],
          ['30.129', 'new', 'follows'],
          ['30.220', 'new', 'follows'],
        ],
        quorums: [[0, 4, 'new: 5 of 5']],
      },
    ],
  },
  'leader-whose-id-moves': {
    title: 'Leader last, and its id moves: nobody with the new list can follow it',
    panels: [
      {
        caption: ['31.133 leads as id 3.', 'In the new list it is id 5.'],
        servers: [
          ['31.133', 'old', 'leads as 3'],
          ['27.57', 'old', 'follows 3'],
          ['27.182', 'old', 'follows 3'],
        ],
        quorums: [[0, 2, 'old: 3 of 3']],
      },
      {
        caption: ['27.182 gets the new list;', '3 is 30.129 there: no way in.'],
        servers: [
          ['31.133', 'old', 'leads as 3'],
          ['27.57', 'old', 'follows 3'],
          ['27.182', 'new', 'looks for 3'],
        ],
        quorums: [[0, 1, 'old: 2 of 3']],
      },
      {
        caption: ['Instead: 31.133 moves first,', 'and 27.57 leads.'],
        servers: [
          ['27.57', 'new', 'leads as 2'],
          ['27.182', 'old', 'follows 2'],
          ['31.133', 'new', 'follows 2, is 5'],
          ['30.129', 'new', 'follows 2, is 3'],
        ],
        quorums: [[0, 3, '2 is 27.57: in both']],
      },
    ],
  },
  'held-back-too-early': {
    title: 'Held back, but too early: one server still leads with the old list',
    panels: [
      {
        caption: ['zk5 starts while zk3', 'leads with the old list.'],
        servers: [
          ['zk3', 'old', 'leads'],
          ['zk2', 'new', 'follows'],
          ['zk1', 'new', 'follows'],
          ['zk4', 'new', 'follows'],
          ['zk5', 'new', 'follows'],
        ],
        quorums: [[0, 1, 'old: 2 are enough']],
      },
      {
        caption: ['W reaches zk2 only: zk1, zk4', 'and zk5 are slow. Acknowledged.'],
        servers: [
          ['zk3', 'old', 'leads', 'W'],
          ['zk2', 'new', 'follows', 'W'],
          ['zk1', 'new', 'slow'],
          ['zk4', 'new', 'slow'],
          ['zk5', 'new', 'slow'],
        ],
        quorums: [[0, 1, 'old: 2 of 3']],
      },
      {
        caption: ['zk3 goes down for its upgrade,', 'zk2 is silent: W is missed.'],
        servers: [
          ['zk3', 'old', 'down', 'W'],
          ['zk2', 'new', 'silent', 'W'],
          ['zk1', 'new', 'leads'],
          ['zk4', 'new', 'follows'],
          ['zk5', 'new', 'follows'],
        ],
        quorums: [[2, 4, 'new: 3 of 5']],
      },
    ],
  },
};

// The background changes with the colours, so that a page of either kind can show it.
const style = `text{font:13px sans-serif;fill:#1f2328}.page{fill:#fff}.title{font-size:15px;font-weight:bold}.quiet{fill:#59636e}
.old{fill:#dbeafe;stroke:#1d4ed8}.new{fill:#ffedd5;stroke:#c2410c}.write{fill:#b91c1c}.mark{fill:#fff;font-weight:bold}
.quorum{fill:none;stroke:#59636e;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.page{fill:#0d1117}.quiet{fill:#9198a1}.old{fill:#172554;stroke:#60a5fa}
.new{fill:#431407;stroke:#fb923c}.write{fill:#dc2626}.quorum{stroke:#9198a1}}`;

/**
 * @param {Panel} panel
 * @param {number} index its place from the left
 */
function panelSvg({ caption, servers, quorums }, index) {
  const left = 16 + index * width;
  const lines = caption.map((line, at) => `<text x="${left}" y="${44 + at * 17}">${line}</text>`);
  const boxes = servers.map(([name, list, deed, write], at) => {
    const y = top + at * row;
    const mark =
      write === undefined
        ? ''
        : `<circle class="write" cx="${left + 20}" cy="${y + 18}" r="11"/><text class="mark" x="${left + 14}" y="${y + 23}">W</text>`;
    return `<rect class="${list}" x="${left}" y="${y}" width="150" height="36" rx="6"/>${mark}<text x="${left + 38}" y="${y + 16}">${name}</text><text x="${left + 38}" y="${y + 31}">${deed}</text><text class="quiet" x="${left + 118}" y="${y + 16}">${list}</text>`;
  });
  const brackets = quorums.map(([first, last, label]) => {
    const [from, to, x] = [top + first * row, top + last * row + 36, left + 156];
    const words = label.split(': ');
    const middle = (from + to) / 2 + 5 - (words.length - 1) * 8;
    const text = words.map((word, at) => `<text x="${x + 14}" y="${middle + at * 16}">${word}</text>`);
    return `<path class="quorum" d="M${x} ${from}h8v${to - from}h-8"/>${text.join('')}`;
  });
  return [...lines, ...boxes, ...brackets].join('\n');
}

for (const [name, { title, panels }] of Object.entries(pictures)) {
  const rows = Math.max(...panels.map(({ servers }) => servers.length));
  const [wide, high] = [panels.length * width + 16, top + rows * row + 8];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img">
<title>${title}</title>
<style>${style}</style>
<rect class="page" width="${wide}" height="${high}" rx="8"/>
<text class="title" x="16" y="22">${title}</text>
${panels.map(panelSvg).join('\n')}
</svg>
`;
  writeFileSync(fileURLToPath(new URL(`../docs/explanation/${name}.svg`, import.meta.url)), svg);
}
