// A stand-in for a name server: answers questions for IPv4 addresses over UDP from a table that the test may change.

import { createSocket } from 'node:dgram';

/** A running one. `table`: names in lower case, and their addresses. */
export interface TestDns {
  /** `127.0.0.1:PORT` */
  readonly server: string;
  readonly end: () => Promise<void>;
}

/** Starts it. `addressesOf` is asked at each question; undefined: there is no such name. */
export async function testDns(
  addressesOf: (name: string) => readonly string[] | undefined,
): Promise<TestDns> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const addresses = addressesOf(nameIn(question));
    socket.send(answerTo(question, addresses), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    end: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** The name stands behind the header of 12 bytes, each label after its length. */
function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 12, length = question[at] ?? 0; length > 0; at += length + 1, length = question[at] ?? 0)
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
  return labels.join('.').toLowerCase();
}

/** RFC 1035, 4.1: the header, the question as it came, and an answer for each address. */
function answerTo(question: Buffer, addresses: readonly string[] | undefined): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(addresses === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses?.length ?? 0, 6);
  const records = (addresses ?? []).map((address) => {
    const fixed = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4];
    return Buffer.from([...fixed, ...address.split('.').map(Number)]);
  });
  return Buffer.concat([header, question.subarray(12, end), ...records]);
}
