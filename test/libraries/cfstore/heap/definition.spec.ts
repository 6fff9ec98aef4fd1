// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store in the heap under the contract of all stores: its limits, its RAM, and what the crash laboratory finds in mbed's code.
 *
 * NON-TOCK: tests. The replay lines are what the laboratory made of what it found in random workloads.
 */
import { expect } from 'chai';
import { caseFromText } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { adapterOf } from '#lab/crash/stores/index';
import { CFSTORE_HEAP, CFSTORE_HEAP_LITERAL } from '#libraries/cfstore/heap/definition';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

const geometry = { wordSize: 4, maxWordWrites: 1, maxPageErases: 100_000 };

const head = (pageSize: number): string =>
  `{"store":"cfstore-heap-literal","geometry":{"wordSize":4,"pageSize":${pageSize},"numPages":8,"maxWordWrites":1,"maxPageErases":10000}`;

/** Made by `tocksim crash --store cfstore-heap-literal`; zeros put for a longer value. No power is cut in them. */
const PINNED: readonly (readonly [what: string, line: string, verdict: string])[] = [
  [
    'the last key that was deleted is back after a boot (CF-22)',
    `${head(32)},"operations":[{"op":"insert","key":100,"value":""},{"op":"remove","key":100}],"chains":[]}`,
    'RESURRECTED',
  ],
  [
    'a key that makes the store too large is noticed at the flush',
    `${head(64)},"operations":[{"op":"insert","key":0,"value":""},{"op":"insert","key":2,"value":"${'00'.repeat(80)}"}],"chains":[]}`,
    'UNREADABLE',
  ],
];

/** What a replay line shows of a store. */
function replay(line: string, store: string): string {
  const parsed = caseFromText(line.replace('cfstore-heap-literal', store));
  if (!parsed.ok) expect.fail(parsed.error);
  return new Player(adapterOf(store) ?? expect.fail(store), parsed.value).play().verdict;
}

describe('libraries/cfstore/heap/definition', () => {
  it('has RAM that grows with its keys: 32 bytes each with values of 16 bytes (CF-32)', () => {
    const flash = new BufferStorage({ ...geometry, pageSize: 32 * 1024, numPages: 4 });
    const store = CFSTORE_HEAP.open(flash);
    runAtOnce(store.boot());
    const seen = new Map<number, number>();
    for (let key = 0; key < 1000; key++) {
      expect(runAtOnce(store.put(key, new Uint8Array(16).fill(key))).ok).to.equal(true);
      if ([10, 100, 1000].includes(key + 1)) seen.set(key + 1, store.ram().content);
    }
    expect([...seen]).to.deep.equal([[10, 320], [100, 3200], [1000, 32_000]]); // prettier-ignore
    expect(store.ram().fixed, '64 handles of 24 bytes, a window of 64, eleven words').to.equal(
      64 * 24 + 64 + 11 * 4,
    );
    expect(flash.violation).to.equal(undefined);
  });

  it('takes keys until they fill a slot, a quarter of the flash, and not one byte more', () => {
    const shape = { ...geometry, pageSize: 64, numPages: 8 };
    const { capacity, maxValueLength, unitsOf } = CFSTORE_HEAP.shape(shape);
    expect([capacity, maxValueLength, unitsOf(0)]).to.deep.equal([96, 80, 16]);
    const store = CFSTORE_HEAP.open(new BufferStorage(shape));
    runAtOnce(store.boot());
    for (let key = 0; key < 6; key++) runAtOnce(store.put(key, new Uint8Array(0)));
    expect(runAtOnce(store.keys())).to.deep.equal({ ok: true, value: [0, 1, 2, 3, 4, 5] });
    const full = { ok: false, error: 'NoCapacity' };
    expect(runAtOnce(store.put(6, new Uint8Array(0)))).to.deep.equal(full);
    expect(runAtOnce(store.put(5, new Uint8Array(1)))).to.deep.equal(full);
    expect(runAtOnce(store.delete(0)).ok).to.equal(true);
    expect(runAtOnce(store.put(5, new Uint8Array(16))).ok).to.equal(true);
  });

  it('refuses a flash of one page, and pages of unlike size', () => {
    const shape = { ...geometry, pageSize: 64, numPages: 1 };
    expect(CFSTORE_HEAP.refuses(shape)).to.match(/at least 2 pages/);
    expect(CFSTORE_HEAP.refuses({ ...shape, numPages: 4, pageSizes: [64, 64, 64, 32] })).to.match(
      /one size/,
    );
    expect(CFSTORE_HEAP_LITERAL.refuses({ ...shape, numPages: 2 })).to.equal(undefined);
  });

  for (const [depth, failures] of [
    [1, 0],
    [2, 0],
    [1, 40],
  ] as const) {
    it(`keeps its claim over cuts ${depth} deep, one in ${failures} writes failing`, () => {
      const options = { ...DEFAULT_OPTIONS, length: 40, depth, images: 20, pageSize: 64, pages: 8 };
      const part = { ...options.part, failures };
      const report = explore({ ...options, part, store: 'cfstore-heap' }, { shards: 2 });
      expect(report.violations).to.deep.equal([]);
      expect(report.cuts).to.be.greaterThan(500);
    });
  }

  for (const [what, line, verdict] of PINNED) {
    it(`as mbed has it: ${what}`, () => {
      expect(replay(line, 'cfstore-heap-literal')).to.equal(verdict);
      expect(replay(line, 'cfstore-heap')).to.equal('OLD');
    });
  }
});
