// What is ordered of a lab's DC/OS, and what comes of it: files.

/** The cluster that a bootstrap node shall be able to install. */
export interface LabOrder {
  /** As installed: `1.9.10`. */
  readonly version: string;
  readonly variant: 'open' | 'enterprise';
  /** Only the enterprise variant knows it. */
  readonly security: 'disabled' | 'permissive' | 'strict';
  /** The bootstrap node's address; it serves on port 80. */
  readonly bootstrap: string;
  /** In the order of `master_list`, which nobody sorts. */
  readonly masters: readonly string[];
  readonly privateAgents: readonly string[];
  readonly publicAgents: readonly string[];
  readonly resolvers: readonly string[];
  /** Further keys of `config.yaml`, written as they are. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** A file to be written: `mode` as `chmod` takes it. */
export interface LabFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}
