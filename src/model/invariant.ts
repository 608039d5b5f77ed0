// What happens when our own reasoning is wrong: stop at once, with the numbers.

/** A broken assumption of this program: a bug, never bad input. Maps to exit status 1. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Throws {@link InvariantError} unless `condition` holds. Stays on in production: a wrong plan costs more than a
 * stopped one.
 *
 * @param message what was assumed, with the values seen
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(`broken assumption: ${message}`);
}
