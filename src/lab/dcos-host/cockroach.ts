// Stand-in for CockroachDB on masters: `start` is the unit's program; `node status`, `node decommission ID`, `dump` are the tool's.

import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  drawTable,
  livenessDocument,
  nodesDocument,
  rangeState,
  statusRows,
  type RangeState,
} from './scripts/cockroach-report.js';
import { hostFile } from './scripts/host-file.js';
import { activeVersion } from './scripts/master-role.js';
import { stayMember } from './scripts/member-daemon.js';
import { markLeft, readMembers, withZooKeeper, type Member } from './scripts/zookeeper-members.js';

const root = '/cockroach';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    insecure: { type: 'boolean' },
    'certs-dir': { type: 'string' },
    ranges: { type: 'boolean' },
    stats: { type: 'boolean' },
    decommission: { type: 'boolean' },
    all: { type: 'boolean' },
    wait: { type: 'string' },
    format: { type: 'string' },
  },
});

async function main(): Promise<number> {
  const [command, verb, ...ids] = positionals;
  if (command === 'start') return start();
  if (values.insecure !== true && values['certs-dir'] === undefined) {
    console.error('Error: problem using security settings, did you mean to use --insecure?');
    return 1;
  }
  if (command === 'dump') {
    console.log(`-- stand-in of a lab: a dump of ${verb ?? ''}`);
    return 0;
  }
  if (command === 'node' && verb === 'status') return status();
  if (command === 'node' && verb === 'decommission') return decommission(ids.map(Number));
  console.error('Usage: cockroach {start|node status|node decommission ID…|dump DATABASE}');
  return 1;
}

async function look(): Promise<readonly [readonly Member[], RangeState]> {
  const members = await withZooKeeper((connection) => readMembers(connection, root));
  const replicas = Number(readFileSync('/opt/mesosphere/etc/master_count', 'utf8').trim());
  const fillMs = hostFile().timing.cockroachFillMs ?? 60_000;
  return [members, rangeState(members, replicas, { nowMs: Date.now(), fillMs })];
}

async function status(): Promise<number> {
  const [members, state] = await look();
  const all = values.all === true;
  const columns = {
    ranges: all || values.ranges === true,
    decommission: all || values.decommission === true,
  };
  process.stdout.write(drawTable(statusRows(members, state, columns, build()), values.format ?? 'pretty'));
  return 0;
}

/** Waits as the real one does: `all` for ever on a node that is dead, and any of them while the ranges have nowhere to go. */
async function decommission(ids: readonly number[]): Promise<number> {
  const [members] = await look();
  const stranger = ids.find((id) => !members.some((member) => member.id === id));
  if (stranger !== undefined || ids.length === 0) {
    console.error(`Error: node ${stranger ?? ''} does not exist`);
    return 1;
  }
  await withZooKeeper(async (connection) => {
    for (const id of ids) await markLeft(connection, root, id);
  });
  const wait = values.wait ?? 'all';
  for (;;) {
    const [current, state] = await look();
    const targets = current.filter(({ id }) => ids.includes(id));
    const awaited = targets.filter(
      (member) => wait === 'all' || (wait === 'live' && member.state === 'live'),
    );
    const isDone = awaited.every((member) => member.state === 'live' && state.underreplicated === 0);
    if (wait === 'none' || isDone) {
      const table = targets.map(({ id, state: now }) => [
        String(id),
        String(now === 'live'),
        '0',
        'true',
        'true',
      ]);
      const header = ['id', 'is_live', 'gossiped_replicas', 'is_decommissioning', 'is_draining'];
      process.stdout.write(drawTable([header, ...table], values.format ?? 'pretty'));
      console.log(
        'All target nodes report that they hold no more data. Please verify cluster health before removing the nodes.',
      );
      return 0;
    }
    process.stderr.write('.');
    await sleep(1000);
  }
}

async function start(): Promise<number> {
  console.log('stand-in of a lab for CockroachDB');
  createServer((request, response) => void answer(request.url ?? '', response)).listen(8090, '127.0.0.1');
  createServer((_, response) => response.end()).listen(26_257);
  return stayMember(root, '/var/lib/dcos/cockroach/id');
}

/** The two documents of port 8090 that tell of nodes: 1.1 writes their fields in snake case. */
async function answer(url: string, response: ServerResponse): Promise<void> {
  const path = url.replace(/\/?(?:\?.*)?$/, '');
  if (path !== '/_status/nodes' && path !== '/_admin/v1/liveness') {
    response.writeHead(404).end();
    return;
  }
  try {
    const [members, state] = await look();
    const naming = build().startsWith('v1.') ? 'snake' : 'camel';
    const document =
      path === '/_status/nodes' ? nodesDocument(members, state, naming) : livenessDocument(members, naming);
    response.end(JSON.stringify(document));
  } catch (error) {
    response.writeHead(503).end(String(error));
  }
}

function build(): string {
  const version = activeVersion() ?? '';
  if (/^1\.1[0-2]/.test(version)) return 'v1.1.4';
  return version.startsWith('1.13') ? 'v2.0.7' : 'v2.1.8';
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
  // A member that could not join keeps no server running.
  process.exit();
}
