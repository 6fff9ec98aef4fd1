// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random runs of the driver: any geometry, three starts, operations one past each limit, cuts with any bits moved.
 *
 * NON-TOCK: plays the part of the fuzz target of OpenSK's `persistent_store`; a seed is all it needs.
 */
import { Random } from '#kernel/random';
import type { BufferStorage } from '../store/buffer-storage.ts';
import { bitChoice } from '../store/buffer-storage.ts';
import type { DriverOptions, Violation } from './driver.ts';
import { Driver, startChange } from './driver.ts';
import { finding } from './invariants.ts';
import type { Change } from './model.ts';
import { StoreModel } from './model.ts';
import type { Cut, DriverStep, Run, Start } from './run.ts';
import { runToText, startFlash } from './run.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry } from '../store/storage.ts';
import { DeferredStorage } from '../store/storage.ts';
import { Store } from './store.ts';
import type { Update } from './store.ts';
import { toHex } from './vector-reader.ts';

/** What random runs are made of. */
export interface CampaignOptions extends DriverOptions {
  /** Steps of one run at most. */
  readonly steps: number;
  /** The largest page and the most pages of a run; default all that the format allows. */
  readonly maxPageBits?: number;
  readonly maxPages?: number;
  /** Begin of a run; default: any of the three. */
  readonly start?: Start['kind'];
}

/** What happened in a run, or in several together. */
export interface CampaignCounts {
  steps: number;
  cuts: number;
  boots: number;
  /** Operations by how the specification ends them. */
  ok: number;
  refused: number;
  /** Runs that ended for lack of lifetime. */
  wornOut: number;
}

/** Counts of nothing yet. */
export function noCounts(): CampaignCounts {
  return { steps: 0, cuts: 0, boots: 0, ok: 0, refused: 0, wornOut: 0 };
}

const CHOICES = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf'] as const;

/** Chooses the steps of a run, seeing the driver's state. */
class Dice {
  /** Keys below this are used most, so that some are replaced often. */
  private readonly keys: number;
  /** A store full of the shortest entries: its compactions write the most. */
  private readonly isCrowded: boolean;

  constructor(
    private readonly random: Random,
    private readonly geometry: Geometry,
  ) {
    this.isCrowded = random.below(4) === 0;
    const pages = (geometry.pageSize / 4) * geometry.numPages;
    this.keys = this.isCrowded ? pages : 1 + random.below(random.below(2) === 0 ? 4 : 40);
  }

  private key(): number {
    // 4096 is one past the last key.
    return this.random.below(16) === 0 ? this.random.below(4097) : this.random.below(this.keys);
  }

  private length(maxLength: number): number {
    const { random } = this;
    if (this.isCrowded && random.below(8) > 0) return 0;
    switch (random.below(8)) {
      case 0:
        // The longest, or one byte too long.
        return maxLength + random.below(2);
      case 1:
      case 2:
        return random.below(maxLength + 2);
      default:
        return random.below(Math.min(maxLength + 2, 14));
    }
  }

  private value(maxLength: number): Uint8Array {
    const { random } = this;
    const value = new Uint8Array(this.length(maxLength));
    const all = random.below(4) === 0;
    for (let at = 0; at < value.length; at++) value[at] = all ? 0xff : random.below(256);
    // The last word decides whether an entry is whole: all ones and all zeros are its limits.
    const lastWord = value.length - ((value.length + 3) % 4) - 1;
    const ending = random.below(6);
    if (ending < 2) value.fill(ending === 0 ? 0xff : 0, Math.max(0, lastWord));
    return value;
  }

  private update(maxLength: number): Update {
    const key = this.key();
    if (this.random.below(3) === 0) return { op: 'remove', key };
    return { op: 'insert', key, value: this.value(maxLength) };
  }

  private updates(maxLength: number): Update[] {
    const { random } = this;
    if (random.below(12) === 0) return this.removals(29 + random.below(4));
    const count = random.below(12) === 0 ? random.below(33) : random.below(6);
    const updates: Update[] = [];
    const keys = new Set<number>();
    for (let index = 0; index < count; index++) {
      const update = this.update(maxLength);
      // A key twice is refused: let that happen now and then only.
      if (!keys.has(update.key) || random.below(40) === 0) updates.push(update);
      keys.add(update.key);
    }
    return updates;
  }

  /** As many removals as a transaction can have, or a few less, or one more. */
  private removals(count: number): Update[] {
    const first = this.random.below(4096 - count);
    return Array.from({ length: count }, (_, nth) => ({ op: 'remove', key: first + nth }));
  }

  change(model: StoreModel): Change {
    const { random } = this;
    const { maxValueLength, totalCapacity } = model;
    const free = totalCapacity - model.usedCapacity();
    if (this.isCrowded) return this.crowd(free, maxValueLength);
    switch (random.below(12)) {
      case 0:
      case 1:
        return { op: 'remove', key: this.key() };
      case 2:
        return { op: 'removehandle', key: this.key() };
      case 3:
        return { op: 'clear', minKey: random.below(2) === 0 ? this.key() : random.below(4097) };
      case 4:
        return { op: 'prepare', length: random.below(2) === 0 ? free : random.below(free + 2) };
      case 5:
      case 6:
      case 7:
        return { op: 'transaction', updates: this.updates(maxValueLength) };
      default:
        return { op: 'insert', key: this.key(), value: this.value(maxValueLength) };
    }
  }

  /** Fills the store, then has it compact. */
  private crowd(free: number, maxValueLength: number): Change {
    const { random } = this;
    if (free < 2 || random.below(6) === 0) {
      return random.below(3) === 0
        ? { op: 'remove', key: this.key() }
        : { op: 'prepare', length: free };
    }
    const key = this.key();
    return random.below(2) === 0
      ? { op: 'transaction', updates: this.inserts(Math.min(31, free - 1), key) }
      : { op: 'insert', key, value: this.value(maxValueLength) };
  }

  private inserts(count: number, first: number): Update[] {
    const value = new Uint8Array(0);
    return Array.from({ length: count }, (_, nth): Update => {
      return { op: 'insert', key: (first + nth) % 4096, value };
    });
  }

  /** A cut that strikes within the calls, or one past them. */
  cut(calls: number): Cut {
    const { random } = this;
    const choice = random.below(9);
    const corruption = CHOICES[choice] ?? `xorshift:${random.u32()}`;
    return { delay: random.below(calls + 1), corruption };
  }

  step(driver: Driver): DriverStep {
    const { random } = this;
    if (driver.state === 'off') {
      return random.below(3) === 0
        ? { boot: true, cut: this.cut(driver.countBootCalls()) }
        : { boot: true };
    }
    if (random.below(24) === 0) return { off: true };
    const change = this.change(driver.model);
    if (random.below(2) === 0) return { change };
    // On large pages a clone costs too much to make one for each cut.
    const isSmall = this.geometry.pageSize * this.geometry.numPages <= 4096;
    return { change, cut: this.cut(isSmall ? driver.countCalls(change) : 1 << random.below(5)) };
  }
}

function randomGeometry(random: Random, options: CampaignOptions): Geometry {
  const bits = 5 + random.below(1 + random.below((options.maxPageBits ?? 12) - 4));
  const maxPages = options.maxPages ?? 64;
  const numPages =
    3 + random.below(random.below(4) === 0 ? maxPages - 2 : Math.min(4, maxPages - 2));
  const maxPageErases = random.below(3) === 0 ? random.below(50_001) : random.below(12);
  return { wordSize: 4, pageSize: 1 << bits, numPages, maxWordWrites: 2, maxPageErases };
}

function randomStart(random: Random, geometry: Geometry, options: CampaignOptions): Start {
  const kinds = ['clean', 'used', 'dirty'] as const;
  switch (options.start ?? kinds[random.below(3)] ?? 'clean') {
    case 'clean':
      return { kind: 'clean' };
    case 'used':
      return { kind: 'used', cycle: random.below(geometry.maxPageErases + 1) };
    case 'dirty':
      return { kind: 'dirty', image: randomImage(random, geometry) };
  }
}

/** Chance alone rarely looks like a log: mostly it is an image of a store in use, with a few bytes spoilt. */
function randomImage(random: Random, geometry: Geometry): string {
  const run: Run = { geometry, start: { kind: 'clean' }, deferred: false, steps: [] };
  const driver = new Driver(run, { record: false });
  const dice = new Dice(random, geometry);
  const size = geometry.pageSize * geometry.numPages;
  const steps = random.below(4) === 0 ? 0 : random.below(40);
  for (let left = steps; left > 0 && driver.state !== 'ended'; left--)
    driver.take(dice.step(driver));
  const { image } = driver.flash;
  const spoilt = steps === 0 ? random.below(size + 1) : random.below(8);
  for (let index = 0; index < spoilt; index++) {
    const at = random.below(steps === 0 ? size : Math.min(size, 512));
    image[at] = random.below(3) === 0 ? 0xff : random.u32() >>> 24;
  }
  return toHex(image);
}

/** A run without steps yet, from a seed. */
function randomRun(random: Random, options: CampaignOptions): Run {
  const geometry = randomGeometry(random, options);
  const start = randomStart(random, geometry, options);
  return { geometry, start, deferred: random.below(4) === 0, steps: [] };
}

/** One random run: the first violation in it, or undefined. `counts` is added to. */
export function randomlyDrive(
  seed: number,
  options: CampaignOptions,
  counts: CampaignCounts = noCounts(),
): Violation | undefined {
  const random = new Random(seed);
  const run = randomRun(random, options);
  if (run.start.kind === 'dirty') return driveDirty(random, run, options);
  const driver = new Driver(run, options);
  const dice = new Dice(random, run.geometry);
  for (let index = 0; index < options.steps; index++) {
    const step = dice.step(driver);
    const violation = takeStep(driver, step);
    count(counts, driver, step);
    if (violation !== undefined) return violation;
    if (driver.state === 'ended') return undefined;
  }
  return undefined;
}

function count(counts: CampaignCounts, driver: Driver, step: DriverStep): void {
  counts.steps += 1;
  if ('boot' in step) counts.boots += 1;
  if ('change' in step && driver.state === 'on') {
    if (driver.model.judge(step.change) === 'Ok') counts.ok += 1;
    else counts.refused += 1;
  }
  if ('cut' in step && driver.state === 'off') counts.cuts += 1;
  if (driver.state === 'ended') counts.wornOut += 1;
}

function takeStep(driver: Driver, step: DriverStep): Violation | undefined {
  try {
    return driver.take(step);
  } catch (error) {
    return driver.crashed(error);
  }
}

/** Repeats a recorded run: the first violation in it, or undefined. */
export function replayRun(run: Run, options: DriverOptions = {}): Violation | undefined {
  if (run.start.kind === 'dirty') return survive(run, options, (index) => run.steps[index]);
  const driver = new Driver(run, options);
  for (const step of run.steps) {
    const violation = takeStep(driver, step);
    if (violation !== undefined) return violation;
    if (driver.state === 'ended') return undefined;
  }
  return undefined;
}

function driveDirty(random: Random, run: Run, options: CampaignOptions): Violation | undefined {
  const dice = new Dice(random, run.geometry);
  const model = new StoreModel(run.geometry);
  return survive(run, options, (index) =>
    index < options.steps ? { change: dice.change(model), cut: dice.cut(4) } : undefined,
  );
}

/** A store on an image that no store has left behind may say what it likes but must not throw. */
function survive(
  run: Run,
  options: DriverOptions,
  stepAt: (index: number) => DriverStep | undefined,
): Violation | undefined {
  const flash = startFlash(run.geometry, run.start);
  const storage = run.deferred ? new DeferredStorage(flash) : flash;
  const store = options.makeStore?.(storage) ?? new Store(storage);
  const steps: DriverStep[] = [];
  try {
    runAtOnce(store.boot(), flash);
    for (let step = stepAt(0); step !== undefined; step = stepAt(steps.length)) {
      steps.push(step);
      if ('change' in step) disturb(store, flash, step.change, step.cut);
    }
    return undefined;
  } catch (error) {
    return {
      ...finding('crash', `a dirty flash: ${String(error)}`),
      replay: runToText({ ...run, steps }),
    };
  }
}

function disturb(store: Store, flash: BufferStorage, change: Change, cut: Cut | undefined): void {
  if (cut !== undefined) flash.arm(cut.delay);
  runAtOnce(startChange(store, change), flash);
  if (flash.interruptedBytes === undefined) {
    flash.disarm();
    return;
  }
  flash.corrupt(bitChoice(cut?.corruption ?? 'none') ?? (() => false));
  runAtOnce(store.recover(), flash);
}
