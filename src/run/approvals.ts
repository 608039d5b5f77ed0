// What waits for a person: a stage or a step that goes on only once somebody has approved it.

/** What must be approved: nothing, the beginning of each stage, or each step. */
export const approvalScopes = ['stages', 'steps'] as const;

/** One of the scopes. */
export type ApprovalScope = (typeof approvalScopes)[number];

/** How an approval came: at the run's own terminal, on the page, by the command `approve`. */
export const approvalWays = ['terminal', 'page', 'command'] as const;

/** How an approval may be given: what is only a wait goes on by itself as well. */
export const givenWays = ['terminal', 'page', 'command', 'timer'] as const;

/** What a person decided, who it was, and from where: a host's name or an address. */
export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly via: (typeof approvalWays)[number];
  readonly from: string;
}

/** What is asked of people. `id` is fit for a file's name. */
export interface ApprovalRequest {
  readonly id: string;
  readonly question: string;
  /** What it is about, one line each. */
  readonly about: readonly string[];
  /** When it goes on without anybody, ms since the epoch; absent: never. */
  readonly until?: number | undefined;
}

/** Where people decide. */
export interface ApprovalDesk {
  /** Shows the request; harmless when it is shown already. */
  readonly open: (request: ApprovalRequest) => void;
  /** What was decided; null while nothing is. */
  readonly look: (id: string) => Promise<Decision | null>;
  /** No longer wanted. */
  readonly close: (id: string) => void;
}
