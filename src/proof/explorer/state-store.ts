// Which states have been seen, how each was first reached, and in which order?

/** How many 32-bit words encode one state, whatever the model. */
export const stateWords = 3;

/** States, numbered in the order in which they were first seen; each is kept once. */
export interface StateStore {
  /** How many states there are. */
  size(): number;
  /** Copies state `index` into `into`, from its first word on. */
  read(index: number, into: Int32Array): void;
  /** The number of the state, or -1 when it is new: then it has been added, as reached from `parent`. */
  add(state: Int32Array, parent: number): number;
  /** The state from which this one was first reached; -1 for an initial state. */
  parentOf(index: number): number;
  /** Memory held, in bytes. */
  bytes(): number;
}

/** States there is room for at first; a power of two. */
const smallest = 1 << 12;

/** Words of a slot: the state, and its number counted from 1; 0 marks a free slot. */
const slotWords = stateWords + 1;

/**
 * An open-addressing table over flat arrays: no object a state, so that tens of millions fit. A slot holds the state
 * itself, so that a look-up touches one line of the cache.
 */
export function stateStore(): StateStore {
  let words = new Int32Array(smallest * stateWords);
  let parents = new Int32Array(smallest);
  let table = new Int32Array(smallest * 2 * slotWords);
  let mask = smallest * 2 - 1;
  let size = 0;

  const grow = (): void => {
    words = widened(words);
    parents = widened(parents);
    table = new Int32Array(table.length * 2);
    mask = mask * 2 + 1;
    for (let index = 0; index < size; index += 1) {
      const at = index * stateWords;
      const [a, b, c] = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0];
      let slot = hash(a, b, c) & mask;
      while (table[slot * slotWords + stateWords] !== 0) slot = (slot + 1) & mask;
      fill(table, slot * slotWords, a, b, c);
      table[slot * slotWords + stateWords] = index + 1;
    }
  };

  return {
    size: () => size,
    read: (index, into) => {
      const at = index * stateWords;
      fill(into, 0, words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0);
    },
    add: (state, parent) => {
      const a = state[0] ?? 0;
      const b = state[1] ?? 0;
      const c = state[2] ?? 0;
      let slot = hash(a, b, c) & mask;
      let at = slot * slotWords;
      for (let number = table[at + 3] ?? 0; number !== 0; number = table[at + 3] ?? 0) {
        if (table[at] === a && table[at + 1] === b && table[at + 2] === c) return number - 1;
        slot = (slot + 1) & mask;
        at = slot * slotWords;
      }
      fill(table, at, a, b, c);
      table[at + stateWords] = size + 1;
      fill(words, size * stateWords, a, b, c);
      parents[size] = parent;
      size += 1;
      if (size === parents.length) grow();
      return -1;
    },
    parentOf: (index) => parents[index] ?? -1,
    bytes: () => words.byteLength + parents.byteLength + table.byteLength,
  };
}

function fill(array: Int32Array, at: number, a: number, b: number, c: number): void {
  array[at] = a;
  array[at + 1] = b;
  array[at + 2] = c;
}

function widened(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(array.length * 2);
  wide.set(array);
  return wide;
}

/** Mixes three words (the finaliser of MurmurHash3 over a multiplicative sum). */
function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
