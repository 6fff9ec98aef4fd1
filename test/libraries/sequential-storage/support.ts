// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Map and queue on a flash in memory, with outcomes as text.
 *
 * NON-TOCK: support of the tests beside it.
 */
import type { Result } from '#kernel/result';
import { SequentialMap } from '#libraries/sequential-storage/map';
import { HARDENED, LITERAL, type Mode } from '#libraries/sequential-storage/mode';
import { NO_CACHES, type Caches } from '#libraries/sequential-storage/page-cache';
import { Queue, type PushOptions } from '#libraries/sequential-storage/queue';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

/** Everything that can be cached. */
export const ALL_CACHES: Caches = { states: true, pointers: true, keys: 64 };

/** Every variant, with a name for a title. */
export const VARIANTS: readonly (readonly [name: string, mode: Mode, caches: Caches])[] = [
  ['literal', LITERAL, NO_CACHES],
  ['literal, cached', LITERAL, ALL_CACHES],
  ['hardened', HARDENED, NO_CACHES],
  ['hardened, cached', HARDENED, ALL_CACHES],
];

/** A blank flash of some pages that stands two programs of a word. */
export function flashOf(numPages: number, pageSize = 64, maxWordWrites = 2): BufferStorage {
  const maxPageErases = 100_000;
  return new BufferStorage({ wordSize: 4, pageSize, numPages, maxWordWrites, maxPageErases });
}

/** `Ok`, or the error. */
export function said(result: Result<unknown, unknown>): string {
  return result.ok ? 'Ok' : String(result.error);
}

/** A map that is booted, in words. */
export class MapInWords {
  readonly map: SequentialMap;
  /** What its boot said. */
  readonly booted: string;

  constructor(
    readonly flash: BufferStorage,
    mode: Mode = HARDENED,
    caches: Caches = NO_CACHES,
  ) {
    this.map = new SequentialMap(flash, mode, caches);
    this.booted = said(runAtOnce(this.map.boot()));
  }

  put(key: number, ...value: number[]): string {
    return said(runAtOnce(this.map.put(key, Uint8Array.from(value))));
  }

  delete(key: number): string {
    return said(runAtOnce(this.map.delete(key)));
  }

  get(key: number): string {
    const found = runAtOnce(this.map.get(key));
    return found.ok ? (found.value?.join() ?? 'none') : found.error;
  }

  /** All keys and values. */
  content(): Record<number, string> {
    const keys = runAtOnce(this.map.keys());
    const sorted = keys.ok ? [...keys.value].sort((a, b) => a - b) : [];
    return Object.fromEntries(sorted.map((key) => [key, this.get(key)]));
  }
}

/** A queue that is booted, in words. */
export class QueueInWords {
  readonly queue: Queue;
  readonly booted: string;

  constructor(
    readonly flash: BufferStorage,
    mode: Mode = HARDENED,
    caches: Caches = NO_CACHES,
  ) {
    this.queue = new Queue(flash, mode, caches);
    this.booted = said(runAtOnce(this.queue.boot()));
  }

  push(data: readonly number[], options?: PushOptions): string {
    return said(runAtOnce(this.queue.push(Uint8Array.from(data), options)));
  }

  peek(): string {
    const item = runAtOnce(this.queue.next());
    return item.ok ? (item.value?.data.join() ?? 'none') : item.error;
  }

  pop(): string {
    const item = runAtOnce(this.queue.pop());
    return item.ok ? (item.value?.data.join() ?? 'none') : item.error;
  }

  /** All items, the oldest first. */
  all(): string[] {
    const shown: string[] = [];
    let item = runAtOnce(this.queue.next());
    while (item.ok && item.value !== undefined) {
      shown.push(item.value.data.join());
      item = runAtOnce(this.queue.next(item.value));
    }
    return shown;
  }
}

/** Loses power in the write or erase after `calls` others, while `operate` runs; `isMoved` as in `corrupt`. */
export function cut(
  flash: BufferStorage,
  calls: number,
  operate: () => unknown,
  isMoved: (bit: number, total: number) => boolean,
): void {
  flash.arm(calls);
  operate();
  flash.corrupt(isMoved);
}

/** Zero bits in the first bytes of some: so many bits have moved when a write of them was cut there. */
export function zeros(bytes: Uint8Array, count: number): number {
  let total = 0;
  for (const byte of bytes.subarray(0, count)) {
    for (let bit = 1; bit < 0x100; bit <<= 1) if ((byte & bit) === 0) total += 1;
  }
  return total;
}
