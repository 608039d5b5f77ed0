// Where is it known that real servers do what the model excludes?

/** A difference that waits for the model to be mended; the test fails when it is gone, too. */
export interface KnownDifference {
  /** Exact. */
  readonly version: string;
  readonly scenario: string;
  /** The contradictions, word for word. */
  readonly texts: readonly string[];
}

/**
 * F votes for E in an election in which it does not hear enough others, and keeps what it heard. When C comes up and votes
 * for E as well, F has a quorum of its own list, its own vote included, and follows E without having heard it: the model's
 * _Join_ asks for the leader's own answer. It takes an election after F has come up, on 3.4.
 */
export const knownDifferences: readonly KnownDifference[] = ['3.4.8', '3.4.14'].map((version) => ({
  version,
  scenario: 'e5a-id1-second-failure',
  texts: ["after 'upgrade C' F served, and can't", "after 'upgrade D' F served, and can't"],
}));

/** Whether a contradiction of this scenario on this exact version is a known one. */
export function isKnown(version: string, scenario: string, text: string): boolean {
  return knownDifferences.some(
    (known) => known.version === version && known.scenario === scenario && known.texts.includes(text),
  );
}
