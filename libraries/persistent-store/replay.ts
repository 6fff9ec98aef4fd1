// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Replays a golden vector on a flash in memory and reports the first difference.
 *
 * NON-TOCK: compares this store with what was observed of OpenSK's crate.
 */
import { BufferStorage, bitChoice } from '../store/buffer-storage.ts';
import type { ReplayOptions } from './replay-bench.ts';
import { ReplayBench } from './replay-bench.ts';
import type { Geometry } from '../store/storage.ts';
import type {
  DirtyBootVector,
  Facts,
  Interruption,
  LinearVector,
  Operation,
  PowerLossCase,
  PowerLossVector,
  Vector,
} from './vector.ts';

export type { ReplayOptions } from './replay-bench.ts';

/** The first thing that was not as the vector says. */
export interface Difference {
  /** The operation, or the case, by its number from 0; the number of them for what stands at the end. */
  readonly index: number;
  readonly field: string;
  readonly expected: string | number | null;
  readonly actual: string | number | null;
}

/** What a replay found. */
export interface ReplayReport {
  readonly difference: Difference | undefined;
  /** Operations or cases replayed. */
  readonly replayed: number;
  /** Facts compared. */
  readonly compared: number;
}

const READ_FIELDS = new Set(['reads', 'readBytes', 'readCalls', 'emptyReadCalls']);

/** Compares facts and keeps the first difference. */
class Judge {
  difference: Difference | undefined;
  compared = 0;

  constructor(private readonly withReads: boolean) {}

  compare(index: number, expected: Facts, seen: Facts): void {
    for (const [field, value] of Object.entries(expected)) {
      if (!this.withReads && READ_FIELDS.has(field)) continue;
      this.compared += 1;
      const actual = seen[field] ?? null;
      if (actual !== value) this.difference ??= { index, field, expected: value, actual };
    }
  }

  /** A flash in memory obeys its own rules or says which was broken. */
  checkRules(index: number, flash: BufferStorage): void {
    if (flash.violation === undefined) return;
    this.difference ??= {
      index,
      field: 'flash rules',
      expected: 'kept',
      actual: flash.violation,
    };
  }

  report(replayed: number): ReplayReport {
    return { difference: this.difference, replayed, compared: this.compared };
  }
}

/** Replays a vector up to the first difference. */
export function replay(vector: Vector, options: ReplayOptions): ReplayReport {
  const judge = new Judge(options.reads ?? true);
  switch (vector.kind) {
    case 'linear':
      return replayLinear(vector, options, judge);
    case 'powerloss':
      return replayPowerLoss(vector, options, judge);
    case 'dirtyboot':
      return replayDirtyBoot(vector, options, judge);
  }
}

function startFlash(vector: LinearVector | PowerLossVector): BufferStorage {
  const flash = new BufferStorage(vector.geometry);
  const { image, pageErases } = vector.initial;
  if (image !== undefined) flash.image.set(image);
  flash.pageErases.set(pageErases.slice(0, flash.numPages));
  return flash;
}

function replayLinear(vector: LinearVector, options: ReplayOptions, judge: Judge): ReplayReport {
  const bench = new ReplayBench(startFlash(vector), options);
  for (const [index, step] of vector.steps.entries()) {
    const seen = {
      ...bench.apply(step.operation),
      ...bench.state('imageHash', 'imageHex', step.expected),
    };
    judge.compare(index, step.expected, seen);
    judge.checkRules(index, bench.flash);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  const { flash } = bench;
  const seen = bench.state('finalImageHash', 'finalImageHex', vector.final);
  seen['finalEntries'] = bench.sortedEntries();
  seen['pageErases'] = JSON.stringify([...flash.pageErases]);
  seen['maxWordWritesSeen'] = flash.wordWrites.reduce((most, writes) => Math.max(most, writes), 0);
  judge.compare(vector.steps.length, vector.final, seen);
  return judge.report(vector.steps.length);
}

function replayPowerLoss(
  vector: PowerLossVector,
  options: ReplayOptions,
  judge: Judge,
): ReplayReport {
  const start = startFlash(vector);
  const ready = new ReplayBench(start.clone(), options);
  for (const operation of vector.setup) ready.apply(operation);
  const setup = ready.state('setupImageHash', 'setupImageHex', vector.setupFacts);
  setup['setupEntries'] = ready.sortedEntries();
  judge.compare(0, vector.setupFacts, setup);
  for (const [index, one] of vector.cases.entries()) {
    const fresh = (): ReplayBench => {
      const bench = new ReplayBench(start.clone(), options);
      if (one.operation.op !== 'boot') for (const each of vector.setup) bench.apply(each);
      return bench;
    };
    replayCase(index, one, fresh, judge);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  return judge.report(vector.cases.length);
}

/** Writes and erases an operation needs when it is let through. */
function countCalls(bench: ReplayBench, operation: Operation): number {
  bench.flash.arm(Number.MAX_SAFE_INTEGER);
  bench.apply(operation);
  return Number.MAX_SAFE_INTEGER - bench.flash.disarm();
}

function interrupt(bench: ReplayBench, operation: Operation, cut: Interruption): Facts {
  bench.flash.arm(cut.delay);
  bench.apply(operation);
  const bytes = bench.flash.interruptedBytes ?? null;
  bench.flash.corrupt(bitChoice(cut.corruption) ?? (() => false));
  return {
    interruptedBytes: bytes,
    ...bench.state('interruptedImageHash', 'interruptedImageHex', cut.expected),
  };
}

function replayCase(
  index: number,
  one: PowerLossCase,
  fresh: () => ReplayBench,
  judge: Judge,
): void {
  const storageCalls = countCalls(fresh(), one.operation);
  const bench = fresh();
  const cut = interrupt(bench, one.operation, one);
  judge.compare(index, one.expected, { ...cut, storageCalls });
  for (const each of one.recoveryInterruptions) {
    const again = interrupt(bench, { op: 'boot' }, each);
    judge.compare(index, each.expected, again);
  }
  judge.compare(index, one.recovery, bench.apply({ op: 'boot' }));
  const recovered = bench.state('recoveredImageHash', 'recoveredImageHex', one.recovered);
  recovered['entries'] = bench.sortedEntries();
  judge.compare(index, one.recovered, recovered);
  const second = {
    ...bench.apply({ op: 'boot' }),
    ...bench.state('imageHash', 'imageHex', one.secondBoot),
  };
  judge.compare(index, one.secondBoot, second);
  judge.checkRules(index, bench.flash);
}

function replayDirtyBoot(
  vector: DirtyBootVector,
  options: ReplayOptions,
  judge: Judge,
): ReplayReport {
  for (const [index, one] of vector.cases.entries()) {
    const bench = new ReplayBench(dirtyFlash(vector.geometry, one.image), options);
    const seen = {
      ...bench.apply({ op: 'boot' }),
      ...bench.state('imageAfterHash', 'imageAfterHex', one.expected),
    };
    const listed = bench.apply({ op: 'iter' });
    seen['iterResult'] = listed['result'] ?? null;
    seen['entries'] = listed['entries'] ?? null;
    judge.compare(index, one.expected, seen);
    if (judge.difference !== undefined) return judge.report(index + 1);
  }
  return judge.report(vector.cases.length);
}

function dirtyFlash(geometry: Geometry, image: Uint8Array): BufferStorage {
  const flash = new BufferStorage(geometry, false);
  flash.image.set(image);
  return flash;
}
