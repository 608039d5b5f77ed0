// What can a ZooKeeper server answer instead of a result, and what is it called?

/** Error codes as the server sends them: `KeeperException.Code`, releases 3.4.8 to 3.8.0. */
const namesByNumber = {
  [-1]: 'SYSTEMERROR',
  [-2]: 'RUNTIMEINCONSISTENCY',
  [-3]: 'DATAINCONSISTENCY',
  [-4]: 'CONNECTIONLOSS',
  [-5]: 'MARSHALLINGERROR',
  [-6]: 'UNIMPLEMENTED',
  [-7]: 'OPERATIONTIMEOUT',
  [-8]: 'BADARGUMENTS',
  [-12]: 'UNKNOWNSESSION',
  [-13]: 'NEWCONFIGNOQUORUM',
  [-14]: 'RECONFIGINPROGRESS',
  [-100]: 'APIERROR',
  [-101]: 'NONODE',
  [-102]: 'NOAUTH',
  [-103]: 'BADVERSION',
  [-108]: 'NOCHILDRENFOREPHEMERALS',
  [-110]: 'NODEEXISTS',
  [-111]: 'NOTEMPTY',
  [-112]: 'SESSIONEXPIRED',
  [-113]: 'INVALIDCALLBACK',
  [-114]: 'INVALIDACL',
  [-115]: 'AUTHFAILED',
  [-118]: 'SESSIONMOVED',
  [-119]: 'NOTREADONLY',
  [-123]: 'RECONFIGDISABLED',
  [-124]: 'SESSIONCLOSEDREQUIRESASLAUTH',
  [-125]: 'QUOTAEXCEEDED',
  [-127]: 'THROTTLEDOP',
} as const;

/** The name ZooKeeper gives to an error; `UNNAMED` for a number that we do not know. */
export type ZooKeeperErrorCode = (typeof namesByNumber)[keyof typeof namesByNumber] | 'UNNAMED';

const names: ReadonlyMap<number, ZooKeeperErrorCode> = new Map(
  Object.entries(namesByNumber).map(([number, name]) => [Number(number), name]),
);

/**
 * A request that got no result. `CONNECTIONLOSS` is the one code that says nothing about the outcome: the server
 * may or may not have carried the request out.
 */
export class ZooKeeperError extends Error {
  override readonly name = 'ZooKeeperError';
  readonly code: ZooKeeperErrorCode;

  constructor(code: ZooKeeperErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error for a reply header's error number, which is not 0. */
export function errorOfReply(number: number, subject: string): ZooKeeperError {
  const code = names.get(number) ?? 'UNNAMED';
  return new ZooKeeperError(code, `${subject}: ${code === 'UNNAMED' ? `error ${number}` : code}`);
}

/** Whether `error` is a ZooKeeper error of one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ZooKeeperErrorCode[]): boolean {
  return error instanceof ZooKeeperError && codes.includes(error.code);
}
