// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage under the contract of all stores: what it is as a map, what it holds, what it costs.
 *
 * NON-TOCK: tests. The figures to compare with are closed forms, and a model made from TEP 129 beforehand.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition, MapStore } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import { whyNot } from '#libraries/stores';
import { CLAIM, LITERAL_CLAIM } from '#libraries/tinyos/config-claim';
import {
  TEP_CONFIG,
  TEP_CONFIG_LITERAL,
  TEP_CONFIG_LOG,
} from '#libraries/tinyos/config-definition';
import { geometry } from './config-support.ts';

const NRF = geometry(4096, 8);
const UPDATES = 10_000;

/** Milliseconds of an erase and of a word, on the nRF52840. */
const ERASE = 85;
const WORD = 0.041;

interface Cost {
  readonly words: number;
  /** Erases in a thousand updates. */
  readonly erases: number;
  /** The update that took longest, milliseconds. */
  readonly worst: number;
}

function open(flash: BufferStorage, definition: MapDefinition): MapStore {
  const store = definition.open(flash);
  expect(runAtOnce(store.boot()).ok).to.equal(true);
  return store;
}

/** Updates of keys at random, once every unit was in use; undefined when they do not fit. */
function costOf(definition: MapDefinition, keys: number, length: number): Cost | undefined {
  const random = new Random(9);
  const flash = new BufferStorage(NRF);
  const store = open(flash, definition);
  const put = (key: number): boolean =>
    runAtOnce(
      store.put(
        key,
        new Uint8Array(length).map(() => random.u32() >>> 24),
      ),
    ).ok;
  for (let key = 0; key < keys; key++) if (!put(key)) return undefined;
  for (let turn = 0; turn < UPDATES / 2; turn++) put(random.below(keys));
  const { counts } = flash;
  const before = { ...counts };
  let worst = 0;
  for (let turn = 0; turn < UPDATES; turn++) {
    const { erases, wordsWritten } = counts;
    expect(put(random.below(keys))).to.equal(true);
    const time = (counts.erases - erases) * ERASE + (counts.wordsWritten - wordsWritten) * WORD;
    worst = Math.max(worst, time);
  }
  return {
    words: (counts.wordsWritten - before.wordsWritten) / UPDATES,
    erases: ((counts.erases - before.erases) / UPDATES) * 1000,
    worst,
  };
}

/** What an update costs with `f` entries of `words` in a unit, `m` of them copied for each. */
function closed(words: number, f: number, m: number): { words: number; erases: number } {
  return { words: (words * f) / (f - m) + 1, erases: 1000 / (f - m) };
}

describe('libraries/tinyos/config-definition', () => {
  it('claims any subset of bits with two programs a word; flash with one is refused (TC-19)', () => {
    expect([CLAIM.cutModel, CLAIM.programsPerWord]).to.deep.equal(['any-subset-of-bits', 2]);
    expect(LITERAL_CLAIM.programsPerWord).to.equal(3);
    for (const definition of [TEP_CONFIG, TEP_CONFIG_LOG, TEP_CONFIG_LITERAL]) {
      expect(whyNot(definition, geometry(4096, 8, 1))).to.match(/^programs words . times/);
      expect(definition.refuses(geometry(4096, 8, 1))).to.match(/words take/);
      expect(definition.refuses({ ...geometry(4096, 8, 3), wordSize: 8 })).to.match(/4 bytes/);
      expect(definition.refuses(geometry(4096, 1, 3))).to.be.a('string');
    }
  });

  it('costs a ring what its closed form says: 64 keys of 16 B, 10.6 words and 9.40 erases predicted', () => {
    const cost = costOf(TEP_CONFIG, 64, 16);
    // 4088 / 24 = 170 in a unit; of the 64 that are copied, the new one is one.
    const { words, erases } = closed(6, 170, 63);
    expect(cost?.words).to.be.closeTo(words, 0.05);
    expect(cost?.erases).to.be.closeTo(erases, 0.1);
    expect([words, erases].map((each) => each.toFixed(2))).to.deep.equal(['10.53', '9.35']);
    expect(Math.abs(erases / 9.4 - 1)).to.be.lessThan(0.01);
    expect(cost?.worst).to.be.closeTo(101, 1);
  });

  it('costs the same for one key of 4 B as a ring and as a log: 340 updates a unit (TC-10)', () => {
    for (const definition of [TEP_CONFIG, TEP_CONFIG_LOG]) {
      const cost = costOf(definition, 1, 4);
      expect(cost?.words).to.be.closeTo(4, 0.02);
      // Ten thousand updates are 29.4 units.
      expect(cost?.erases).to.be.closeTo(1000 / 340, 0.1);
      expect(cost?.worst).to.be.closeTo(ERASE, 1);
    }
  });

  it('costs a log less than a ring, as far as its keys are updated before they come to be copied', () => {
    const a = costOf(TEP_CONFIG_LOG, 64, 16);
    expect(a?.words).to.be.closeTo(7.0, 0.05);
    expect(a?.erases).to.be.within(1000 / 171, 5.9);
    const c = costOf(TEP_CONFIG_LOG, 200, 32);
    expect(c?.words).to.be.closeTo(11.4, 0.15);
    expect(c?.erases).to.be.closeTo(10.1, 0.2);
    expect(c?.worst).to.be.closeTo(90, 1.5);
    expect(costOf(TEP_CONFIG, 200, 32), '200 x 40 B in one unit').to.equal(undefined);
  });

  it('refuses nothing as a log while what lives is below what CONFIG-STORAGE.md says', () => {
    const random = new Random(12);
    const shape = geometry(640, 3);
    const store = open(new BufferStorage(shape), TEP_CONFIG_LOG);
    const sizes = new Map<number, number>();
    let full = 0;
    for (let turn = 0; turn < 5000; turn++) {
      const [key, length] = [random.below(12), random.below(256)];
      const size = 8 + ((length + 3) & ~3);
      const held = [...sizes].reduce((sum, [each, bytes]) => (each === key ? sum : sum + bytes), 0);
      const put = runAtOnce(store.put(key, new Uint8Array(length).fill(turn)));
      if (put.ok) sizes.set(key, size);
      else {
        full += 1;
        expect(put.error).to.equal('NoCapacity');
        expect(held).to.be.greaterThan(2 * (640 - 8 - size));
        runAtOnce(store.delete(key));
        sizes.delete(key);
      }
    }
    expect(full).to.be.greaterThan(50);
  });
});
