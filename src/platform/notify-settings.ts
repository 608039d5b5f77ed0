// Who is told of the runs on a cluster: the part `notify` of every cluster file.

import { z } from 'zod';

/** A shell command that gets a JSON document on its input, and a URL to which it is posted. */
export interface NotifySettings {
  readonly command?: string | undefined;
  readonly url?: string | undefined;
}

/** What the part must be. */
export const notifySchema: z.ZodType<NotifySettings> = z.strictObject({
  command: z.string().min(1).optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .optional(),
});
