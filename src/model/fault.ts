// How bad input is told: which item of which list, what is wrong with it, and what to write instead.

/** One thing wrong with what the operator gave. */
export interface Fault {
  /** Stable name in kebab-case, such as `leading-zero`. */
  readonly rule: string;
  /** Which item of which list: `target, item 3`. */
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
}

/** A value, or everything that is wrong with the text it should have come from. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] };

/** A single fault as a result. */
export function refuse(fault: Fault): { readonly ok: false; readonly faults: readonly Fault[] } {
  return { ok: false, faults: [fault] };
}

/** All values when every part is good, else all faults in order. */
export function allOf<T>(parts: readonly Checked<T>[]): Checked<readonly T[]> {
  const faults = parts.flatMap((part) => (part.ok ? [] : part.faults));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: parts.flatMap((part) => (part.ok ? [part.value] : [])) };
}
