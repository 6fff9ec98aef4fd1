// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The latency example of OpenSK, re-made: a full store, and what an insertion, a boot, a removal and the
 * compaction of a page then ask of the flash.
 *
 * NON-TOCK: OpenSK's `examples/store_latency.rs` runs on a board and prints times.
 *
 * So many words are burnt first that user capacity and virtual capacity end together; then entries are
 * inserted until one more fits.
 */
import { assert } from '#kernel/assert';
import type { Result } from '#kernel/result';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { Counts } from './cost-model.ts';

/** The store that is measured. */
export interface LatencyScenario {
  readonly pages: number;
  readonly pageSize: number;
  /** Words of each value. */
  readonly words: number;
  /** `distinct`: every entry lives. `same`: one key is rewritten, and all entries but one are dead. */
  readonly keys: 'distinct' | 'same';
}

/** The operations that are timed. */
export const LATENCY_OPERATIONS = ['boot', 'compaction', 'insert', 'remove'] as const;
/** One of them. */
export type LatencyOperation = (typeof LATENCY_OPERATIONS)[number];

/** An operation: what it asks of the flash, and the flash just before it. */
export interface Latency {
  readonly counts: Counts;
  readonly image: Uint8Array;
  /** The call, as a workload says it; none for a boot. */
  readonly call: LatencyCall | undefined;
}

/** A call of the store. */
export type LatencyCall =
  | { readonly op: 'insert'; readonly key: number; readonly size: number }
  | { readonly op: 'remove'; readonly key: number }
  | { readonly op: 'prepare'; readonly words: number };

const WORD = 4;

/** Runs the scenario at the storage interface. */
export function storeLatency(
  scenario: LatencyScenario,
): Readonly<Record<LatencyOperation, Latency>> {
  const bench = new Bench(scenario);
  const { pages, words, keys } = scenario;
  const increment = keys === 'distinct' ? 1 : 0;
  const total = bench.capacity();
  bench.insert(0, pages - 1);
  bench.remove(0);
  const count = Math.floor(total / (1 + words)) - 1;
  for (let index = 0; index < count; index++) bench.insert(1 + increment * index, words);
  const key = 1 + increment * count;
  const insert = bench.measure({ op: 'insert', key, size: WORD * words });
  const boot = bench.reboot(keys === 'same' ? count : 0);
  const remove = bench.measure({ op: 'remove', key });
  bench.fill(total + pages);
  const compaction = bench.measure({ op: 'prepare', words: 1 });
  return { boot, compaction, insert, remove };
}

/** A store on a strict flash, and the counts of what is asked of it. */
class Bench {
  private readonly flash: BufferStorage;
  private store: Store;

  constructor({ pages, pageSize }: LatencyScenario) {
    this.flash = new BufferStorage({
      wordSize: WORD,
      pageSize,
      numPages: pages,
      maxWordWrites: 2,
      maxPageErases: 10_000,
    });
    this.store = new Store(this.flash);
    this.run(this.store.boot());
  }

  capacity(): number {
    const capacity = this.store.capacity();
    assert(capacity.ok, 'the store is not open');
    return capacity.value.total;
  }

  insert(key: number, words: number): void {
    this.run(this.store.insert(key, new Uint8Array(WORD * words)));
  }

  remove(key: number): void {
    this.run(this.store.remove(key));
  }

  /** Writes until the next word would need a compaction. */
  fill(end: number): void {
    const lifetime = runAtOnce(this.store.lifetime());
    assert(lifetime.ok, 'the store does not know its lifetime');
    const length = end - lifetime.value.used;
    if (length <= 0) return;
    this.insert(0, length - 1);
    this.remove(0);
  }

  measure(call: LatencyCall): Latency {
    const image = this.flash.image.slice();
    const before = this.counts();
    this.run(this.steps(call));
    const after = this.counts();
    const counts: Counts = {
      deadEntries: 0,
      readCalls: after.readCalls - before.readCalls,
      wordsWritten: after.wordsWritten - before.wordsWritten,
      writeCalls: after.writeCalls - before.writeCalls,
      erases: after.erases - before.erases,
    };
    return { counts, image, call };
  }

  /** Power off and on; the store is another from here on. */
  reboot(deadEntries: number): Latency {
    const image = this.flash.image.slice();
    this.store = new Store(this.flash);
    this.run(this.store.boot());
    const { readCalls } = this.counts();
    const nothing = { wordsWritten: 0, writeCalls: 0, erases: 0 };
    return { counts: { readCalls, deadEntries, ...nothing }, image, call: undefined };
  }

  private steps(call: LatencyCall): Steps<Result<void, string>> {
    switch (call.op) {
      case 'insert':
        return this.store.insert(call.key, new Uint8Array(call.size));
      case 'remove':
        return this.store.remove(call.key);
      case 'prepare':
        return this.store.prepare(call.words);
    }
  }

  private counts(): Omit<Counts, 'deadEntries'> {
    const { calls, emptyCalls } = this.store.reads();
    const { wordsWritten, writeCalls, erases } = this.flash.counts;
    return { readCalls: calls - emptyCalls, wordsWritten, writeCalls, erases };
  }

  private run(steps: Steps<Result<void, string>>): void {
    const result = runAtOnce(steps);
    assert(result.ok, result.ok ? '' : `the store answered ${result.error}`);
    assert(this.flash.violation === undefined, 'the store broke a rule of the flash');
  }
}
