// The ensemble, drawn: who is there, who leads, whom the leader has in sync, and how much may still go wrong.

import type { JSX } from 'preact';
import type { RunState } from '../src/run/run-state.js';
import type { EnsemblePicture, PictureServer } from '../src/view/page/ensemble-picture.js';
import { lasting } from './clock.js';
import { Quorum } from './quorum.js';

/** The panel: ring, quorum, table. */
export function EnsemblePanel({
  picture,
  state,
  seenMs,
  over,
}: {
  readonly picture: EnsemblePicture;
  readonly state: RunState;
  /** How long ago the servers were asked; null where that is not known. */
  readonly seenMs: number | null;
  /** Whether nobody looks any more. */
  readonly over: boolean;
}): JSX.Element {
  const asOf =
    picture.basis === 'seen'
      ? seenMs === null || seenMs < 4000
        ? 'as seen now'
        : `as seen ${lasting(seenMs)} ago`
      : picture.margin === null
        ? 'nobody has been asked yet'
        : picture.basis === 'failure'
          ? 'as it was seen when the run stopped'
          : 'as the last gate saw it';
  return (
    <section class="panel ensemble" aria-labelledby="ensemble-title">
      <h2 id="ensemble-title">
        Ensemble <small>{asOf}</small>
      </h2>
      <div class="drawn">
        <Ring picture={picture} />
        <Quorum picture={picture} state={state} />
      </div>
      {over && state.clusterFile !== '' && (
        <p class="small">
          Nobody looks at it now; in a terminal: <code>succession status --cluster {state.clusterFile}</code>
        </p>
      )}
      <ServerTable picture={picture} />
    </section>
  );
}

const CENTRE = { x: 200, y: 124 };

/** The ring. What it shows is said in the table, so that a screen reader need not look at it. */
export function Ring({ picture }: { readonly picture: EnsemblePicture }): JSX.Element {
  const { servers } = picture;
  const places = servers.map((_, index) => place(index, servers.length));
  const lead = servers.findIndex((server) => server.address === picture.leader);
  const from = places[lead];
  return (
    <svg class="ring" viewBox="0 0 400 280" aria-hidden="true" focusable="false">
      {from !== undefined &&
        servers.map((server, index) => {
          const to = places[index];
          if (to === undefined || (server.role !== 'follower' && server.role !== 'observer')) return null;
          return (
            <line
              key={server.address}
              class={`link ${server.role}`}
              x1={from.x}
              y1={from.y}
              x2={to.x}
              y2={to.y}
            />
          );
        })}
      {servers.map((server, index) => (
        <ServerMark key={server.address} server={server} at={places[index] ?? CENTRE} />
      ))}
    </svg>
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Ids run clockwise from the top. */
function place(index: number, count: number): Place {
  const turn = (2 * Math.PI * index) / Math.max(1, count) - Math.PI / 2;
  return { x: CENTRE.x + 142 * Math.cos(turn), y: CENTRE.y + 92 * Math.sin(turn) };
}

/** `!` outweighs what the stage does to it. */
const badges = { comes: '+', leaves: '−', renewed: '↻', stays: '' } as const;

function ServerMark({ server, at }: { readonly server: PictureServer; readonly at: Place }): JSX.Element {
  const badge = server.missing ? '!' : badges[server.change];
  return (
    <g
      class={`server ${server.role} ${server.change} ${server.missing ? 'missing' : ''}`}
      transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}
    >
      {server.busy && <circle class="busy" r="30" />}
      <circle class="body" r="23" />
      {server.role === 'silent' && <path class="cross" d="M-16 16 L16 -16" />}
      <text class="id" y="7">
        {server.id}
      </text>
      {server.role === 'leader' && (
        <path class="crown" d="M-11 -28 L-13 -38 L-6 -33 L0 -41 L6 -33 L13 -38 L11 -28 Z" />
      )}
      {badge !== '' && (
        <g transform="translate(20 -16)">
          <circle class="badge" r="9" />
          <text class="badge-text" y="4.5">
            {badge}
          </text>
        </g>
      )}
      <text class="address" y="39">
        {server.address}
      </text>
    </g>
  );
}

/** What a server is, in a word or two. */
function roleWords(server: PictureServer): string {
  switch (server.role) {
    case 'leader':
      return 'leads';
    case 'follower':
      return 'follows, in sync';
    case 'observer':
      return 'observes';
    case 'silent':
      if (server.missing) return '! does not serve, and should';
      return server.change === 'leaves' ? 'stopped' : 'does not serve';
    case 'unknown':
      return 'not asked yet';
  }
}

function changeWords({ change, idBefore, busy }: PictureServer): string {
  const words = { comes: 'comes', leaves: 'leaves', renewed: 'from an empty disk', stays: '' } as const;
  return [words[change], idBefore === null ? '' : `was ${idBefore}`, busy ? 'being worked on' : '']
    .filter((part) => part !== '')
    .join(', ');
}

function ServerTable({ picture }: { readonly picture: EnsemblePicture }): JSX.Element {
  const zxids = picture.servers.some((server) => server.zxid !== null);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Servers">
      <table>
        <thead>
          <tr>
            <th scope="col">id</th>
            <th scope="col">address</th>
            <th scope="col">role</th>
            <th scope="col">epoch</th>
            {zxids && (
              <th scope="col" class="zxid">
                last zxid
              </th>
            )}
            <th scope="col">list</th>
            <th scope="col">in this stage</th>
          </tr>
        </thead>
        <tbody>
          {picture.servers.map((server) => (
            <tr key={server.address} class={`${server.role} ${server.missing ? 'missing' : ''}`}>
              <td>{server.id}</td>
              <th scope="row">{server.address}</th>
              <td>{roleWords(server)}</td>
              <td>{server.epoch ?? '–'}</td>
              {zxids && <td class="mono zxid">{server.zxid ?? '–'}</td>}
              <td>{server.list ?? '–'}</td>
              <td>{changeWords(server)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
