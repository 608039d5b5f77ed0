// What is a scenario: who is in the ensemble, who shall be, who leads at first, and what happens to whom?

import { ensembleOf, type Ensemble } from '../../src/model/ensemble.js';
import { invariant } from '../../src/model/invariant.js';

/** A server, by a capital letter; real runs give each letter a loopback address, models may use it as the address. */
export type Letter = string;

/** Which of a scenario's lists a server is given. */
export type ListName = 'from' | 'between' | 'to';

/** One thing that happens. */
export type Event =
  /** Ends orderly; its disk stays. */
  | { readonly kind: 'stop'; readonly server: Letter }
  /** Empties the disk of a server that is down, gives it the list and starts it. */
  | { readonly kind: 'install'; readonly server: Letter; readonly list: ListName }
  /** Stops it where it runs, gives it the list and starts it; its disk stays. */
  | { readonly kind: 'upgrade'; readonly server: Letter; readonly list: ListName }
  /** Starts a server that is down, on the list that lies on its disk. */
  | { readonly kind: 'start'; readonly server: Letter }
  /** SIGKILL. */
  | { readonly kind: 'crash'; readonly server: Letter }
  /** Stop and start, on the list that lies on its disk. */
  | { readonly kind: 'restart'; readonly server: Letter }
  /** Empties the disk of a server that is down; its list stays. */
  | { readonly kind: 'wipe'; readonly server: Letter }
  /** SIGSTOP: it answers nothing, and its connections stay. */
  | { readonly kind: 'hang'; readonly server: Letter }
  | { readonly kind: 'wake'; readonly server: Letter }
  /** Nothing more happens until nothing changes any more: here an outcome is taken. */
  | { readonly kind: 'settle' }
  /** So many further writes are acknowledged, through whoever serves; a service that acknowledges none has had its time. */
  | { readonly kind: 'write'; readonly count: number }
  /** Dynamic reconfiguration through the leader, 3.5 and later. Not carried out yet: our client has no such operation. */
  | { readonly kind: 'reconfigure'; readonly list: ListName };

/** A story to be told of real servers and of the model. All servers of `from` run and serve before the first event. */
export interface Scenario {
  /** Unique; recorded outcomes are found by it. */
  readonly name: string;
  /** What is tried, whatever the version. */
  readonly about: string;
  /** Which lines of the facts it stands for, such as `E3, seed followers first`. */
  readonly facts: string;
  readonly from: Ensemble;
  /** A list on the way, where there is one. */
  readonly between?: Ensemble;
  readonly to: Ensemble;
  /** The id, in `from`, of who leads at first. */
  readonly leader: number;
  readonly events: readonly Event[];
  /** Carried out by `npm test` as well. */
  readonly fast?: true;
  /** The outcome depends on who is quicker: the last two runs are recorded. */
  readonly race?: true;
}

/** Reads `1:A 2:B 3:C`: ids and letters. */
export function members(text: string): Ensemble {
  return ensembleOf(
    text.split(' ').map((part) => {
      const match = /^(\d+):([A-Z])$/.exec(part);
      invariant(match !== null, `'${part}' is an id and a letter, such as 1:A`);
      return { id: Number(match[1]), address: match[2] ?? '' };
    }),
  );
}

/**
 * Events from text, a group each: `stop A + stop B` happens at once, and each group is waited out (`settle`). A list
 * other than `to` is named last: `upgrade A between`.
 */
export function steps(...groups: readonly string[]): readonly Event[] {
  return groups.flatMap((group) => [...group.split(' + ').map(eventOf), { kind: 'settle' } as const]);
}

/** A group's events as {@link steps} reads them. */
export function describeEvent(event: Event): string {
  switch (event.kind) {
    case 'settle':
      return 'settle';
    case 'write':
      return `write ${event.count}`;
    case 'reconfigure':
      return `reconfigure ${event.list}`;
    case 'install':
    case 'upgrade':
      return `${event.kind} ${event.server}${event.list === 'to' ? '' : ` ${event.list}`}`;
    case 'stop':
    case 'start':
    case 'crash':
    case 'restart':
    case 'wipe':
    case 'hang':
    case 'wake':
      return `${event.kind} ${event.server}`;
  }
}

/** Every letter of a scenario, in alphabetical order. */
export function lettersOf({ from, between, to }: Scenario): readonly Letter[] {
  return [...new Set([...from, ...(between ?? []), ...to].map((member) => member.address))].sort();
}

/** The list of that name. Throws `InvariantError` when the scenario has none. */
export function listOf(scenario: Scenario, name: ListName): Ensemble {
  const list = scenario[name];
  invariant(list !== undefined, `${scenario.name} has a list '${name}'`);
  return list;
}

function eventOf(text: string): Event {
  const [kind, object, list = 'to', ...rest] = text.split(' ');
  invariant(rest.length === 0 && object !== undefined, `'${text}' is an event`);
  invariant(list === 'from' || list === 'between' || list === 'to', `'${text}' names a list`);
  switch (kind) {
    case 'write':
      return { kind, count: Number(object) };
    case 'install':
    case 'upgrade':
      return { kind, server: object, list };
    case 'stop':
    case 'start':
    case 'crash':
    case 'restart':
    case 'wipe':
    case 'hang':
    case 'wake':
      return { kind, server: object };
    case undefined:
    default:
      throw new Error(`'${text}' is no event`);
  }
}
