// How is the list of a running ensemble read and changed, without a restart?

import { type Ensemble, ensembleOf, type Member } from '../model/ensemble.js';
import { encodeBytes, encodeInt, encodeLong, encodeText } from './jute.js';
import { readNode, syncServer } from './zookeeper-client.js';
import type { Connection } from './zookeeper-connection.js';
import { WireFormatError } from './jute.js';

/** `ZooDefs.OpCode`, releases 3.5.0 to 3.9. */
const operations = { reconfig: 16, auth: 100 } as const;
/** `ZooDefs.CONFIG_NODE`: anybody may read it, only a super user may write it unless ACLs are skipped. */
const configurationNode = '/zookeeper/config';
/** Java's null text. */
const noText = encodeInt(-1);

/** A configuration that the ensemble has committed. */
export interface CommittedConfiguration {
  /** The zxid of the change, which names it; 0 where reconfiguration was never enabled. */
  readonly version: bigint;
  /** The voters; observers are left out. */
  readonly ensemble: Ensemble;
}

/** One incremental change. A server's line is `host:2888:3888:participant;host:2181`: all three ports must be there. */
export interface ConfigurationChange {
  readonly joining: readonly { readonly id: number; readonly line: string }[];
  /** Ids. */
  readonly leaving: readonly number[];
  /** The version that is changed: any other one in force refuses the change with `BADVERSION`. */
  readonly from: bigint;
}

/** Gives the session a digest identity, such as `super:password`. Rejects with `AUTHFAILED`, which also ends the connection. */
export async function authenticate(connection: Connection, credentials: string): Promise<void> {
  const body = [encodeInt(0), encodeText('digest'), encodeBytes(Buffer.from(credentials))];
  await connection.request(operations.auth, body, 'authenticate', () => null);
}

/** The configuration in force, after everything that was committed before this call. */
export async function readConfiguration(connection: Connection): Promise<CommittedConfiguration> {
  await syncServer(connection);
  const { value } = await readNode(connection, configurationNode);
  return parseConfiguration(value.toString('utf8'));
}

/**
 * Changes the list; answers with the configuration that is in force then. After `CONNECTIONLOSS` the change may have
 * happened or not: a leader that takes itself out closes its connections before it answers.
 */
export async function reconfigure(
  connection: Connection,
  change: ConfigurationChange,
): Promise<CommittedConfiguration> {
  const joining = change.joining.map(({ id, line }) => `server.${id}=${line}`).join(',');
  const leaving = change.leaving.join(',');
  const body = [
    joining === '' ? noText : encodeText(joining),
    leaving === '' ? noText : encodeText(leaving),
    noText,
    encodeLong(change.from),
  ];
  const { value } = await connection.request(operations.reconfig, body, 'reconfigure', (answer) =>
    answer.readBytes(),
  );
  return parseConfiguration(value.toString('utf8'));
}

/** Reads what the configuration node holds: server lines, and `version=` in hexadecimal. Throws `WireFormatError`. */
export function parseConfiguration(text: string): CommittedConfiguration {
  const version = /^version=([0-9a-f]{1,16})$/m.exec(text)?.[1];
  const members: Member[] = [];
  for (const [line, id, value] of text.matchAll(/^server\.(\d+)=(.+)$/gm)) {
    const host = /^(?:\[([^\]]+)\]|([^:|[\]]+)):\d+:\d+(?::(participant|observer))?(?:;.*)?$/.exec(
      (value ?? '').trim(),
    );
    const address = host?.[1] ?? host?.[2];
    if (address === undefined) throw new WireFormatError(`a server line that can't be read: ${line}`);
    if (host?.[3] !== 'observer') members.push({ id: Number(id), address });
  }
  if (members.length === 0) throw new WireFormatError(`no configuration: '${text.slice(0, 80)}'`);
  return { version: BigInt(`0x${version ?? '0'}`), ensemble: ensembleOf(members) };
}
