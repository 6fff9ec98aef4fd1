// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Boot on whatever is in flash: it ends, with Ok or a named error, and throws nothing.
 *
 * NON-TOCK: images are noise, rows of words the format knows, and valid images with bits changed.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { BufferStorage } from '#libraries/store/buffer-storage';
import {
  Internal,
  buildCompact,
  buildInit,
  buildInternal,
  buildUser,
} from '#libraries/persistent-store/format';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { ModeName } from '#libraries/persistent-store/store';
import { geometry } from './support.ts';

/** A few seconds for all three. */
const RUNS = 3000;
const BOOT_RESULTS = ['Ok', 'InvalidStorage', 'NoLifetime'];
const ALL_RESULTS = [...BOOT_RESULTS, 'InvalidArgument', 'NoCapacity'];

/** A flash that refuses to go on for ever. */
class Bounded implements Storage {
  readonly wordSize = 4;
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxWordWrites = 2;
  readonly maxPageErases: number;
  private left: number;

  constructor(private readonly flash: BufferStorage) {
    this.pageSize = flash.pageSize;
    this.numPages = flash.numPages;
    this.maxPageErases = flash.maxPageErases;
    // Each word some hundred times: every header may lead to a look over 256 words.
    this.left = flash.image.length * 200 + 100_000;
  }

  private spend(): void {
    this.left -= 1;
    if (this.left === 0) throw new Error('the store does not come to an end');
  }

  readWord(page: number, byteOffset: number): number | undefined {
    this.spend();
    this.check(page, byteOffset, 4);
    return this.flash.readWord(page, byteOffset);
  }

  read(page: number, byteOffset: number, length: number): Uint8Array {
    this.spend();
    this.check(page, byteOffset, length);
    return this.flash.read(page, byteOffset, length);
  }

  write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    this.spend();
    this.check(page, byteOffset, length);
    return this.flash.write(page, byteOffset, bytes, start, length);
  }

  erase(page: number): boolean {
    this.spend();
    this.check(page, 0, this.pageSize);
    return this.flash.erase(page);
  }

  /** No access leaves its page: the store's own arithmetic is at stake. */
  private check(page: number, byteOffset: number, length: number): void {
    const isWithin =
      Number.isInteger(page) &&
      page >= 0 &&
      page < this.numPages &&
      byteOffset >= 0 &&
      byteOffset % 4 === 0 &&
      byteOffset + length <= this.pageSize;
    if (!isWithin) throw new Error(`access at ${page}, ${byteOffset}, ${length}`);
  }
}

const shapes: fc.Arbitrary<Geometry> = fc
  .record({
    pageSize: fc.constantFrom(32, 36, 64, 100, 128, 512, 1028, 4096),
    numPages: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 3, max: 6 }) },
      fc.constantFrom(20, 63, 64),
    ),
    erases: fc.constantFrom(0, 1, 2, 10_000, 65_535),
  })
  .filter(({ pageSize, numPages }) => pageSize * numPages <= 24_576)
  .map(({ pageSize, numPages, erases }) => geometry(pageSize, numPages, erases));

const modes = fc.constantFrom<ModeName>('ours', 'upstream');

/** Numbers below a bound, mostly near its ends. */
const below = (bound: number): fc.Arbitrary<number> =>
  fc.oneof(fc.nat(Math.min(3, bound - 1)), fc.constant(bound - 1), fc.nat(bound - 1));

/** Words as the format has them, seldom with all fields in range. */
const words: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.record({ key: below(4096), length: below(1024) }).map(({ key, length }) => {
    const entry = new Int32Array(258);
    const count = buildUser(
      entry,
      new Uint8Array(entry.buffer),
      key,
      new Uint8Array(length).fill(key),
    );
    return [...entry.subarray(0, Math.min(count, 14))];
  }),
  below(64).map((field) => [buildInternal(Internal.ERASE, field)]),
  below(32).map((field) => [buildInternal(Internal.MARKER, field)]),
  below(4096).map((field) => [buildInternal(Internal.CLEAR, field)]),
  below(4096).map((field) => [buildInternal(Internal.REMOVE, field)]),
  fc.constantFrom([-1], [0], [-2], [-1, -1, -1, -1, -1]),
  fc.integer().map((word) => [word]),
);

const headers: fc.Arbitrary<[number, number]> = fc.tuple(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.nat(3), fc.constantFrom(0, 0, 1, 5))
        .map(([cycle, prefix]) => buildInit(cycle, prefix)),
    },
    fc.tuple(below(65_536), below(512)).map(([cycle, prefix]) => buildInit(cycle, prefix)),
    fc.constant(-1),
    fc.integer(),
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(-1) },
    below(65_536).map(buildCompact),
    fc.integer(),
  ),
);

/** Fills a flash page by page with words the format knows. */
function plausible(
  shape: Geometry,
  pages: readonly [number, number][],
  content: readonly (readonly number[])[],
): BufferStorage {
  const flash = new BufferStorage(shape, false);
  const image = new Int32Array(flash.image.buffer);
  const perPage = shape.pageSize / 4;
  const rest = content.flat();
  let at = 0;
  for (const index of image.keys()) {
    const header = pages[Math.floor(index / perPage) % pages.length];
    if (index % perPage < 2) image[index] = header?.[index % perPage] ?? -1;
    else image[index] = rest[at++] ?? -1;
  }
  return flash;
}

/** A flash that a store has used. */
function used(shape: Geometry, lengths: readonly number[]): BufferStorage {
  const flash = new BufferStorage(shape, false);
  const store = new Store(flash);
  runAtOnce(store.boot());
  for (const [n, length] of lengths.entries()) {
    runAtOnce(store.insert(n % 5, new Uint8Array(length).fill(n)));
    if (n % 4 === 1) runAtOnce(store.remove(n % 3));
    if (n % 7 === 2)
      runAtOnce(
        store.transaction([
          { op: 'remove', key: 1 },
          { op: 'insert', key: 8, value: Uint8Array.of(n) },
        ]),
      );
  }
  return flash;
}

/** Boots, and uses the store if it opens; every outcome has a name. */
function expectNamed(flash: BufferStorage, mode: ModeName): void {
  const store = new Store(new Bounded(flash), { mode });
  const booted = runAtOnce(store.boot());
  const result = booted.ok ? 'Ok' : booted.error;
  expect(BOOT_RESULTS).to.include(result);
  seen.set(result, (seen.get(result) ?? 0) + 1);
  if (!booted.ok) return;
  const handles = store.handles();
  for (const handle of handles.ok ? handles.value : []) runAtOnce(store.value(handle));
  for (const steps of [
    store.lifetime(),
    store.insert(3, Uint8Array.of(1, 2, 3)),
    store.transaction([
      { op: 'remove', key: 3 },
      { op: 'insert', key: 4, value: new Uint8Array(9) },
    ]),
    store.prepare(4),
    store.clear(1),
    store.boot(),
  ]) {
    const each = runAtOnce<{ ok: boolean; error?: string }>(steps);
    expect(ALL_RESULTS).to.include(each.ok ? 'Ok' : each.error);
  }
}

/** How often each boot ended how. */
const seen = new Map<string, number>();

/** Images of which all opened, or none, would show little. */
function expectBoth(): void {
  expect(seen.get('Ok') ?? 0).to.be.greaterThan(RUNS / 20);
  expect(seen.get('InvalidStorage') ?? 0).to.be.greaterThan(RUNS / 20);
}

describe('libraries/persistent-store/boot', () => {
  beforeEach(() => {
    seen.clear();
  });

  it('ends with Ok or a named error on noise', () => {
    fc.assert(
      fc.property(shapes, modes, fc.infiniteStream(fc.integer()), (shape, mode, noise) => {
        const flash = new BufferStorage(shape, false);
        const image = new Int32Array(flash.image.buffer);
        for (const index of image.keys()) image[index] = Number(noise.next().value);
        expectNamed(flash, mode);
      }),
      { numRuns: RUNS / 10 },
    );
  }).timeout(20_000);

  it('ends with Ok or a named error on rows of words that the format knows', () => {
    fc.assert(
      fc.property(
        shapes,
        modes,
        fc.array(headers, { minLength: 1, maxLength: 8 }),
        fc.array(words, { maxLength: 60 }),
        (shape, mode, pages, content) => {
          expectNamed(plausible(shape, pages, content), mode);
        },
      ),
      { numRuns: RUNS },
    );
    expectBoth();
  }).timeout(20_000);

  it('ends with Ok or a named error on valid images with bits and words changed', () => {
    const change = fc.record({
      at: fc.nat(),
      bits: fc.oneof(
        fc.nat(31).map((bit) => 1 << bit),
        fc.constantFrom(-1, 0),
        fc.integer(),
      ),
    });
    fc.assert(
      fc.property(
        shapes,
        modes,
        fc.array(fc.nat(80), { maxLength: 60 }),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (shape, mode, lengths, changes) => {
          const flash = used(shape, lengths);
          const image = new Int32Array(flash.image.buffer);
          for (const { at, bits } of changes) {
            const index = at % image.length;
            image[index] = bits === 0 ? -1 : (image[index] ?? 0) ^ bits;
          }
          expectNamed(flash, mode);
        },
      ),
      { numRuns: RUNS },
    );
    expectBoth();
  }).timeout(20_000);
});
