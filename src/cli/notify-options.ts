// The options that say who is told of a run: a command, a URL, or what the cluster file has.

import { Option } from 'commander';
import type { NotifySettings } from '../platform/notify-settings.js';
import type { Recipient } from '../remote/deliver.js';
import { badInput } from './exit-status.js';

/** What the options below parse to. */
export interface NotifyOptions {
  readonly notifyCommand?: string;
  readonly notifyUrl?: string;
}

/** `--notify-command`. */
export function notifyCommandOption(): Option {
  return new Option(
    '--notify-command <command>',
    'a shell command that is told of the beginning, of what waits for people, and of the end, as JSON on its input',
  );
}

/** `--notify-url`. */
export function notifyUrlOption(): Option {
  return new Option(
    '--notify-url <url>',
    'a URL to which the same is posted; one with a secret is better given as SUCCESSION_NOTIFY_URL',
  ).argParser(webAddress);
}

/** The options overrule the file, each its own key. */
export function recipientsOf(options: NotifyOptions, file: NotifySettings | null): readonly Recipient[] {
  const command = options.notifyCommand ?? file?.command;
  const url = options.notifyUrl ?? file?.url;
  return [
    ...(command === undefined ? [] : [{ kind: 'command', command } as const]),
    ...(url === undefined ? [] : [{ kind: 'url', url } as const]),
  ];
}

/** Its text may be secret: commander would repeat it, so the error is our own. */
function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw badInput('--notify-url takes a URL that begins with http:// or https://.');
}
