// How to give a lab's keeper orders, and how to own its lab.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { firstLine } from './first-line.js';
import { keeperAddress, keeperPort, readKeeperCard } from './lab-files.js';

/** What the keeper answered. `gone`: there is no keeper, and so no server of this lab runs. */
export type KeeperAnswer =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'no'; readonly reason: string }
  | { readonly kind: 'gone' };

/** Being an owner of a lab, for as long as the connection lasts: it ends with this process, however that ends. */
export interface Ownership {
  /** Gives it up; the lab lingers if nobody else owns it. */
  release(): void;
}

/** Gives one order, such as `kill 10.10.0.149`. Rejects when the keeper is there and does not answer. */
export async function orderKeeper(directory: string, order: string): Promise<KeeperAnswer> {
  const asked = await ask(directory, order);
  asked.socket?.destroy();
  return asked.answer;
}

/** Ends the lab: no server is left, and no keeper, once this resolves. */
export async function endKeeper(directory: string): Promise<KeeperAnswer> {
  const { answer, socket } = await ask(directory, 'end');
  if (answer.kind === 'ok' && socket?.closed === false) await once(socket, 'close');
  return answer;
}

/** Owns the lab from now on. Null when there is no keeper. */
export async function ownLab(directory: string): Promise<Ownership | null> {
  const { answer, socket } = await ask(directory, 'own');
  if (answer.kind !== 'ok' || socket === undefined) return null;
  socket.unref();
  return { release: () => void socket.destroy() };
}

interface Asked {
  readonly answer: KeeperAnswer;
  readonly socket?: Socket;
}

/** A keeper that is about to be gone may still take a connection; every order may be given twice. */
const mostTries = 20;
const pauseMs = 50;

async function ask(directory: string, order: string): Promise<Asked> {
  for (let tries = 1; ; tries += 1) {
    const asked = await askOnce(directory, order);
    if (asked !== null) return asked;
    if (tries === mostTries)
      throw new Error(`the keeper of ${directory} closed the connection without an answer`);
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
}

/** Null when the connection was taken and closed without an answer. */
async function askOnce(directory: string, order: string): Promise<Asked | null> {
  const card = await readKeeperCard(directory);
  if (card === null) return { answer: { kind: 'gone' } };
  const socket = connect({ host: keeperAddress(card.subnet), port: keeperPort });
  let refused = false;
  socket.on('error', (error) => {
    refused ||= 'code' in error && error.code === 'ECONNREFUSED';
  });
  socket.write(`${card.token} ${order}\n`);
  const line = await firstLine(socket);
  if (refused) return { answer: { kind: 'gone' } };
  if (line === null) return null;
  const [verdict, ...words] = line.split(' ');
  const text = words.join(' ');
  // Another lab may have the subnet by now; its keeper does not know our token.
  if (text === 'wrong token') return { answer: { kind: 'gone' }, socket };
  return { answer: verdict === 'ok' ? { kind: 'ok', text } : { kind: 'no', reason: text }, socket };
}
