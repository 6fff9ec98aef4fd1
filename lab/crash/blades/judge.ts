// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What is demanded after an intervention: nothing leaks, nothing hangs, the next client works, and whoever
 * was not meant sees no difference to the undisturbed run.
 *
 * NON-TOCK: no document of Tock demands it in one place.
 */
import { idleDifferences } from './idle.ts';
import { firstDifference, seenBy } from './seen.ts';
import {
  NEIGHBOUR_SLOT,
  VICTIM_SLOT,
  type Ending,
  type Intervention,
  type Observation,
} from './trial.ts';
import { driverName } from '../../trace/driver-names.ts';
import { ProcessState } from '#kernel/process';
import { stateName } from '#kernel/process-standard';

/** What was found; the first that is true of a run is its verdict. */
export const VERDICTS = ['PANIC', 'HANG', 'NEXT_CLIENT', 'DIFFERENCE', 'LEAK'] as const;
/** One of them. */
export type Verdict = (typeof VERDICTS)[number];

/** A verdict with a sentence. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly what: string;
}

/** Compares runs with the undisturbed one. */
export class Judge {
  private readonly neighbourSaw: readonly string[];
  private readonly victimSaw: readonly string[];
  private readonly lines: readonly string[];

  /** @param sociable whether the two processes talk to each other: then both may see a difference. */
  constructor(
    private readonly undisturbed: Observation,
    private readonly sociable: boolean,
  ) {
    this.neighbourSaw = seenBy(undisturbed.records, NEIGHBOUR_SLOT);
    this.victimSaw = seenBy(undisturbed.records, VICTIM_SLOT);
    this.lines = linesOf(undisturbed);
  }

  /** What is wrong with the undisturbed run itself. */
  undisturbedFault(): Judgement | undefined {
    const { panic, victim, neighbour, next } = this.undisturbed;
    if (panic !== undefined) return { verdict: 'PANIC', what: panic };
    return waiting(victim) ?? waiting(neighbour) ?? failed(next);
  }

  /** What is wrong with a run; nothing, if all is well. */
  judge(intervention: Intervention, observed: Observation): Judgement | undefined {
    if (observed.panic !== undefined) return { verdict: 'PANIC', what: observed.panic };
    const lives = intervention.kind !== 'kill' && intervention.kind !== 'fault';
    return (
      waiting(observed.neighbour) ??
      (lives ? waiting(observed.victim) : undefined) ??
      failed(observed.next) ??
      this.difference(intervention, observed) ??
      this.leak(observed)
    );
  }

  private difference(intervention: Intervention, observed: Observation): Judgement | undefined {
    if (this.sociable) return undefined;
    const what = this.neighbourDiffers(observed) ?? this.victimDiffers(intervention, observed);
    return what === undefined ? undefined : { verdict: 'DIFFERENCE', what };
  }

  private neighbourDiffers(observed: Observation): string | undefined {
    const seen = seenBy(observed.records, NEIGHBOUR_SLOT);
    return (
      endsOtherwise(this.undisturbed.neighbour, observed.neighbour) ??
      sawOtherwise(observed.neighbour, this.neighbourSaw, seen) ??
      firstDifference(this.lines, linesOf(observed))
    );
  }

  /** One that was started afresh must end as before; one that was only put off must see the same, too. */
  private victimDiffers({ kind }: Intervention, observed: Observation): string | undefined {
    if (kind === 'kill' || kind === 'fault') return undefined;
    const otherwise = endsOtherwise(this.undisturbed.victim, observed.victim);
    if (otherwise !== undefined || kind === 'restart') return otherwise;
    return sawOtherwise(observed.victim, this.victimSaw, seenBy(observed.records, VICTIM_SLOT));
  }

  private leak(observed: Observation): Judgement | undefined {
    const [what] = idleDifferences(this.undisturbed.idle, observed.idle);
    return what === undefined ? undefined : { verdict: 'LEAK', what };
  }
}

function waiting({ name, state, waitsFor }: Ending): Judgement | undefined {
  if (state > ProcessState.Stopped) return undefined;
  return { verdict: 'HANG', what: `${name} ${howItWaits(state, waitsFor)}` };
}

function failed(next: Ending | undefined): Judgement | undefined {
  if (next === undefined) return { verdict: 'NEXT_CLIENT', what: 'the next client never ran' };
  const { state, waitsFor, completionCode } = next;
  if (state <= ProcessState.Stopped) {
    return { verdict: 'NEXT_CLIENT', what: `the next client ${howItWaits(state, waitsFor)}` };
  }
  if (completionCode === 0) return undefined;
  return {
    verdict: 'NEXT_CLIENT',
    what: `the next client ended with ${completionCode ?? 'a fault'}`,
  };
}

function howItWaits(state: ProcessState, driver: number | undefined): string {
  return driver === undefined
    ? `is ${stateName(state)} for ever`
    : `waits for ever for ${driverName(driver)}`;
}

function endsOtherwise(expected: Ending, actual: Ending): string | undefined {
  const same = expected.state === actual.state && expected.completionCode === actual.completionCode;
  return same ? undefined : `${actual.name} ended with ${actual.completionCode ?? 'a fault'}`;
}

function sawOtherwise(
  { name }: Ending,
  expected: readonly string[],
  actual: readonly string[],
): string | undefined {
  const difference = firstDifference(expected, actual);
  return difference === undefined ? undefined : `${name} saw ${difference}`;
}

/** What the neighbour put on the serial port after its name, up to the end of the line. */
function linesOf({ output, neighbour }: Observation): string[] {
  const begin = `${neighbour.name}: `;
  return output.split('\n').flatMap((line) => line.split(begin).slice(1));
}
