// How to give the keeper of a lab of hosts its orders, and how to own such a lab.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { firstLine } from '../first-line.js';
import type { KeeperAnswer, Ownership } from '../keeper-client.js';
import { liveKeeper } from './hosts-files.js';
import { keeperSocket } from './keeper-socket.js';

/** Gives one order, such as `kill 172.31.16.60`. */
export async function orderHosts(directory: string, order: string): Promise<KeeperAnswer> {
  const { answer, socket } = await ask(directory, order);
  socket?.destroy();
  return answer;
}

/** Ends the lab: nothing of it runs once this resolves. */
export async function endHosts(directory: string): Promise<KeeperAnswer> {
  const { answer, socket } = await ask(directory, 'end');
  if (answer.kind === 'ok' && socket?.closed === false) await once(socket, 'close');
  while ((await liveKeeper(directory)) !== null) await new Promise((wake) => setTimeout(wake, 20));
  return answer;
}

/** Owns the lab from now on. Null when there is no keeper. */
export async function ownHosts(directory: string): Promise<Ownership | null> {
  const { answer, socket } = await ask(directory, 'own');
  if (answer.kind !== 'ok' || socket === undefined) return null;
  socket.unref();
  return { release: () => void socket.destroy() };
}

interface Asked {
  readonly answer: KeeperAnswer;
  readonly socket?: Socket;
}

async function ask(directory: string, order: string): Promise<Asked> {
  const card = await liveKeeper(directory);
  if (card === null) return { answer: { kind: 'gone' } };
  const socket = connect(`/proc/${card.pid}/cwd/${keeperSocket}`);
  socket.on('error', () => socket.destroy());
  socket.write(`${order}\n`);
  const line = await firstLine(socket);
  if (line === null) return { answer: { kind: 'gone' } };
  const [verdict, ...words] = line.split(' ');
  const text = words.join(' ');
  return { answer: verdict === 'ok' ? { kind: 'ok', text } : { kind: 'no', reason: text }, socket };
}
