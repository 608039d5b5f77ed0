// What is done to a lab's servers, one after the other, so that what a proof tells comes to pass?

import type { Address } from '../../model/ensemble.js';
import type { ScriptStepKind } from '../../proof/zookeeper/script.js';

/** One thing to do, or to wait for. */
export type Deed =
  /** Bring it about that this member leads, before anything else happens. */
  | { readonly kind: 'lead'; readonly host: Address }
  /** A step, or the half of it that takes a server down or up. */
  | { readonly kind: 'down' | 'up' | 'fence'; readonly step: ScriptStepKind; readonly host: Address }
  | { readonly kind: 'crash' | 'restart'; readonly host: Address }
  /** Halt these until their leader has given them up. */
  | { readonly kind: 'cut'; readonly hosts: readonly Address[] }
  /** Halt the leader until those that are awake have given it up. */
  | { readonly kind: 'stall'; readonly host: Address }
  /** Halt these at once, and do not wait for anything. */
  | { readonly kind: 'silence' | 'wake'; readonly hosts: readonly Address[] }
  /** Wait until these serve; at a gate that is nothing to tell of. */
  | { readonly kind: 'serve' | 'gate'; readonly hosts: readonly Address[] }
  /** A write that is acknowledged while only these can get it; the others follow their leader too, and must not. */
  | { readonly kind: 'write'; readonly holders: readonly Address[]; readonly others: readonly Address[] }
  /** Two live servers with one id? */
  | { readonly kind: 'twins' }
  /** Do these never come to serve, and nobody else? */
  | { readonly kind: 'stuck'; readonly hosts: readonly Address[] }
  /** Wake everybody, take the other steps, and let the ensemble settle. */
  | { readonly kind: 'finish' }
  /** Look the write up on every member. */
  | { readonly kind: 'audit' };

/** A sentence of the proof's story, and what is done for it. */
export interface Scene {
  readonly predicted: string;
  readonly deeds: readonly Deed[];
}

/** One scene as it was played. */
export interface PlayedScene {
  readonly predicted: string;
  /** What was done and seen, a line a deed. */
  readonly happened: readonly string[];
}
