// With which user and password is Exhibitor asked?

import type { AskOptions } from '../../../probe/http-json.js';
import { readPasswordFile } from '../../secret-file.js';
import type { DcosCluster } from '../cluster-file.js';

/** Undefined where the cluster file names none; a text says why it can't be read: that is never taken for none. */
export async function exhibitorLogin({ exhibitor }: DcosCluster): Promise<AskOptions['login'] | string> {
  if (exhibitor === undefined) return undefined;
  try {
    const password = await readPasswordFile(exhibitor.passwordFile);
    return password === '' ? `${exhibitor.passwordFile} holds no password` : { user: 'admin', password };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
