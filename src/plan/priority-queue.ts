// Which of many waiting things comes next: a binary heap.

/** A queue that gives back the smallest first. */
export interface PriorityQueue<T> {
  push(item: T): void;
  /** The smallest, or undefined when the queue is empty. */
  pop(): T | undefined;
}

/** An empty queue in the order of `compare`, which is negative when its first argument comes first. */
export function priorityQueue<T>(compare: (a: T, b: T) => number): PriorityQueue<T> {
  const heap: T[] = [];
  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [heap[a], heap[b]];
    return first !== undefined && second !== undefined && compare(first, second) < 0;
  };
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  return {
    push(item) {
      heap.push(item);
      for (let at = heap.length - 1; at > 0; at = (at - 1) >> 1) {
        if (!isBefore(at, (at - 1) >> 1)) return;
        swap(at, (at - 1) >> 1);
      }
    },
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let at = 0; ;) {
        const child = isBefore(2 * at + 2, 2 * at + 1) ? 2 * at + 2 : 2 * at + 1;
        if (!isBefore(child, at)) return top;
        swap(child, at);
        at = child;
      }
    },
  };
}
