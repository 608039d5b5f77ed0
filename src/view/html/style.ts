// How do our pages look: on a screen by day and night, on a phone, on paper?

/** The whole style sheet. No colour carries a meaning that words or a shape do not carry as well. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fff; --sheet: #f6f7f9; --line: #d5dae1; --ink: #1a2129; --soft: #56616e;
  --accent: #1f4e79; --accent-soft: #dbe7f2; --good: #1c6b3c; --warn: #8a5300; --bad: #a81e1e; --bad-soft: #f7dcda;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #13171c; --sheet: #1b2128; --line: #343d48; --ink: #e4e8ed; --soft: #a0abb8;
    --accent: #8fbce6; --accent-soft: #21374c; --good: #7cc796; --warn: #e0ac5a; --bad: #f08d86; --bad-soft: #4a2523;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
footer { padding-top: 1rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .85rem; }
h1 { font-size: 1.85rem; line-height: 1.2; margin: .2rem 0 .6rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .7rem; padding-top: .9rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.7rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; font-size: .86em; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; padding: .7rem .9rem; margin: .6rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ul, ol { margin: .5rem 0; padding-left: 1.3rem; }
li { margin: .15rem 0; }
.kicker { margin: 0; color: var(--soft); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
.lead { font-size: 1.08rem; }
.soft { color: var(--soft); }
.small { font-size: .87rem; }
.badge { display: inline-block; border: 1.5px solid; border-radius: 4px; padding: .05rem .5rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.note { border-left: 4px solid var(--warn); background: var(--sheet); padding: .55rem .9rem; margin: 1rem 0; }
.note.stop { border-color: var(--bad); }
.note.info { border-color: var(--accent); }
.note p { max-width: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: 1px; margin: 1.2rem 0; padding: 0; list-style: none; background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.tiles li { background: var(--ground); margin: 0; padding: .7rem .9rem; }
.tiles b { display: block; font-size: 1.3rem; line-height: 1.25; font-weight: 650; }
.tiles span { color: var(--soft); font-size: .82rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: .8rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
nav ol { columns: 2; column-gap: 2rem; padding-left: 1.3rem; font-size: .95rem; max-width: 46rem; }
table { border-collapse: collapse; width: 100%; margin: .7rem 0 1rem; font-size: .92rem; }
caption { text-align: left; color: var(--soft); font-size: .87rem; padding-bottom: .3rem; }
th { text-align: left; font-weight: 600; font-size: .82rem; color: var(--soft); border-bottom: 1.5px solid var(--line); padding: .3rem .9rem .3rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
th.number, th.nowrap { width: 1%; }
.narrow { max-width: 38rem; }
tr.changed td { background: linear-gradient(var(--accent-soft), var(--accent-soft)); }
td p { margin: .1rem 0; }
details { margin: .25rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: .87rem; width: fit-content; }
details ul { font-size: .85rem; margin: .3rem 0 .5rem; }
.seen { columns: 14rem; column-gap: 1.5rem; }
.seen li { break-inside: avoid; }
figure { margin: 1rem 0; }
figcaption { color: var(--soft); font-size: .87rem; max-width: 46rem; }
.wide { overflow-x: auto; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; font-family: inherit; }
svg text { fill: var(--soft); font-size: 12px; }
svg .strong { fill: var(--ink); font-weight: 600; }
svg .axis { stroke: var(--line); fill: none; }
svg .area { fill: var(--accent-soft); stroke: var(--accent); stroke-width: 1; }
svg .band { fill: var(--accent-soft); stroke: var(--ground); }
svg .band.odd { fill: var(--line); }
svg .tick { fill: var(--accent); stroke: var(--ground); stroke-width: .75; }
svg .tick.odd { opacity: .55; }
svg .gap { fill: var(--bad); opacity: .8; }
svg .label { fill: var(--bad); font-weight: 600; }
svg .blind { fill: var(--sheet); stroke: var(--line); stroke-dasharray: 3 3; }
svg .safe { fill: var(--accent); }
svg .thin { fill: var(--warn); }
svg .none { fill: var(--bad); }
.sign { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1.4rem 2rem; margin: 1.4rem 0 0; padding: 0; list-style: none; }
.sign li { border-bottom: 1px solid var(--ink); padding-top: 2.4rem; color: var(--soft); font-size: .87rem; }
@media (max-width: 42rem) {
  h1 { font-size: 1.45rem; }
  nav ol { columns: 1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: block; border-bottom: 1.5px solid var(--line); padding: .5rem 0; }
  .cards td { display: grid; grid-template-columns: 7.2rem 1fr; gap: .6rem; border: 0; padding: .12rem 0; text-align: left; white-space: normal; }
  .cards td::before { content: attr(data-label); color: var(--soft); font-size: .82rem; }
  .cards td > div { min-width: 0; overflow-wrap: anywhere; }
}
@media print {
  @page { margin: 16mm 14mm; }
  html { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  tr, figure, .note, .tiles, .sign { break-inside: avoid; }
  nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { color: var(--soft); list-style: none; }
  svg { min-width: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
