// How arguments are written so that a POSIX shell reads them back unchanged.

/**
 * Joins arguments into one piece of shell text: each is read back as exactly one word, whatever it holds. The only
 * way in which a value of ours gets into a command.
 *
 * @throws RangeError when an argument holds a NUL, which no argument of a process can carry.
 * @example quote('rm', '-f', "it's") // "rm -f 'it'\\''s'"
 */
export function quote(...args: readonly string[]): string {
  return args.map(quoteOne).join(' ');
}

function quoteOne(argument: string): string {
  if (argument.includes('\0')) throw new RangeError('an argument of a command holds a NUL');
  if (/^[A-Za-z0-9_./:@%+-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
