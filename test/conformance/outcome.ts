// What came of a scenario, on real servers and by the model, and where do the two disagree?

import type { Letter } from './scenario.js';

/** What was seen when nothing changed any more after a group of events. Letters in alphabetical order. */
export interface RealMoment {
  /** The events of the group: `stop A + stop B`. */
  readonly after: string;
  /** Said `Mode: leader` or `Mode: follower` themselves. */
  readonly serving: readonly Letter[];
  readonly leaders: readonly Letter[];
  /** Serve, and acknowledged no write that was sent after the last change. */
  readonly silent: readonly Letter[];
  /** Ran without serving for so long that they may ask again only after we stopped waiting (rule R13). */
  readonly asleep: readonly Letter[];
  /** Something still changed when the time was over. */
  readonly restless: boolean;
}

/** How a scenario ended. */
export interface RealEnd {
  readonly acknowledged: number;
  /** Zxids that two different acknowledged writes have. */
  readonly collisions: number;
  /** Acknowledged in an epoch, though sent after a later epoch's first acknowledgement had come. */
  readonly superseded: number;
  /** For how long two servers said that they lead, in ms. */
  readonly twoLeadersMs: number;
  /** By serving member: how many of the acknowledged writes it lacks. */
  readonly lost: Readonly<Record<Letter, number>>;
  /** By serving member: how many nodes it has more or fewer than the first serving one. */
  readonly differing: Readonly<Record<Letter, number>>;
}

/** One run of a scenario on real servers. */
export interface RealOutcome {
  readonly moments: readonly RealMoment[];
  readonly end: RealEnd;
  readonly tookMs: number;
}

/** What a model says of one moment. */
export interface ModelMoment {
  /** Serve in every course of things. */
  readonly mustServe: readonly Letter[];
  /** Serve in some course of things, those that must included. */
  readonly mayServe: readonly Letter[];
  /** Who leads in some course of things. */
  readonly mayLead: readonly Letter[];
  /** Whether in some course of things nobody leads. */
  readonly mayBeLeaderless: boolean;
  /** Whether in one and the same course of things just those serve and lead that did. */
  readonly fits: boolean;
}

/** How likely something is in a model: in no course of things, in some, in every one. */
export type Likelihood = 'never' | 'possible' | 'certain';

/** What a model says of a scenario: a moment for each `settle`, in order. */
export interface ModelOutcome {
  readonly moments: readonly ModelMoment[];
  /** Two leaders commit at the same time. */
  readonly split: Likelihood;
  /** Acknowledged writes are missing at the end, on some member that serves. */
  readonly loss: Likelihood;
}

/** Where the two differ; `sleep`: what the model demands may merely not have happened yet (rule R13). */
export interface Disagreement {
  readonly kind: 'contradiction' | 'sleep';
  readonly text: string;
}

/**
 * Whether two leaders committed at the same time. Zxids that come twice say nothing alone: a service that begins anew on
 * empty disks counts anew as well.
 */
export function wasSplit({ collisions, superseded, twoLeadersMs }: RealEnd): boolean {
  return twoLeadersMs > 0 && collisions + superseded > 0;
}

/** Whether some serving member lacks acknowledged writes. */
export function wroteInVain({ lost }: RealEnd): boolean {
  return Object.values(lost).some((count) => count > 0);
}

/** Every difference, as sentences; none when the model allows what was seen. */
export function compareOutcomes(real: RealOutcome, model: ModelOutcome): readonly Disagreement[] {
  if (real.moments.length !== model.moments.length) {
    return [contradiction(`${real.moments.length} moments seen, the model has ${model.moments.length}`)];
  }
  return [
    ...real.moments.flatMap((moment, index) => {
      const predicted = model.moments[index];
      return predicted === undefined ? [] : compareMoments(moment, predicted);
    }),
    ...compareLikelihood('two leaders committed at once', wasSplit(real.end), model.split),
    ...compareLikelihood('acknowledged writes were lost', wroteInVain(real.end), model.loss),
  ];
}

function compareMoments(real: RealMoment, model: ModelMoment): readonly Disagreement[] {
  // What goes on changing has no outcome to compare.
  if (real.restless) return [];
  const missing = model.mustServe.filter((server) => !real.serving.includes(server));
  const extra = real.serving.filter((server) => !model.mayServe.includes(server));
  const usurpers = real.leaders.filter((server) => !model.mayLead.includes(server));
  const found: Disagreement[] = [
    ...missing.map((server): Disagreement => {
      const text = `after '${real.after}' ${server} must serve, and did not`;
      return { kind: real.asleep.includes(server) ? 'sleep' : 'contradiction', text };
    }),
    ...extra.map((server) => contradiction(`after '${real.after}' ${server} served, and can't`)),
    ...usurpers.map((server) => contradiction(`after '${real.after}' ${server} led, and can't`)),
  ];
  if (real.leaders.length === 0 && !model.mayBeLeaderless) {
    found.push({
      kind: real.asleep.length > 0 ? 'sleep' : 'contradiction',
      text: `after '${real.after}' nobody led, and somebody must`,
    });
  }
  if (found.length === 0 && !model.fits) {
    const [all, leaders] = [real.serving, real.leaders].map((letters) => letters.join(' '));
    found.push(
      contradiction(
        `after '${real.after}' ${all || 'nobody'} served and ${leaders || 'nobody'} led, never both`,
      ),
    );
  }
  return found;
}

function compareLikelihood(what: string, seen: boolean, model: Likelihood): readonly Disagreement[] {
  if (seen && model === 'never') return [contradiction(`${what}, which the model excludes`)];
  if (!seen && model === 'certain') return [contradiction(`not seen, though certain in the model: ${what}`)];
  return [];
}

function contradiction(text: string): Disagreement {
  return { kind: 'contradiction', text };
}
