// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the caches save of reads, and that they change nothing else.
 *
 * NON-TOCK: tests. The workloads and the published shares are those of the crate's own tests, which have words of one byte:
 * pages are a little larger here, for items in whole words.
 */
import { expect } from 'chai';
import { SequentialMap } from '#libraries/sequential-storage/map';
import { LITERAL } from '#libraries/sequential-storage/mode';
import { NO_CACHES, type Caches } from '#libraries/sequential-storage/page-cache';
import { Queue } from '#libraries/sequential-storage/queue';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';

const STATES: Caches = { ...NO_CACHES, states: true };
const POINTERS: Caches = { ...NO_CACHES, pointers: true };
const HALF_OF_THE_KEYS: Caches = { ...NO_CACHES, keys: 12 };
const KEYS: Caches = { ...NO_CACHES, keys: 24 };
const ALL: Caches = { states: true, pointers: true, keys: 24 };

/** Lengths of the values of 24 keys. */
const LENGTHS = [
  11, 13, 6, 13, 13, 10, 2, 3, 5, 36, 1, 65, 4, 6, 1, 15, 10, 7, 3, 15, 9, 3, 4, 5,
] as const;

/** Counts what is read. */
class CountedFlash extends BufferStorage {
  reads = 0;
  bytesRead = 0;

  constructor(pageSize: number) {
    super({ wordSize: 4, pageSize, numPages: 4, maxWordWrites: 2, maxPageErases: 1000 });
  }

  override read(page: number, byteOffset: number, length: number): Uint8Array {
    this.reads += 1;
    this.bytesRead += length;
    return super.read(page, byteOffset, length);
  }
}

/** Each key is set and got, a hundred times. */
function useMap(caches: Caches): CountedFlash {
  const flash = new CountedFlash(276);
  const map = new SequentialMap(flash, LITERAL, caches);
  runAtOnce(map.boot());
  for (let round = 0; round < 100; round++) {
    for (const [key, length] of LENGTHS.entries()) {
      if (!runAtOnce(map.put(key, new Uint8Array(length).fill(key))).ok) expect.fail(`key ${key}`);
    }
    for (const [key, length] of LENGTHS.entries()) {
      const found = runAtOnce(map.get(key));
      if (!found.ok || found.value?.length !== length) expect.fail(`round ${round}, key ${key}`);
    }
  }
  return flash;
}

/** One is pushed, looked at and popped, and nothing is found then, two thousand times. */
function useQueue(caches: Caches): CountedFlash {
  const flash = new CountedFlash(276);
  const queue = new Queue(flash, LITERAL, caches);
  runAtOnce(queue.boot());
  for (let round = 0; round < 2000; round++) {
    const data = new Uint8Array((round % 20) + 1).fill(round);
    const pushed = runAtOnce(queue.push(data, { allowOverwrite: true }));
    const shown = [queue.next(), queue.pop(), queue.next()].map((steps) => runAtOnce(steps));
    const lengths = shown.map((each) => (each.ok ? each.value?.length : each.error));
    if (!pushed.ok || lengths.join() !== `${data.length},${data.length},`) expect.fail(`${round}`);
  }
  return flash;
}

function percent(part: number, whole: number): number {
  return Math.round((100 * part) / whole);
}

describe('libraries/sequential-storage/page-cache', () => {
  it('writes, erases and, with page states, reads as often as the crate in its own test of the map', () => {
    const { counts, reads } = useMap(STATES);
    expect(counts).to.include({ erases: 198, writeCalls: 5201 });
    expect(reads).to.equal(171_543);
  });

  it('writes and erases as often as the crate in its own test of the queue', () => {
    expect(useQueue(ALL).counts).to.include({ erases: 146, writeCalls: 6299 });
  });

  it('leaves about as much to read of a map as published, and at most a tenth with all caches (SM-16)', () => {
    const without = useMap(NO_CACHES);
    for (const [caches, reads, bytes] of [
      [STATES, 77, 97],
      [POINTERS, 92, 92],
      [HALF_OF_THE_KEYS, 82, 80],
      [KEYS, 22, 17],
      [ALL, 6, 8],
    ] as const) {
      const flash = useMap(caches);
      expect(Buffer.compare(flash.image, without.image)).to.equal(0);
      expect(percent(flash.reads, without.reads)).to.be.within(reads - 12, reads + 4);
      expect(percent(flash.bytesRead, without.bytesRead)).to.be.within(bytes - 14, bytes + 4);
    }
  });

  it('leaves less to read of a queue than published with page pointers, and at most a tenth with both', () => {
    const without = useQueue(NO_CACHES);
    const pointers = useQueue(POINTERS);
    const both = useQueue(ALL);
    expect(percent(useQueue(STATES).bytesRead, without.bytesRead)).to.be.within(75, 85);
    expect(percent(pointers.reads, without.reads)).to.be.below(65);
    expect(percent(pointers.bytesRead, without.bytesRead)).to.be.below(28);
    expect(percent(both.reads, without.reads)).to.be.below(10);
    expect(Buffer.compare(both.image, without.image)).to.equal(0);
  });
});
