// Numbers among the options.

import { InvalidArgumentError } from 'commander';

/** How many faults a proof may be asked for: a whole number from 0 to 7, for commander. */
export function faultCount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 7)
    throw new InvalidArgumentError('It takes a whole number from 0 to 7.');
  return value;
}

/** A whole number from 1 on, for commander. Throws its own error, with which it names the option. */
export function positiveInt(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return value;
}

/** A whole number from 0 on, for commander. Throws its own error, with which it names the option. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It takes a whole number from 0 on.');
  return value;
}
