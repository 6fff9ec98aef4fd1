// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 129 claims and no test of a store looks at by itself: how even wear is, how much of a log is left, how alike parts are.
 *
 * NON-TOCK: `doc/TINYOS_CLAIMS.md` names these tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { crc8 } from '#libraries/crc';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { LogDefinition, LogStore, MapDefinition } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import {
  TEP_CONFIG,
  TEP_CONFIG_LITERAL,
  TEP_CONFIG_LOG,
} from '#libraries/tinyos/config-definition';
import { TEP_LOG, TEP_LOG_LITERAL } from '#libraries/tinyos/log-definition';

const UNIT = 512;

function flashOf(pages: number, given: Partial<Geometry> = {}): BufferStorage {
  return new BufferStorage({
    ...{ wordSize: 4, pageSize: UNIT, numPages: pages, maxWordWrites: 2, maxPageErases: 100_000 },
    ...given,
  });
}

/** A log on a flash, booted. */
function logOn(definition: LogDefinition, flash: BufferStorage): LogStore {
  const log = definition.open(flash);
  expect(runAtOnce(log.boot()).ok).to.equal(true);
  return log;
}

function held(log: LogStore): number {
  const entries = runAtOnce(log.entries());
  return entries.ok ? entries.value.length : NaN;
}

describe('The circular log of TEP 129', () => {
  /** Appends entries of 16 bytes until a unit of two is full and the other has none. */
  function oneFullUnit(flash: BufferStorage): LogStore {
    const log = logOn(TEP_LOG, flash);
    for (let count = 0; flash.isErased(1, 0); count++) {
      expect(runAtOnce(log.append(new Uint8Array(16).fill(count))).ok).to.equal(true);
    }
    return log;
  }

  it('of two units shows one of them, less its rest, right after it has given up the other', () => {
    const flash = flashOf(2);
    const log = oneFullUnit(flash);
    // 21 entries of 24 bytes in 512, and the one that opened the next unit.
    expect(held(log)).to.equal(Math.floor(UNIT / 24) + 1);
    for (let count = 1; count < 21; count++) runAtOnce(log.append(new Uint8Array(16)));
    expect(runAtOnce(log.append(new Uint8Array(16))).ok).to.equal(true);
    expect(held(log), 'half, less rests').to.equal(Math.floor(UNIT / 24) + 1);
    expect((held(log) * 16) / (2 * UNIT)).to.be.lessThan(0.5);
  });

  it('keeps one entry when an append was cut in the second unit: its torn rest closes it, and the full one goes', () => {
    const flash = flashOf(2);
    const log = oneFullUnit(flash);
    flash.arm(0);
    expect(runAtOnce(log.append(new Uint8Array(16))).ok).to.equal(false);
    // Of the entry that was cut, each second bit has landed.
    flash.corrupt((index) => index % 2 === 0);
    const again = logOn(TEP_LOG, flash);
    expect(held(again), 'nothing is lost yet').to.equal(22);
    expect(runAtOnce(again.append(new Uint8Array(16))).ok).to.equal(true);
    expect(held(again), 'the one before it, and the new one').to.equal(2);
  });
});

describe('CRC-8 over an entry', () => {
  it('lets one of 256 arbitrary changes pass', () => {
    let passed = 0;
    const entry = new Uint8Array(2);
    for (let word = 0; word < 0x1_0000; word++) {
      entry.set([word >>> 8, word]);
      if (crc8(entry) === crc8(new Uint8Array(2))) passed += 1;
    }
    expect(passed / 0x1_0000).to.equal(1 / 256);
  });
});

describe('What ConfigStorage takes of a volume', () => {
  /** The share of a volume that entries with values of 24 bytes take, headers included, when the next is refused. */
  function share(definition: MapDefinition, pages: number): number {
    const flash = flashOf(pages, { maxWordWrites: 3 });
    const map = definition.open(flash);
    runAtOnce(map.boot());
    let keys = 0;
    while (runAtOnce(map.put(keys, new Uint8Array(24))).ok) keys += 1;
    return (keys * definition.shape(flash).unitsOf(24)) / (pages * UNIT);
  }

  it('is an eighth of eight units as a ring, half in halves, more as a log; of two, half of all', () => {
    expect(share(TEP_CONFIG, 8)).to.be.within(0.1, 1 / 8);
    expect(share(TEP_CONFIG_LITERAL, 8)).to.be.within(0.4, 1 / 2);
    expect(share(TEP_CONFIG_LOG, 8)).to.be.within(1 / 2, 7 / 8);
    for (const definition of [TEP_CONFIG, TEP_CONFIG_LITERAL]) {
      expect(share(definition, 2), definition.name).to.be.within(0.4, 1 / 2);
    }
  });
});

describe('Wear under the storages of TEP 129', () => {
  const EVEN = 1;

  function spread({ pageErases }: BufferStorage): number {
    return Math.max(...pageErases) - Math.min(...pageErases);
  }

  it('is even in a circular log: units differ by one erasure at most', () => {
    for (const definition of [TEP_LOG, TEP_LOG_LITERAL]) {
      const flash = flashOf(5);
      const log = logOn(definition, flash);
      for (let count = 0; count < 2000; count++) runAtOnce(log.append(new Uint8Array(20)));
      expect(flash.counts.erases).to.be.greaterThan(50);
      expect(spread(flash), definition.name).to.be.at.most(EVEN);
    }
  });

  it('is even in the ring and in the log of configuration, whatever key is hot', () => {
    for (const definition of [TEP_CONFIG, TEP_CONFIG_LOG]) {
      const flash = flashOf(5);
      const map = definition.open(flash);
      runAtOnce(map.boot());
      for (let key = 0; key < 8; key++) runAtOnce(map.put(key, new Uint8Array(8)));
      for (let count = 0; count < 3000; count++) {
        runAtOnce(map.put(3, new Uint8Array(8).fill(count)));
      }
      expect(flash.counts.erases).to.be.greaterThan(50);
      expect(spread(flash), definition.name).to.be.at.most(EVEN);
    }
  });
});

describe('The storages of TEP 129 on unlike parts', () => {
  /** Sizes of units, and of what is programmed at once, of parts that have little else in common. */
  const PARTS: readonly Partial<Geometry>[] = [
    { pageSize: 4096 },
    { pageSize: 2048, maxWordWrites: 1 },
    { pageSize: 1024, maxWordWrites: 100 },
    { pageSize: 65_536, numPages: 2, maxWordWrites: 100 },
  ];

  it('give the same entries for the same appends and boots', () => {
    const shown = PARTS.map((part) => {
      const flash = flashOf(8, part);
      let log = logOn(TEP_LOG, flash);
      const random = new Random(7);
      for (let count = 0; count < 30; count++) {
        const entry = new Uint8Array(random.below(40)).fill(count);
        expect(runAtOnce(log.append(entry)).ok).to.equal(true);
        if (count % 7 === 0) log = logOn(TEP_LOG, flash);
      }
      expect(flash.violation).to.equal(undefined);
      return runAtOnce(log.entries());
    });
    for (const entries of shown) expect(entries).to.deep.equal(shown[0]);
  });

  it('give the same values for the same inserts and removals, where a unit may be programmed twice', () => {
    const twice = PARTS.filter(({ maxWordWrites }) => maxWordWrites !== 1);
    const shown = twice.map((part) => settings(TEP_CONFIG, flashOf(8, part)));
    for (const values of shown) expect(values).to.deep.equal(shown[0]);
  });

  function settings(definition: MapDefinition, flash: BufferStorage): unknown[] {
    const random = new Random(8);
    let map = definition.open(flash);
    runAtOnce(map.boot());
    for (let count = 0; count < 200; count++) {
      const key = random.below(12);
      const value = new Uint8Array(random.below(30)).fill(count);
      const done = random.below(5) === 0 ? map.delete(key) : map.put(key, value);
      expect(runAtOnce(done).ok).to.equal(true);
      if (count % 50 !== 0) continue;
      map = definition.open(flash);
      runAtOnce(map.boot());
    }
    expect(flash.violation).to.equal(undefined);
    return Array.from({ length: 12 }, (_, key) => runAtOnce(map.get(key)));
  }
});
