// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The proofs of the store's specification, tried out: checksums exhaustively, compaction, capacity and lifetime on small flashes.
 *
 * NON-TOCK: the lemmas of the store specification, "proofs", and its formulas, "definitions".
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { Driver } from '#libraries/persistent-store/driver';
import {
  ERASED,
  Format,
  Internal,
  buildCompact,
  buildInit,
  buildInternal,
  buildUser,
  singleDifference,
} from '#libraries/persistent-store/format';
import { Kind } from '#libraries/persistent-store/kinds';
import { Log } from '#libraries/persistent-store/log';
import type { Change } from '#libraries/persistent-store/model';
import type { Run } from '#libraries/persistent-store/run';
import { Random } from '#kernel/random';
import { geometry } from './support.ts';

const FIELDS = {
  [Internal.ERASE]: 64,
  [Internal.MARKER]: 32,
  [Internal.CLEAR]: 4096,
  [Internal.REMOVE]: 4096,
} as const;

/** Every internal word there is. */
function internalWords(): Int32Array {
  const words = Object.values(Internal).flatMap((kind) =>
    Array.from({ length: FIELDS[kind] }, (_, field) => buildInternal(kind, field)),
  );
  return Int32Array.from(words);
}

/** Calls back with each word that a write of `target` over an erased word can leave, but for the two ends. */
function forEachTorn(target: number, visit: (word: number) => void): void {
  const zeros = ~target;
  // The subsets of the bits to clear, in falling order.
  for (let cleared = (zeros - 1) & zeros; cleared !== 0; cleared = (cleared - 1) & zeros) {
    visit(~cleared);
  }
}

function zerosOf(word: number): number {
  let zeros = 0;
  for (let rest = ~word; rest !== 0; rest &= rest - 1) zeros += 1;
  return zeros;
}

describe('Lemmas of the store: checksums (store specification, "proofs: checksum")', () => {
  it('1 to 3: fewer zeros, as many but others, or bigger is not reachable (all pairs of 9 bits)', () => {
    const counterexamples = [];
    for (let source = 0; source < 512; source++) {
      for (let target = 0; target < 512; target++) {
        const added = zerosOf(target) - zerosOf(source);
        const isExcluded = added < 0 || (added === 0 && source !== target) || target > source;
        if (isExcluded && (source & target) === target) counterexamples.push([source, target]);
      }
    }
    expect(counterexamples).to.deep.equal([]);
  });

  it('no valid internal word is reachable from another (all 8288 of them, all pairs)', () => {
    const words = internalWords();
    let reachable = 0;
    for (const source of words) {
      for (const target of words) if ((source & target) === target) reachable += 1;
    }
    expect(reachable).to.equal(words.length);
  });

  it('no strict subset of the bits of an internal word is a valid one (all words, all subsets)', () => {
    let torn = 0;
    let valid = 0;
    for (const target of internalWords()) {
      forEachTorn(target, (word) => {
        torn += 1;
        if (singleDifference(word) <= 0) valid += 1;
      });
    }
    expect(valid).to.equal(0);
    expect(torn).to.be.above(1_000_000);
  });

  it('no strict subset of the bits of a page header word is valid', () => {
    const words = [];
    for (const high of [0x0000, 0xf000, 0xff00]) {
      for (let low = 0; low < 256; low += 5) words.push(buildCompact(high | low));
    }
    for (let cycle = 0xff00; cycle < 0x10000; cycle += 3) {
      for (const prefix of [0, 1, 85, 127, 255, 256]) words.push(buildInit(cycle, prefix));
    }
    let valid = 0;
    for (const target of words) {
      forEachTorn(target, (word) => {
        if (singleDifference(word) <= 0) valid += 1;
      });
    }
    expect(valid).to.equal(0);
  });

  it('no strict subset of the bits of header and last word is an entry (few bits, all subsets)', () => {
    const words = new Int32Array(257);
    const tried = { entries: 0, torn: 0 };
    const contents = [4095, 4094, 2047, 3549].flatMap((key) =>
      [0xff, 0xfe, 0x7f].map((byte) => [key, byte] as const),
    );
    for (let length = 0; length <= 20; length++) {
      for (const [key, byte] of contents) {
        const value = new Uint8Array(length).fill(byte);
        const count = buildUser(words, new Uint8Array(words.buffer), key, value);
        const entry = Array.from(words.subarray(0, count));
        const ends = new Set([0, count - 1]);
        const bits = [...ends].reduce((sum, at) => sum + zerosOf(entry[at] ?? 0), 0);
        if (bits > 15) continue;
        tried.entries += 1;
        tried.torn += tearEntry(entry);
      }
    }
    expect(tried.entries).to.be.above(40);
    expect(tried.torn).to.be.above(100_000);
  });
});

const flash = new BufferStorage(geometry(32, 3));
const log = new Log(flash);

/** Tears header and last word of an entry in every way, each by itself and together; returns in how many. */
function tearEntry(entry: readonly number[]): number {
  const [header = ERASED, ...rest] = entry;
  const last = rest.at(-1) ?? ERASED;
  const firsts = everyState(header);
  const ends = everyState(last);
  const view = new Int32Array(flash.image.buffer).fill(ERASED);
  view.set(entry, 2);
  for (const first of firsts) {
    view[2] = first;
    for (const end of ends) {
      // After an entry without a value, this is an erased word.
      view[2 + Math.max(rest.length, 1)] = end;
      const isWhole = first === header && end === last;
      if (!isTold(isWhole)) expect.fail(`${entry.join(' ')} torn to ${first} ... ${end}`);
    }
  }
  return firsts.length * ends.length;
}

/** Whether the entry at the begin of the log is told to be whole, or not. */
function isTold(isWhole: boolean): boolean {
  const kind = log.parse(0);
  return isWhole
    ? kind === Kind.USER
    : kind === Kind.TAIL || kind === Kind.PARTIAL || kind === Kind.PARTIAL_USER;
}

/** An erased word, a word, and all between them. */
function everyState(word: number): number[] {
  const states = [ERASED, word];
  forEachTorn(word, (torn) => states.push(torn));
  return states;
}

/** Small flashes: every combination of these. */
const SMALL = [32, 36, 64, 128].flatMap((pageSize) =>
  [3, 4, 5, 7].map((pages) => [pageSize, pages] as const),
);

function open(pageSize: number, pages: number, erases: number): Driver {
  const run: Run = {
    geometry: geometry(pageSize, pages, erases),
    start: { kind: 'clean' },
    deferred: false,
    steps: [],
  };
  const driver = new Driver(run, { record: false });
  expect(driver.powerOn()).to.equal(undefined);
  return driver;
}

/** Head and tail as last checked. */
function ends(driver: Driver): { head: number; tail: number } {
  return driver.walk ?? { head: 0, tail: 0 };
}

/** Performs a change that must keep all invariants; says whether the driver is still on. */
function go(driver: Driver, change: Change): boolean {
  const violation = driver.apply(change);
  if (violation !== undefined) expect.fail(violation.sentence);
  return driver.state === 'on';
}

const empty = (key: number): Change => ({ op: 'insert', key, value: new Uint8Array(0) });
/** Uses one word of lifetime and changes nothing. */
const BURN: Change = { op: 'clear', minKey: 4095 };

/** A random change that is not refused for its arguments. */
function chance(random: Random, driver: Driver): Change {
  const key = random.below(9);
  if (random.below(5) === 0) return { op: 'remove', key };
  if (random.below(5) === 0) return BURN;
  const longest = driver.model.maxValueLength + 1;
  const length = random.below(random.below(3) === 0 ? longest : Math.min(longest, 9));
  return { op: 'insert', key, value: new Uint8Array(length) };
}

describe('Lemmas of the store: capacity and compaction (store specification, "definitions", "proofs")', () => {
  for (const [pageSize, pages] of SMALL) {
    const total = new Format(geometry(pageSize, pages)).totalCapacity;

    it(`${pages} pages of ${pageSize} bytes hold exactly C = ${total} words, also after a lap`, () => {
      const driver = open(pageSize, pages, 1000);
      for (let key = 0; key < total; key++) go(driver, empty(key));
      expect(driver.model.usedCapacity()).to.equal(total);
      expect(driver.model.judge(empty(4000))).to.equal('NoCapacity');
      go(driver, empty(4000));
      // A full store can still be compacted for ever: each round takes the place of one entry.
      for (let lap = 0; lap < pages * (pageSize / 4); lap++) {
        go(driver, { op: 'remove', key: lap % total });
        go(driver, empty(lap % total));
        go(driver, BURN);
      }
      expect(driver.model.usedCapacity()).to.equal(total);
      expect(Math.min(...driver.flash.pageErases)).to.be.above(0);
    });

    it(`${pages} pages of ${pageSize} bytes: at most N - 1 compactions make room for all that is free`, () => {
      const format = new Format(geometry(pageSize, pages));
      const { numPages, virtualPageSize } = format;
      const random = new Random(pageSize * 100 + pages);
      const driver = open(pageSize, pages, 1000);
      for (let round = 0; round < 30; round++) {
        for (let left = random.below(20); left > 0; left--) go(driver, chance(random, driver));
        const copy = driver.clone();
        const { head } = ends(copy);
        const initial = Math.floor(head / virtualPageSize);
        const free = total - copy.model.usedCapacity();
        for (let nth = 1; nth < numPages && copy.room < free; nth++) {
          go(copy, { op: 'prepare', length: free });
          const { tail } = ends(copy);
          // Lemma: t(I + i) <= (I + i + N - 1) Q.
          expect(tail).to.be.at.most((initial + nth + numPages - 1) * virtualPageSize);
        }
        const { head: end } = ends(copy);
        const isAll = Math.floor(end / virtualPageSize) - initial === numPages - 1;
        // After all N - 1, there is a word for `clear`, too.
        expect(copy.room).to.be.at.least(isAll ? free + 1 : free);
      }
    });
  }

  it('a word for `clear` is left after N - 1 compactions of a full store', () => {
    const driver = open(64, 4, 1000);
    const total = driver.model.totalCapacity;
    for (let key = 0; key < total; key++) go(driver, empty(key));
    while (driver.room > 0) go(driver, BURN);
    go(driver, BURN);
    expect(driver.walk?.live).to.have.length(total);
  });
});

/** Uses a store up to its end of life; `last` chooses the changes once page 0 is in its last cycle. */
function wearOut(driver: Driver, random: Random, last: (driver: Driver) => Change): void {
  const { numPages, virtualPageSize, maxPageErases } = new Format(driver.flash);
  const lastCycle = maxPageErases * numPages * virtualPageSize;
  while ((driver.walk?.tail ?? 0) <= lastCycle) go(driver, chance(random, driver));
  while (driver.state === 'on') go(driver, last(driver));
}

describe('Lemmas of the store: lifetime (store specification, "definitions", and its correction)', () => {
  for (const [pageSize, pages] of SMALL) {
    const format = new Format(geometry(pageSize, pages, 2));
    const floor = format.totalLifetime - format.maxPrefix - (pages - 1);

    it(`${pages} pages of ${pageSize} bytes, 2 erases: the last tail is L - M - (N - 1) + prefix`, () => {
      for (let seed = 1; seed <= 8; seed++) {
        const driver = open(pageSize, pages, 2);
        const changes: Change[] = [{ op: 'clear', minKey: 0 }];
        wearOut(driver, new Random(seed), () => changes.pop() ?? BURN);
        const { head, tail } = ends(driver);
        expect([format.cycle(head), format.page(head)]).to.deep.equal([2, 0]);
        expect(tail).to.equal(floor + format.word(head));
      }
    });
  }

  it('with live entries it may go further, a word for each last compaction of a page that was full', () => {
    let further = 0;
    for (const [pageSize, pages] of SMALL) {
      const format = new Format(geometry(pageSize, pages, 2));
      const floor = format.totalLifetime - format.maxPrefix - (pages - 1);
      for (let seed = 1; seed <= 8; seed++) {
        const driver = open(pageSize, pages, 2);
        const random = new Random(seed);
        wearOut(driver, random, () => (random.below(3) === 0 ? BURN : empty(1)));
        const { head, tail } = ends(driver);
        const more = tail - floor - format.word(head);
        expect(more).to.be.within(0, pages - 1);
        further += more > 0 ? 1 : 0;
      }
    }
    expect(further).to.be.above(0);
  });
});
