// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * noodle as a map: limits, costs by closed forms, hostile flash.
 *
 * NON-TOCK: the contract's own suite does the rest.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { encodeData, encodeEnd, encodeStart } from '#libraries/noodle/element';
import { ElementQueue } from '#libraries/noodle/element-queue';
import { NOODLE, NOODLE_FIRST, NOODLE_LITERAL } from '#libraries/noodle/definition';
import { FRAME_SIZE, MAX_KEY, entrySize, keyOf, nameOf } from '#libraries/noodle/format';
import { MAX_SEQUENCE } from '#libraries/noodle/noodle';
import { HARDENED } from '#libraries/noodle/rules';
import { HARDENED as QUEUE } from '#libraries/sequential-storage/mode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapStore, MapUpdate, Outcome } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';

const SMALL = { wordSize: 4, pageSize: 256, numPages: 6, maxWordWrites: 2, maxPageErases: 10_000 };
const NRF = { ...SMALL, pageSize: 4096, numPages: 8 };

function run(steps: Steps<Outcome<unknown>>): string {
  const outcome = runAtOnce(steps);
  return outcome.ok ? 'Ok' : outcome.error;
}

function open(flash: BufferStorage): MapStore {
  const map = NOODLE.open(flash);
  expect(run(map.boot())).to.equal('Ok');
  return map;
}

function contentOf(map: MapStore): string {
  const keys = runAtOnce(map.keys());
  if (!keys.ok) expect.fail(keys.error);
  const pairs = keys.value.map((key) => {
    const value = runAtOnce(map.get(key));
    return `${key}=${value.ok ? String(value.value) : value.error}`;
  });
  return pairs.sort().join(' ');
}

/** Words written and pages erased for one update, over many. */
function cost(
  geometry: Geometry,
  fill: readonly MapUpdate[],
  rounds: number,
  update: (map: MapStore, round: number) => Steps<Outcome>,
): { readonly words: number; readonly erases: number } {
  const flash = new BufferStorage(geometry, false);
  const map = open(flash);
  expect(run(map.putAll?.(fill) ?? expect.fail())).to.equal('Ok');
  // Until garbage goes at the rate at which it comes.
  const measure = (from: number, count: number): { words: number; erases: number } => {
    const { wordsWritten, erases } = flash.counts;
    for (let round = from; round < from + count; round++) {
      expect(run(update(map, round))).to.equal('Ok');
      collectAll(map);
    }
    return {
      words: flash.counts.wordsWritten - wordsWritten,
      erases: flash.counts.erases - erases,
    };
  };
  measure(0, 20);
  const { words, erases } = measure(20, rounds);
  return { words: words / rounds, erases: (1000 * erases) / rounds };
}

function collectAll(map: MapStore): void {
  for (;;) {
    const more = runAtOnce(map.collect?.() ?? expect.fail());
    if (!more.ok) expect.fail(more.error);
    if (!more.value) return;
  }
}

const valueOf = (length: number, round: number): Uint8Array =>
  new Uint8Array(length).map((_, at) => (round * 31 + at) & 0xff);

describe('libraries/noodle: map', () => {
  it('names its keys in one length, and knows no other names', () => {
    for (const key of [0, 31, MAX_KEY]) expect(keyOf(nameOf(key))).to.equal(key);
    expect(nameOf(31)).to.equal('key/001f');
    for (const name of ['', 'key/', 'key/1f', 'key/001F', 'key/0001f']) {
      expect(keyOf(name)).to.equal(undefined);
    }
  });

  it('costs a record and the pops of one: R/4 + 2 words an element, R/(page - 8) erasures (ND-24)', () => {
    const keys = Array.from({ length: 64 }, (_, key) => key);
    const fill = keys.map((key) => ({ key, value: valueOf(16, key) }));
    const record = FRAME_SIZE + 64 * entrySize(16);
    expect(record).to.equal(2340);
    const each = cost(NRF, fill, 120, (map, round) =>
      map.put((round * 37) % 64, valueOf(16, round)),
    );
    expect(each.words).to.be.closeTo(2340 / 4 + 2 * 66, 3);
    expect(each.erases).to.be.closeTo(575, 575 * 0.03);
    const batch = cost(
      NRF,
      fill,
      120,
      (map, round) =>
        map.putAll?.(keys.map((key) => ({ key, value: valueOf(16, round + key) }))) ??
        expect.fail(),
    );
    expect(batch.words / 64).to.be.closeTo(11.2, 0.1);
    expect(batch.erases / 64).to.be.closeTo(8.8, 0.3);
  });

  it('costs 21 words and 14.5 erasures in a thousand for one counter (ND-24)', () => {
    const each = cost(NRF, [{ key: 1, value: valueOf(4, 0) }], 1400, (map, round) =>
      map.put(1, valueOf(4, round)),
    );
    expect(FRAME_SIZE + entrySize(4)).to.equal(60);
    expect(each.words).to.be.closeTo(21, 0.1);
    expect(each.erases).to.be.closeTo(14.5, 0.5);
  });

  it('is full at its capacity, and not before, whatever was cut; taking away always goes', () => {
    const { capacity, maxValueLength, unitsOf } = NOODLE.shape(SMALL);
    const random = new Random(11);
    let flash = new BufferStorage(SMALL);
    let map = open(flash);
    const held = new Map<number, number>();
    let refused = 0;
    for (let count = 0; count < 600; count++) {
      const key = random.below(12);
      const isPut = random.below(4) > 0;
      const length = random.below(maxValueLength + 1);
      const others = [...held].reduce((sum, [each, size]) => sum + (each === key ? 0 : size), 0);
      const isTooMuch = isPut && others + unitsOf(length) > capacity;
      if (random.below(3) === 0) {
        flash.arm(random.below(20));
        run(map.put(key, new Uint8Array(length).fill(count)));
        flash.corrupt(() => random.below(2) === 0);
        expect(flash.violation).to.equal(undefined);
        flash = flash.clone();
        map = open(flash);
        resetTo(held, map, unitsOf);
        continue;
      }
      const said = run(isPut ? map.put(key, new Uint8Array(length).fill(count)) : map.delete(key));
      expect(said).to.equal(isTooMuch ? 'NoCapacity' : 'Ok');
      if (isTooMuch) refused += 1;
      else if (isPut) held.set(key, unitsOf(length));
      else held.delete(key);
      expect(run(map.putAll?.([]) ?? expect.fail())).to.equal('Ok');
    }
    expect(refused).to.be.greaterThan(20);
    expect(flash.violation).to.equal(undefined);
  });

  it('goes back to what it was when a change is refused', () => {
    const map = open(new BufferStorage(SMALL));
    const { maxValueLength } = NOODLE.shape(SMALL);
    let key = 0;
    while (run(map.put(key, valueOf(maxValueLength, key))) === 'Ok') key += 1;
    const before = contentOf(map);
    expect(run(map.put(0, valueOf(maxValueLength + 1, 9)))).to.equal('InvalidArgument');
    expect(run(map.delete(MAX_KEY + 1))).to.equal('InvalidArgument');
    const updates = [
      { key: 0 },
      { key, value: valueOf(maxValueLength, 1) },
      { key: key + 1, value: valueOf(maxValueLength, 1) },
    ];
    expect(run(map.putAll?.(updates) ?? expect.fail())).to.equal('NoCapacity');
    expect(contentOf(map)).to.equal(before);
    expect(map.ram().content).to.equal(key * (8 + 8 + maxValueLength + 2));
  });

  it('refuses flash that holds fewer records than it must', () => {
    expect(NOODLE.refuses(SMALL)).to.equal(undefined);
    expect(NOODLE.refuses({ ...SMALL, numPages: 3 })).to.be.a('string');
    expect(NOODLE.refuses({ ...SMALL, pageSize: 64 })).to.be.a('string');
    expect(NOODLE.refuses({ ...SMALL, pageSize: 0x2_0000 })).to.be.a('string');
  });

  it('leaves names and values of others in the list, and does not show them', () => {
    const flash = new BufferStorage(SMALL);
    const seal = HARDENED.seal();
    const strange = [
      encodeData('other', Uint8Array.of(1)),
      encodeData(nameOf(1), Uint8Array.of(0x83)),
    ];
    for (const bytes of strange) seal.add(bytes.subarray(1));
    pushAll(flash, [encodeStart(1), ...strange, encodeEnd(1, seal.word())]);
    const map = open(flash);
    expect(contentOf(map)).to.equal('');
    expect(run(map.put(2, Uint8Array.of(5)))).to.equal('Ok');
    expect(contentOf(open(flash))).to.equal('2=5');
    expect(NOODLE.recognises(flash.image, SMALL)).to.equal(true);
  });

  it('ends its life with the last number', () => {
    const flash = new BufferStorage(SMALL);
    pushAll(flash, [encodeStart(MAX_SEQUENCE - 1)]);
    const map = open(flash);
    expect(run(map.put(1, Uint8Array.of(1)))).to.equal('Ok');
    expect(run(map.put(1, Uint8Array.of(2)))).to.equal('NoLifetime');
    expect(contentOf(map)).to.equal('1=1');
    expect(contentOf(open(flash))).to.equal('1=1');
  });

  it('is not fooled by a value that looks like a record of its own, behind a torn header', () => {
    const flash = new BufferStorage({ ...SMALL, pageSize: 512 });
    const forged = forgedRecord();
    const map = open(flash);
    expect(run(map.put(1, Uint8Array.of(7)))).to.equal('Ok');
    const before = flash.image.slice();
    expect(run(map.put(2, forged))).to.equal('Ok');
    // The header of the element with the forgery is lost: its page is not looked at behind it.
    const changed = before.findIndex(
      (byte, at) => byte !== flash.image[at] && isInside(flash, at, forged),
    );
    expect(changed).to.be.greaterThan(0);
    for (const definition of [NOODLE, NOODLE_LITERAL]) {
      const copy = flash.clone();
      copy.image.fill(0, changed - 20, changed - 12);
      const opened = definition.open(copy);
      expect(run(opened.boot())).to.equal('Ok');
      expect(contentOf(opened), definition.name).to.equal(definition === NOODLE ? '1=7' : '9=66');
    }
  });

  it('says something of any flash, and never panics', () => {
    const random = new Random(2);
    const written = new BufferStorage(SMALL);
    const map = open(written);
    for (let count = 0; count < 60; count++) run(map.put(count % 5, valueOf(count % 17, count)));
    for (const definition of [NOODLE, NOODLE_LITERAL, NOODLE_FIRST]) {
      expect(definition.recognises(new Uint8Array(6 * 256).fill(0xff), SMALL)).to.equal(false);
      for (let count = 0; count < 150; count++) {
        const flash = new BufferStorage(SMALL, false);
        flash.image.set(written.image);
        for (let flips = random.below(40); flips > 0; flips--) {
          flash.image[random.below(flash.image.length)] = random.below(256);
        }
        if (count % 5 === 0) flash.image.forEach((_, at, image) => (image[at] = random.below(256)));
        const opened = definition.open(flash);
        if (run(opened.boot()) === 'Ok') {
          contentOf(opened);
          run(opened.put(3, valueOf(9, count)));
          run(opened.delete(4));
        }
        definition.recognises(flash.image, SMALL);
      }
    }
  });
});

function resetTo(
  held: Map<number, number>,
  map: MapStore,
  unitsOf: (length: number) => number,
): void {
  held.clear();
  const keys = runAtOnce(map.keys());
  for (const key of keys.ok ? keys.value : []) {
    const value = runAtOnce(map.get(key));
    if (value.ok && value.value !== undefined) held.set(key, unitsOf(value.value.length));
  }
}

function pushAll(flash: BufferStorage, elements: readonly Uint8Array[]): void {
  const queue = new ElementQueue(flash, QUEUE, HARDENED);
  expect(runAtOnce(queue.boot()).ok).to.equal(true);
  for (const bytes of elements) expect(runAtOnce(queue.push(bytes)).ok).to.equal(true);
}

/** The items of a record with the number 1000 and 9 = 66, as flash would have them. */
function forgedRecord(): Uint8Array {
  const flash = new BufferStorage({ ...SMALL, pageSize: 256 });
  const data = encodeData(nameOf(9), Uint8Array.of(0x41, 66));
  const seal = HARDENED.seal();
  seal.add(data.subarray(1));
  pushAll(flash, [encodeStart(1000), data, encodeEnd(1000, seal.word())]);
  return flash.image.slice(4, 4 + 16 + 8 + 12 + 20);
}

function isInside(flash: BufferStorage, at: number, bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => flash.image[at + index] === byte);
}
