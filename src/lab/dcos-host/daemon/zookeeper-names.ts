// Which servers do `zk-1.zk` to `zk-5.zk` stand for?

/** Spartan gives the five names to the masters of its list in turn; of more than five only the first five have one. */
export function zooKeeperNames(masters: readonly string[]): readonly string[] {
  return Array.from({ length: 5 }, (_, index) => masters[index % masters.length]).filter(
    (address) => address !== undefined,
  );
}
