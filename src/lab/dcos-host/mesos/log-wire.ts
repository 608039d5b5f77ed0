// How do replicas talk? Over HTTP on the master's port, where real ones exchange protocol buffers.

import { ask } from '../web/ask.js';
import { isRecord, numberOf, parseRecord, textOf, type JsonRecord } from '../web/json.js';
import { entryFrom } from './log-file.js';
import type { LogAnswer, LogRequest, LogStatus } from './replica.js';

/** The two logs of a master, and the path under which the stand-ins reach each. */
export type LogName = 'registrar' | 'overlay';
/** `<logPath>/<name>` takes a request as JSON. */
export const logPath = '/succession-lab/log';

const limits = { connectMs: 2000, readMs: 5000 } as const;

/** Asks the replica of another master (`address:port`); null for silence of any kind. */
export async function askReplica(
  peer: string,
  log: LogName,
  request: LogRequest,
  scheme: 'http' | 'https',
): Promise<LogAnswer | null> {
  const heard = await ask(`${scheme}://${peer}${logPath}/${log}`, {
    ...limits,
    method: 'POST',
    body: JSON.stringify(request),
  });
  if (heard.kind === 'failed' || heard.status !== 200) return null;
  return answerFrom(parseRecord(heard.body));
}

/** A request from the wire, or null. */
export function requestFrom(text: string): LogRequest | null {
  const record = parseRecord(text);
  const proposal = numberOf(record, 'proposal', 0);
  const position = numberOf(record, 'position', 0);
  const value = textOf(record, 'value');
  switch (textOf(record, 'kind')) {
    case 'recover':
      return { kind: 'recover' };
    case 'promise':
      return { kind: 'promise', proposal };
    case 'promise-position':
      return { kind: 'promise-position', proposal, position };
    case 'write':
      return { kind: 'write', proposal, position, value };
    case 'learned':
      return { kind: 'learned', position, value };
    case 'read':
      return { kind: 'read', from: numberOf(record, 'from', 0), to: numberOf(record, 'to', -1) };
    default:
      return null;
  }
}

function answerFrom(record: JsonRecord): LogAnswer | null {
  const proposal = numberOf(record, 'proposal', 0);
  const end = numberOf(record, 'end', -1);
  switch (textOf(record, 'kind')) {
    case 'status': {
      const status = statusFrom(textOf(record, 'status'));
      return status === null ? null : { kind: 'status', status, end };
    }
    case 'accepted': {
      const { entry } = record;
      return { kind: 'accepted', proposal, end, entry: isRecord(entry) ? entryFrom(entry) : null };
    }
    case 'rejected':
      return { kind: 'rejected', proposal };
    case 'entries': {
      const { entries } = record;
      return {
        kind: 'entries',
        entries: (Array.isArray(entries) ? entries : []).filter(isRecord).map(entryFrom),
      };
    }
    default:
      return null;
  }
}

function statusFrom(text: string): LogStatus | null {
  return text === 'EMPTY' || text === 'STARTING' || text === 'VOTING' || text === 'RECOVERING' ? text : null;
}
