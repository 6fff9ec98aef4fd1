// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE under the contract of all stores; the figures that its design lets one work out.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeStore } from '#conformance/store';
import { nameOf } from '#libraries/cfstore/driver-map';
import { CLAIM, LITERAL_CLAIM } from '#libraries/cfstore/claim';
import { configOf } from '#libraries/cfstore/config';
import { CFSTORE, CFSTORE_LITERAL, mapOf } from '#libraries/cfstore/definition';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { TICKV } from '#libraries/tickv/definition';

describeStore(CFSTORE, { strangers: [CFSTORE_LITERAL, TICKV] });
describeStore(CFSTORE_LITERAL, { cuts: false, strangers: [CFSTORE, TICKV] });

const LARGE = {
  ...{ wordSize: 4, pageSize: 4096, numPages: 8 },
  ...{ maxWordWrites: 1, maxPageErases: 10_000 },
};
/** Times of the nRF52840, milliseconds, as in the table of figures. */
const ERASE = 85;
const WORD = 0.041;

describe('libraries/cfstore/definition', () => {
  it('is two stores, of which each unit is programmed once; only one claims to survive', () => {
    expect([CFSTORE.name, CFSTORE_LITERAL.name]).to.deep.equal(['cfstore', 'cfstore-literal']);
    expect([CLAIM.programsPerWord, LITERAL_CLAIM.programsPerWord]).to.deep.equal([1, 1]);
    expect([CLAIM.survives, LITERAL_CLAIM.survives]).to.deep.equal([['failures', 'wrongWay'], []]);
  });

  it('refuses fewer than four pages, units of neither 4 nor 8, and pages without room for a record', () => {
    for (const part of [{ numPages: 3 }, { wordSize: 16 }, { pageSize: 80, numPages: 4 }]) {
      expect(CFSTORE.refuses({ ...LARGE, ...part }), JSON.stringify(part)).to.be.a('string');
    }
    expect(CFSTORE.refuses({ ...LARGE, numPages: 4, pageSize: 128 })).to.equal(undefined);
    expect(CFSTORE.refuses({ ...LARGE, wordSize: 8 })).to.equal(undefined);
  });

  it('holds 8192 - 48 bytes in 8 pages of 4096, of which an entry takes 36 and its value', () => {
    const shape = CFSTORE.shape(LARGE);
    expect(shape.capacity).to.equal(8144);
    expect([0, 1, 16, 32].map((length) => shape.unitsOf(length))).to.deep.equal([36, 40, 52, 68]);
    expect(shape.maxValueLength).to.equal(8144 - 36);
    // 200 entries of 32 bytes do not fit.
    expect(200 * shape.unitsOf(32)).to.be.greaterThan(shape.capacity);
  });

  it('names its keys by eight digits, and lists none that is named otherwise', () => {
    expect([nameOf(0), nameOf(0xffff_ffff)]).to.deep.equal(['00000000', 'ffffffff']);
    const config = configOf(LARGE);
    const store = mapOf(new BufferStorage(LARGE), config);
    runAtOnce(store.boot());
    runAtOnce(store.put(7, Uint8Array.of(1)));
    const mode = { read: true, write: true };
    const hkey = runAtOnce(store.driver.create('Other.name', 2, { acl: 3, mode }));
    runAtOnce(store.driver.write(hkey, Uint8Array.of(5, 6)));
    runAtOnce(store.driver.close(hkey));
    expect(runAtOnce(store.keys())).to.deep.equal({ ok: true, value: [7] });
    const named = [{ name: 'Other.name', value: Uint8Array.of(5, 6) }];
    expect(runAtOnce(store.named())).to.deep.equal({ ok: true, value: named });
  });

  it('makes 156 updates a flush with 64 keys of 16 bytes: 25.6 erasures in 1000, 18.1 words each, 3.1 million in all', () => {
    const flash = new BufferStorage(LARGE);
    const store = CFSTORE.open(flash);
    runAtOnce(store.boot());
    // The first turn of a blank flash has less to erase.
    const u = Math.floor((8192 - 48) / 52);
    expect(u).to.equal(156);
    for (let count = 0; count < 5 * u; count++) update(store, count);
    const before = { ...flash.counts };
    const turns = 4;
    let worst = 0;
    for (let count = 0; count < turns * u; count++) {
      const { erases, wordsWritten } = flash.counts;
      update(store, count);
      const erased = (flash.counts.erases - erases) * ERASE;
      worst = Math.max(worst, erased + (flash.counts.wordsWritten - wordsWritten) * WORD);
    }
    const updates = turns * u;
    expect(flash.counts.erases - before.erases).to.equal(4 * turns);
    const life = (LARGE.maxPageErases * 2 * u) / 1e6;
    expect(life).to.be.closeTo(3.1, 0.03);
    // Of an update 12 words and VALID of the old record; of a flush 64 copies of 12 words, and two heads and tails.
    const words = 13 + (64 * 12 + 2 * (8 + 4)) / u;
    expect((flash.counts.wordsWritten - before.wordsWritten) / updates).to.be.closeTo(words, 0.01);
    expect(words).to.be.closeTo(18.1, 0.05);
    expect(worst).to.be.closeTo(375, 3);
    expect(flash.violation).to.equal(undefined);
  });

  it('needs 2 to 4 kB of RAM', () => {
    const { fixed, content } = CFSTORE.open(new BufferStorage(LARGE)).ram();
    expect(content).to.equal(0);
    expect(fixed).to.be.within(2048, 4096);
  });
});

function update(store: MapStore, count: number): void {
  const value = new Uint8Array(16).fill(count);
  expect(runAtOnce(store.put(count % 64, value)).ok).to.equal(true);
}
