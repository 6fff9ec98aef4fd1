// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Map and queue under the shared contract.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import {
  SEQUENTIAL_MAP,
  SEQUENTIAL_MAP_LITERAL,
  SEQUENTIAL_QUEUE,
  SEQUENTIAL_QUEUE_LITERAL,
} from '#libraries/sequential-storage/definition';
import type { LogStore, MapStore } from '#libraries/store/definition';
import type { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { flashOf } from './support.ts';

const GEOMETRY = { wordSize: 4, pageSize: 64, numPages: 4, maxWordWrites: 2, maxPageErases: 9 };
const MAPS = [SEQUENTIAL_MAP, SEQUENTIAL_MAP_LITERAL];
const QUEUES = [SEQUENTIAL_QUEUE, SEQUENTIAL_QUEUE_LITERAL];

function pop(log: LogStore): unknown {
  const steps = log.pop?.();
  return steps === undefined ? expect.fail('it cannot pop') : runAtOnce(steps);
}

/** Noise, more or less of it, with markers that say something and headers whose length is one. */
function spoil(flash: BufferStorage, random: Random): void {
  const { image, pageSize } = flash;
  const density = random.below(4);
  for (let at = 0; at < image.length; at++) {
    if (random.below(4) >= density) image[at] = random.below(256);
  }
  for (let begin = 0; begin < image.length; begin += pageSize) {
    const end = begin + pageSize;
    if (random.below(2) === 0) image.fill(0, begin, begin + 4);
    if (random.below(2) === 0) image.fill(0, end - 4, end);
    image.set([0, 0, 3, 0, 0xb6, 0xe0].slice(random.below(2)), begin + 6);
  }
}

function useMap(map: MapStore): void {
  if (!runAtOnce(map.boot()).ok) return;
  runAtOnce(map.put(1, Uint8Array.of(1)));
  runAtOnce(map.keys());
  runAtOnce(map.get(1));
  runAtOnce(map.delete(1));
}

function useLog(log: LogStore): void {
  if (!runAtOnce(log.boot()).ok) return;
  runAtOnce(log.append(Uint8Array.of(1)));
  runAtOnce(log.entries());
  pop(log);
}

describe('libraries/sequential-storage/definition', () => {
  it('refuses pages that are too small, too large, or no whole words', () => {
    for (const definition of [...MAPS, ...QUEUES]) {
      const refuses = (pageSize: number): string | undefined =>
        definition.refuses({ ...GEOMETRY, pageSize });
      expect([16, 30, 65_540].map(refuses)).to.deep.equal(
        Array(3).fill('needs pages of 20 to 65536 bytes in whole words'),
      );
      expect([20, 64, 65_536].map(refuses)).to.deep.equal(Array(3).fill(undefined));
    }
  });

  it('a map holds what its shape says, whatever the sizes', () => {
    for (const [pages, pageSize] of [
      [3, 64],
      [8, 256],
      [8, 4096],
    ] as const) {
      const flash = flashOf(pages, pageSize);
      const shape = SEQUENTIAL_MAP.shape(flash);
      const map = SEQUENTIAL_MAP.open(flash);
      runAtOnce(map.boot());
      const random = new Random(pages);
      let left = shape.capacity;
      for (let key = 0; ; key++) {
        const value = new Uint8Array(random.below(Math.min(shape.maxValueLength, 100) / 4));
        left -= shape.unitsOf(value.length);
        if (left < 0) break;
        expect(runAtOnce(map.put(key, value)).ok, `${pages} x ${pageSize}, ${left}`).to.equal(true);
      }
    }
  });

  it('a queue is a log of entries', () => {
    for (const definition of QUEUES) {
      const flash = flashOf(4);
      const log = definition.open(flash);
      runAtOnce(log.boot());
      for (const each of [1, 2, 3]) runAtOnce(log.append(Uint8Array.of(each)));
      expect(pop(log)).to.deep.equal({
        ok: true,
        value: Uint8Array.of(1),
      });
      const entries = { ok: true, value: [Uint8Array.of(2), Uint8Array.of(3)] };
      expect(runAtOnce(log.entries())).to.deep.equal(entries);
      expect(definition.recognises(flash.image, flash)).to.equal(true);
      runAtOnce(log.clear());
      expect(runAtOnce(log.entries())).to.deep.equal({ ok: true, value: [] });
      expect(definition.recognises(flash.image, flash)).to.equal(false);
    }
  });

  it('counts RAM: the longest item, nine bytes a page, and six a key', () => {
    const flash = flashOf(4);
    const map = SEQUENTIAL_MAP.open(flash);
    runAtOnce(map.boot());
    expect(map.ram()).to.deep.equal({ fixed: 48 + 4 * 9, content: 0 });
    for (const key of [1, 2, 1]) runAtOnce(map.put(key, new Uint8Array(1)));
    expect(map.ram().content).to.equal(12);
    expect(SEQUENTIAL_QUEUE.open(flash).ram()).to.deep.equal({ fixed: 48 + 4 * 9, content: 0 });
  });

  it('boots on any image or refuses it, answers whatever is asked then, and leaves its pages alone', () => {
    const random = new Random(41);
    for (let round = 0; round < 1500; round++) {
      const flash = flashOf(1 + random.below(5), 32 + 4 * random.below(9));
      spoil(flash, random);
      for (const definition of MAPS) {
        if (definition.refuses(flash) === undefined) useMap(definition.open(flash.clone()));
      }
      for (const definition of QUEUES) useLog(definition.open(flash.clone()));
    }
  });
});
