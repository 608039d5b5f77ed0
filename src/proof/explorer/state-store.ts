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

/** Slots of the table while it is smallest; a power of two. */
const smallest = 1 << 12;

/** An open-addressing table of state numbers over flat arrays: no object a state, so that tens of millions fit. */
export function stateStore(): StateStore {
  let words = new Int32Array(smallest * stateWords);
  let parents = new Int32Array(smallest);
  let table = new Int32Array(smallest * 2).fill(-1);
  let mask = table.length - 1;
  let size = 0;

  const grow = (): void => {
    words = widened(words, words.length * 2);
    parents = widened(parents, parents.length * 2);
    table = new Int32Array(table.length * 2).fill(-1);
    mask = table.length - 1;
    for (let index = 0; index < size; index += 1) {
      const at = index * stateWords;
      let slot = hash(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0) & mask;
      while (table[slot] !== -1) slot = (slot + 1) & mask;
      table[slot] = index;
    }
  };

  return {
    size: () => size,
    read: (index, into) => {
      const at = index * stateWords;
      into[0] = words[at] ?? 0;
      into[1] = words[at + 1] ?? 0;
      into[2] = words[at + 2] ?? 0;
    },
    add: (state, parent) => {
      const a = state[0] ?? 0;
      const b = state[1] ?? 0;
      const c = state[2] ?? 0;
      let slot = hash(a, b, c) & mask;
      for (let found = table[slot] ?? -1; found !== -1; found = table[slot] ?? -1) {
        const at = found * stateWords;
        if (words[at] === a && words[at + 1] === b && words[at + 2] === c) return found;
        slot = (slot + 1) & mask;
      }
      table[slot] = size;
      const at = size * stateWords;
      words[at] = a;
      words[at + 1] = b;
      words[at + 2] = c;
      parents[size] = parent;
      size += 1;
      if (size === parents.length) grow();
      return -1;
    },
    parentOf: (index) => parents[index] ?? -1,
    bytes: () => words.byteLength + parents.byteLength + table.byteLength,
  };
}

function widened(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(length);
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
