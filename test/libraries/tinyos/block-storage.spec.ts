// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * BlockStorage of TEP 129 over a volume in memory.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { bitChoice, BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';
import { TEP_BLOCK } from '#libraries/tinyos/block-definition';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { errorOf, type TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { Volume, whyNoVolume } from '#libraries/tinyos/volume';

const UNIT = 1024;
const UNITS = 4;
const GEOMETRY = {
  ...{ wordSize: 4, pageSize: UNIT, numPages: UNITS, maxWordWrites: 1, maxPageErases: 100 },
};

const text = (ascii: string): Uint8Array => Uint8Array.from(ascii, (each) => each.charCodeAt(0));

function randomBytes(length: number, seed = 5): Uint8Array {
  const random = new Random(seed);
  return new Uint8Array(length).map(() => random.u32() >>> 24);
}

/** SUCCESS, or TinyOS's word for what went wrong. */
function said(outcome: TinyosOutcome<unknown>): string {
  return outcome.ok ? 'SUCCESS' : errorOf(outcome.error);
}

function must<T>(steps: Steps<TinyosOutcome<T>>): T {
  const outcome = runAtOnce(steps);
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
}

describe('libraries/tinyos/block-storage', () => {
  let flash: BufferStorage;
  let block: BlockStorage;

  beforeEach(() => {
    flash = new BufferStorage(GEOMETRY);
    block = new BlockStorage(new Volume(flash));
  });

  it('erases the whole volume, every byte FF, each unit once (TB-01)', () => {
    must(block.write(0, randomBytes(UNITS * UNIT)));
    expect(said(runAtOnce(block.erase()))).to.equal('SUCCESS');
    expect(must(block.read(0, UNITS * UNIT)).every((byte) => byte === 0xff)).to.equal(true);
    expect([...flash.pageErases]).to.deep.equal([1, 1, 1, 1]);
    expect(flash.violation).to.equal(undefined);
  });

  it('reads back 300 bytes that were written at 1000, over the border of a unit (TB-02, TB-03)', () => {
    const data = randomBytes(300);
    must(block.write(1000, data));
    expect(must(block.read(1000, 300))).to.deep.equal(data);
    expect([...flash.image.subarray(998, 1002)]).to.deep.equal([255, 255, data[0], data[1]]);
    expect([...flash.image.subarray(1298, 1302)]).to.deep.equal([data[298], data[299], 255, 255]);
    expect(flash.violation).to.equal(undefined);
  });

  it('answers FAIL at once to what is not all inside the volume, and asks the flash for nothing (TB-04)', () => {
    const later = new BlockStorage(new Volume(new DeferredStorage(GEOMETRY)));
    const size = UNITS * UNIT;
    const attempts: (() => Steps<TinyosOutcome<unknown>>)[] = [
      (): Steps<TinyosOutcome<unknown>> => later.read(size - 3, 4),
      (): Steps<TinyosOutcome<unknown>> => later.read(size, 1),
      (): Steps<TinyosOutcome<unknown>> => later.write(size - 3, Uint8Array.of(1, 2, 3, 4)),
      (): Steps<TinyosOutcome<unknown>> => later.write(2 ** 32 - 1, Uint8Array.of(1)),
      (): Steps<TinyosOutcome<unknown>> => later.crc(size - 3, 4, 0),
    ];
    for (const attempt of attempts) {
      const step = attempt().next();
      expect(step.done).to.equal(true);
      expect(step.done === true && said(step.value)).to.equal('FAIL');
    }
  });

  it('computes CRC-16 highest bit first, and goes on from the CRC of what comes before (TB-06)', () => {
    // The check value of this polynomial from 0 on (CRC-16/XMODEM): 0x31C3.
    must(block.write(UNIT - 4, text('123456789')));
    expect(must(block.crc(UNIT - 4, 9, 0))).to.equal(0x31c3);
    // From 0xFFFF on (CRC-16/IBM-3740): 0x29B1.
    expect(must(block.crc(UNIT - 4, 9, 0xffff))).to.equal(0x29b1);
    for (let split = 0; split <= 9; split++) {
      const base = must(block.crc(UNIT - 4, split, 0));
      expect(must(block.crc(UNIT - 4 + split, 9 - split, base))).to.equal(0x31c3);
    }
  });

  it('has address 0 of a volume at its own begin, and touches no other (TB-07)', () => {
    const one = new BlockStorage(new Volume(flash, { firstPage: 0, pages: 2 }));
    const other = new BlockStorage(new Volume(flash, { firstPage: 2, pages: 2 }));
    must(one.write(0, new Uint8Array(2 * UNIT).fill(1)));
    must(other.write(0, new Uint8Array(2 * UNIT).fill(2)));
    expect(flash.image[2 * UNIT]).to.equal(2);
    must(other.erase());
    expect(must(one.read(0, 2 * UNIT)).every((byte) => byte === 1)).to.equal(true);
    expect([...flash.pageErases]).to.deep.equal([0, 0, 1, 1]);
    expect(said(runAtOnce(one.read(2 * UNIT - 1, 2)))).to.equal('FAIL');
  });

  it('leaves blank units, a torn one and the rest when its erase is cut; a second erase repairs (TB-09)', () => {
    const data = randomBytes(UNITS * UNIT);
    for (const name of ['none', 'even', 'firstHalf', 'xorshift:9']) {
      flash = new BufferStorage(GEOMETRY);
      block = new BlockStorage(new Volume(flash));
      must(block.write(0, data));
      flash.arm(2);
      expect(said(runAtOnce(block.erase()))).to.equal('FAIL');
      flash.corrupt(bitChoice(name) ?? ((): boolean => false));
      block = new BlockStorage(new Volume(flash));
      const shown = must(block.read(0, UNITS * UNIT));
      expect(shown.subarray(0, 2 * UNIT).every((byte) => byte === 0xff)).to.equal(true);
      for (let at = 2 * UNIT; at < 3 * UNIT; at++) {
        expect((data[at] ?? 0) & ~(shown[at] ?? 0), `byte ${at}`).to.equal(0);
      }
      expect(shown.subarray(3 * UNIT)).to.deep.equal(data.subarray(3 * UNIT));
      must(block.erase());
      expect(must(block.read(0, UNITS * UNIT)).every((byte) => byte === 0xff)).to.equal(true);
    }
  });

  it('leaves old AND new where bytes are written twice, and the flash tells (TB-10)', () => {
    must(block.write(8, Uint8Array.of(0x0f, 0xf0, 0x55, 0xff)));
    expect(flash.violation).to.equal(undefined);
    must(block.write(8, Uint8Array.of(0x3c, 0x3c, 0x3c, 0x3c)));
    expect([...must(block.read(8, 4))]).to.deep.equal([0x0c, 0x30, 0x14, 0x3c]);
    expect(flash.violation).to.match(/the word at byte 8 sets a bit or is number 2/);
  });

  it('has no getSize: its settings tell units, sizes, their logarithms and the fill byte (TB-11)', () => {
    expect('getSize' in block).to.equal(false);
    const { settings } = block;
    expect(settings.getVolumeSize()).to.equal(UNITS * UNIT);
    expect(settings.getTotalEraseUnits() * settings.getEraseUnitSize()).to.equal(UNITS * UNIT);
    expect(settings.getTotalWriteUnits() * settings.getWriteUnitSize()).to.equal(UNITS * UNIT);
    expect(2 ** settings.getEraseUnitSizeLog2()).to.equal(settings.getEraseUnitSize());
    expect(2 ** settings.getWriteUnitSizeLog2()).to.equal(settings.getWriteUnitSize());
    expect(settings.getFillByte()).to.equal(0xff);
  });

  it('refuses a volume of one erase unit (TB-12)', () => {
    const single = { ...GEOMETRY, numPages: 1 };
    expect(whyNoVolume(single)).to.equal('needs 2 erase units at least');
    expect(TEP_BLOCK.refuses(single)).to.equal('needs 2 erase units at least');
    expect(() => new Volume(new BufferStorage(single))).to.throw(/2 erase units/);
    expect(TEP_BLOCK.refuses({ ...GEOMETRY, numPages: 2 })).to.equal(undefined);
  });

  it('succeeds with a length of 0, at the end of the volume, too, and does nothing (TB-13)', () => {
    for (const at of [0, 7, UNITS * UNIT]) {
      expect(must(block.read(at, 0))).to.have.length(0);
      expect(said(runAtOnce(block.write(at, new Uint8Array(0))))).to.equal('SUCCESS');
      expect(must(block.crc(at, 0, 0x1234))).to.equal(0x1234);
    }
    expect(flash.counts.writeCalls).to.equal(0);
  });

  it('writes ten chunks, erases, and writes others in their places (TB-14)', () => {
    for (const seed of [1, 2, 3]) {
      const chunks = Array.from({ length: 10 }, (_, nth) => randomBytes(100, 10 * seed + nth));
      for (const [nth, chunk] of chunks.entries()) must(block.write(nth * 404, chunk));
      must(block.flush());
      for (const [nth, chunk] of chunks.entries()) {
        expect(must(block.read(nth * 404, 100)), `chunk ${nth}`).to.deep.equal(chunk);
      }
      must(block.erase());
    }
    expect(flash.violation).to.equal(undefined);
    expect([...flash.pageErases]).to.deep.equal([3, 3, 3, 3]);
  });

  it('ends an erase with the unit that fails, and answers FAIL', () => {
    flash.arm(1);
    expect(said(runAtOnce(block.erase()))).to.equal('FAIL');
    flash.disarm();
    expect([...flash.pageErases]).to.deep.equal([1, 0, 0, 0]);
  });
});
