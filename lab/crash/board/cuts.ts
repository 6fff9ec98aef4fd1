// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Cuts the power of whole boards: at every instant that matters, in the middle of recoveries, and many times
 * in a device's life.
 *
 * NON-TOCK. A schedule says for each power-on when it ends; the power-ons after it last until the workload
 * is done, and one more reads everything back. The instants that matter are the beginning, the middle and
 * the end of each flash operation of the run without cuts; more are drawn from the seed.
 */
import type { FlashSnapshot } from '#chips/silicon/part';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { Random } from '#kernel/random';
import { ms, ns, type Nanoseconds } from '#kernel/time';
import { Device, type DeviceOptions, type PowerOn } from './device.ts';
import { CUT_VERDICTS, isSafe, type CutVerdict } from './model.ts';

/** When each power-on ends; undefined: with its work. */
export type Schedule = readonly (Nanoseconds | undefined)[];

/** Something that a safe device does not do. */
export interface Violation {
  readonly verdict: CutVerdict;
  /** Whose data: the authenticator's store, or the key-value store of the app beside it. */
  readonly where: 'store' | 'counter' | 'app';
  readonly what: string;
  /** The schedule that shows it, to its last cut. */
  readonly schedule: Schedule;
}

/** What came of a schedule. */
export interface Life {
  readonly powerOns: number;
  readonly cuts: number;
  readonly verdicts: Readonly<Record<CutVerdict, number>>;
  /** The most often that a page was erased. */
  readonly mostErases: number;
  /** Nanoseconds that the device was on. */
  readonly virtualTime: number;
  readonly violation: Violation | undefined;
}

/** No verdict given. */
export function noVerdicts(): Record<CutVerdict, number> {
  const none = Object.keys(CUT_VERDICTS).map((verdict) => [verdict, 0] as const);
  return Object.fromEntries(none) as Record<CutVerdict, number>;
}

/** Power-ons after which a device that is never done counts as hanging. */
const MOST_POWER_ONS_MORE = 64;

/** Devices of one kind, on cells that are put back for each. */
export class Workbench {
  private readonly cells: { readonly flash: NorFlash; readonly fresh: FlashSnapshot };

  constructor(readonly options: DeviceOptions) {
    const flash = options.board.freshFlash();
    this.cells = { flash, fresh: flash.snapshot() };
  }

  /** A new device lives through a schedule and the rest of its workload, up to the first violation. */
  live(schedule: Schedule): Life {
    const device = new Device(this.options, this.cells);
    const verdicts = noVerdicts();
    let powerOns = 0;
    let cuts = 0;
    let virtualTime = 0;
    let violation: Violation | undefined;
    for (let last = false; violation === undefined && !last;) {
      last = device.isDone && powerOns >= schedule.length;
      const powerOn = device.powerOn(schedule[powerOns++]);
      if (powerOn.ended === 'cut') cuts++;
      virtualTime += powerOn.time;
      for (const verdict of [powerOn.store, powerOn.counter]) if (verdict) verdicts[verdict]++;
      violation = violationOf(powerOn, schedule.slice(0, powerOns));
      if (powerOns > schedule.length + MOST_POWER_ONS_MORE) break;
    }
    return { powerOns, cuts, verdicts, mostErases: this.mostErases(), virtualTime, violation };
  }

  private mostErases(): number {
    const { flash } = this.cells;
    let most = 0;
    for (let page = 0; page < flash.pages; page++) most = Math.max(most, flash.eraseCount(page));
    return most;
  }

  /** The instants of the run without cuts at which a cut makes a difference, a list for each power-on. */
  instants(): Nanoseconds[][] {
    const device = new Device(this.options, this.cells);
    const all: Nanoseconds[][] = [];
    while (!device.isDone && all.length < MOST_POWER_ONS_MORE) {
      const instants = new Set<number>();
      let begin: number | undefined;
      device.powerOn(undefined, ({ event, t }) => {
        if (event === 'flashProgram' || event === 'flashErase') begin = t;
        if (event !== 'flashDone' || begin === undefined) return;
        for (const instant of [begin + 1, Math.round((begin + t) / 2), t]) instants.add(instant);
      });
      all.push([...instants].sort((a, b) => a - b).map(ns));
    }
    return all;
  }

  /** The schedules that cut once, at each of the instants and at so many more that are drawn. */
  singleCuts(drawn = 0): Schedule[] {
    const random = new Random(this.options.seed);
    const segments = this.instants();
    const schedules = segments.flatMap((instants, powerOn) =>
      instants.map((instant) => [...new Array<undefined>(powerOn), instant]),
    );
    for (let count = 0; count < drawn; count++) {
      const powerOn = random.below(segments.length);
      const last = segments[powerOn]?.at(-1) ?? ms(1);
      schedules.push([...new Array<undefined>(powerOn), ns(random.below(last))]);
    }
    return schedules;
  }

  /** A violation with as few cuts as can be found by leaving out one after the other. */
  shrink(violation: Violation): Violation {
    let smallest = violation;
    for (let at = 0; at < smallest.schedule.length && smallest.schedule.length > 1;) {
      const schedule = smallest.schedule.filter((_, index) => index !== at);
      const found = this.live(schedule).violation;
      if (found !== undefined && found.schedule.length < smallest.schedule.length) smallest = found;
      else at++;
    }
    return smallest;
  }
}

/** The supply dips: after the cut, the power comes back so many times for less than a recovery takes. */
export function withDips(schedule: Schedule, dips: number, random: Random): Schedule {
  const recovery = ms(LONGEST_DIP_MILLISECONDS);
  return [...schedule, ...Array.from({ length: dips }, () => ns(random.below(recovery)))];
}
const LONGEST_DIP_MILLISECONDS = 100;

/** The schedule of a life of so many cuts, each after a time that is drawn. */
export function lifeOf(cuts: number, longest: Nanoseconds, random: Random): Schedule {
  return Array.from({ length: cuts }, () => ns(1 + random.below(longest)));
}

function violationOf(powerOn: PowerOn, schedule: Schedule): Violation | undefined {
  for (const where of ['store', 'counter'] as const) {
    const verdict = powerOn[where];
    if (verdict !== undefined && !isSafe(verdict)) {
      return { verdict, where, what: CUT_VERDICTS[verdict], schedule: cutsOf(schedule) };
    }
  }
  if (powerOn.failure === undefined) return undefined;
  return { ...powerOn.failure, where: 'app', schedule: cutsOf(schedule) };
}

/** A schedule without the power-ons at its end that were not cut. */
function cutsOf(schedule: Schedule): Schedule {
  const last = schedule.findLastIndex((instant) => instant !== undefined);
  return schedule.slice(0, last + 1);
}
