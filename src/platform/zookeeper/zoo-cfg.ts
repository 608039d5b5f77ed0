// How the members stand in zoo.cfg, and how the list is changed without touching any other line.

import { ensembleOf } from '../../model/ensemble.js';
import type { Ensemble, Member } from '../../model/ensemble.js';
import type { Setting } from './cluster-file.js';

/** The voting servers that a `zoo.cfg` lists, or why we must not judge or change this file. */
export type ServerList =
  | { readonly kind: 'list'; readonly ensemble: Ensemble }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** The file with another list. */
export type RewrittenFile =
  | { readonly kind: 'rewritten'; readonly text: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** The ports of a server line: for followers, and for elections. */
export interface ServerPorts {
  readonly quorumPort: number;
  readonly electionPort: number;
}

/** A server line taken apart; `tail` is everything from the first port on. */
interface ServerLine {
  readonly id: number;
  readonly host: string;
  readonly tail: string;
  /** Role and client port, as in `:participant;2181`; empty on 3.4. */
  readonly suffix: string;
}

/** The voting servers of a `zoo.cfg` of 3.4 to 3.9, ascending by id; observers are left out. */
export function parseServers(text: string): ServerList {
  const lines: ServerLine[] = [];
  for (const line of linesOf(text)) {
    const trouble = troubleWith(line);
    if (trouble !== undefined) return { kind: 'unsupported', reason: trouble };
    const server = parseServerLine(line);
    if (server !== undefined) lines.push(server);
  }
  const repeated = lines.find(
    (line, index) => lines.findIndex((other) => other.id === line.id || other.host === line.host) < index,
  );
  if (repeated !== undefined) {
    return { kind: 'unsupported', reason: `server.${repeated.id} or ${repeated.host} is listed twice` };
  }
  return { kind: 'list', ensemble: ensembleOf(lines.map(({ id, host }) => ({ id, address: host }))) };
}

/**
 * The same file with exactly `ensemble` as its voting servers. Every other line stays byte for byte, and so does the
 * line of a server that keeps its id. A server whose id changes keeps the ports and the role of its line.
 */
export function rewriteServers(text: string, ensemble: Ensemble, ports: ServerPorts): RewrittenFile {
  const before = parseServers(text);
  if (before.kind === 'unsupported') return before;
  const source = linesOf(text);
  const old = source.flatMap((line) => parseServerLine(line) ?? []);
  const suffixes = new Set(old.map((line) => line.suffix));
  const suffix = suffixes.size === 1 ? (old[0]?.suffix ?? '') : '';
  const lineEnd = source[0]?.endsWith('\r\n') === true ? '\r\n' : '\n';

  const render = (member: Member): string => {
    const tail = old.find((line) => line.host === member.address)?.tail;
    return serverLine(member, tail ?? `${ports.quorumPort}:${ports.electionPort}${suffix}`) + lineEnd;
  };
  const added = ensemble.filter((member) => !old.some((line) => line.id === member.id)).map(render);
  const last = source.findLastIndex((line) => parseServerLine(line) !== undefined);
  const output = source.flatMap((line, index) => {
    const server = parseServerLine(line);
    if (server === undefined) return [line];
    const member = ensemble.find((candidate) => candidate.id === server.id);
    const own = member === undefined ? [] : [member.address === server.host ? line : render(member)];
    return index === last ? [...own.map((text_) => withLineEnd(text_, added, lineEnd)), ...added] : own;
  });
  if (last === -1 && added.length > 0) {
    const end = output.at(-1);
    if (end !== undefined && !end.endsWith('\n')) output.push(lineEnd);
    output.push(...added);
  }
  return { kind: 'rewritten', text: output.join('') };
}

/** A whole new `zoo.cfg`. Settings are written as they are given, in their order. */
export function renderZooCfg(options: {
  readonly settings: Readonly<Record<string, Setting>>;
  readonly clientPort: number;
  readonly dataDirectory: string;
  readonly dataLogDirectory: string;
  readonly ensemble: Ensemble;
  readonly ports: ServerPorts;
}): string {
  const { settings, clientPort, dataDirectory, dataLogDirectory, ensemble, ports } = options;
  const lines = [
    ...Object.entries(settings).map(([key, value]) => `${key}=${String(value)}`),
    `clientPort=${clientPort}`,
    `dataDir=${dataDirectory}`,
    ...(dataLogDirectory === dataDirectory ? [] : [`dataLogDir=${dataLogDirectory}`]),
    ...ensemble.map((member) => serverLine(member, `${ports.quorumPort}:${ports.electionPort}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function serverLine(member: Member, tail: string): string {
  return `server.${member.id}=${member.address}:${tail}`;
}

/** Lines with their line ends, so that joining them gives the text back. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** The last line of a file may lack its line end: it needs one when lines follow. */
function withLineEnd(line: string, followers: readonly string[], lineEnd: string): string {
  return line.endsWith('\n') || followers.length === 0 ? line : line + lineEnd;
}

const serverValue = /^([^\s:;|[\]]+):(\d+:\d+((?::(?:participant|observer))?(?:;\S+)?))$/i;

/** A voting server's line; undefined for any other line, observers included. */
function parseServerLine(line: string): ServerLine | undefined {
  const [, id, value] = /^\s*server\.(\d+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
  const [, host, tail, suffix] = serverValue.exec(value ?? '') ?? [];
  if (id === undefined || host === undefined || tail === undefined || suffix === undefined) return undefined;
  return /^:observer/i.test(suffix) ? undefined : { id: Number(id), host, tail, suffix };
}

/** Why a file with this line is beyond us; undefined when it is not. */
function troubleWith(line: string): string | undefined {
  const [, key, value] = /^\s*([\w.]+)\s*[=:\s]\s*(.*?)\s*$/.exec(line) ?? [];
  if (key === undefined || value === undefined) return undefined;
  if (key === 'dynamicConfigFile')
    return `the list of servers is not in zoo.cfg but in ${value} (dynamicConfigFile)`;
  if (/^(?:group|weight)\./.test(key)) return `${key} makes a quorum of weights or groups, not a majority`;
  if (!key.startsWith('server.')) return undefined;
  const id = Number(key.slice('server.'.length));
  if (!Number.isInteger(id) || id < 1 || id > 255) return `${key} is not a server id of 1 to 255`;
  return serverValue.test(value) ? undefined : `can't read the line ${key}=${value}`;
}
