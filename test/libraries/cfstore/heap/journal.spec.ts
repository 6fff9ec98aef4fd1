// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The journal: its bytes, the slots in turn, which image is the newest, and what is none.
 *
 * NON-TOCK: tests. The bytes are worked out by hand; the CRC is that of Node's own zlib.
 */
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { Journal, slotsOf } from '#libraries/cfstore/heap/journal';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { FlashSteps } from '#libraries/store/flash-steps';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';

function geometry(pageSize: number, numPages: number): Geometry {
  return { wordSize: 4, pageSize, numPages, maxWordWrites: 1, maxPageErases: 1000 };
}

/** A journal on a flash, opened; and the image that it found. */
function opened(flash: BufferStorage): { journal: Journal; image: Uint8Array | undefined } {
  const journal = new Journal(new FlashSteps(flash), true);
  return { journal, image: runAtOnce(journal.open()) };
}

function log(journal: Journal, ...image: readonly number[]): boolean {
  return runAtOnce(journal.log(Uint8Array.from(image)));
}

function hex(image: Uint8Array): string {
  return Array.from(image, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

describe('libraries/cfstore/heap/journal', () => {
  it('has up to four slots of whole pages', () => {
    expect(slotsOf(geometry(64, 8))).to.deep.equal({ count: 4, pages: 2, capacity: 96 });
    expect(slotsOf(geometry(64, 11))).to.deep.equal({ count: 4, pages: 2, capacity: 96 });
    expect(slotsOf(geometry(256, 2))).to.deep.equal({ count: 2, pages: 1, capacity: 224 });
  });

  it('writes head, image, and at the end of the slot a tail', () => {
    const flash = new BufferStorage(geometry(64, 2));
    const { journal, image } = opened(flash);
    expect(image).to.deep.equal(new Uint8Array(0));
    expect(log(journal, 1, 2, 3, 4)).to.equal(true);
    const head = '01 00 00 00 2a 10 02 ce 00 00 00 00 00 00 00 00';
    const bareTail = '04 00 00 00 2a 10 02 ce 00 00 00 00';
    const covered = `${head} 01 02 03 04 ${bareTail} 00 00 00 00`;
    const seal = new Uint8Array(4);
    new DataView(seal.buffer).setUint32(
      0,
      crc32(Uint8Array.from(covered.split(' '), (pair) => parseInt(pair, 16))),
      true,
    );
    const blank = Array.from({ length: 28 }, () => 'ff').join(' ');
    expect(hex(flash.image.subarray(0, 64))).to.equal(
      `${head} 01 02 03 04 ${blank} ${bareTail} ${hex(seal)}`,
    );
    expect(flash.image.subarray(64).every((byte) => byte === 0xff)).to.equal(true);
  });

  it('uses the slots in turn, and each log erases its slot first', () => {
    const flash = new BufferStorage(geometry(64, 8));
    const { journal } = opened(flash);
    for (let number = 0; number < 6; number++) log(journal, number, 0, 0, 0);
    expect([...flash.pageErases]).to.deep.equal([2, 2, 2, 2, 1, 1, 1, 1]);
    expect(opened(flash).image).to.deep.equal(Uint8Array.of(5, 0, 0, 0));
  });

  it('takes an image over several pages, and one of no bytes', () => {
    const flash = new BufferStorage(geometry(64, 8));
    const image = Uint8Array.from({ length: 96 }, (_, at) => at);
    log(opened(flash).journal, ...image);
    expect(opened(flash).image).to.deep.equal(image);
    log(opened(flash).journal);
    expect(opened(flash).image).to.deep.equal(new Uint8Array(0));
    expect(flash.violation).to.equal(undefined);
  });

  it('takes the newest by the sign of the difference, over the number that none has', () => {
    const flash = new BufferStorage(geometry(64, 4));
    log(opened(flash).journal, 1, 0, 0, 0);
    renumber(flash, 0xffff_fffe);
    const { journal } = opened(flash);
    for (const number of [2, 3]) log(journal, number, 0, 0, 0);
    const view = new DataView(flash.image.buffer);
    expect([0, 64, 128].map((slot) => view.getUint32(slot + 8, true))).to.deep.equal([
      0xffff_fffe, 0, 1,
    ]);
    expect(opened(flash).image).to.deep.equal(Uint8Array.of(3, 0, 0, 0));
  });

  it('takes the one before when any byte of the newest is wrong', () => {
    const flash = new BufferStorage(geometry(64, 4));
    const { journal } = opened(flash);
    log(journal, 1, 1, 1, 1);
    log(journal, 2, 2, 2, 2);
    for (let at = 64; at < 128; at++) {
      // Between image and tail is nothing that counts.
      if (at >= 64 + 20 && at < 64 + 48) continue;
      const damaged = flash.clone();
      damaged.image[at] = (damaged.image[at] ?? 0) ^ 0x10;
      expect(opened(damaged).image, `byte ${at}`).to.deep.equal(Uint8Array.of(1, 1, 1, 1));
    }
  });

  it('says when the flash failed, and writes into the same slot again', () => {
    const flash = new BufferStorage(geometry(64, 4));
    const { journal } = opened(flash);
    log(journal, 1, 0, 0, 0);
    for (let calls = 0; calls < 4; calls++) {
      flash.arm(calls);
      expect(log(journal, 2, 0, 0, 0), `call ${calls}`).to.equal(false);
      flash.corrupt(() => false);
      expect(opened(flash).image).to.deep.equal(Uint8Array.of(1, 0, 0, 0));
    }
    expect(log(journal, 3, 0, 0, 0)).to.equal(true);
    expect(opened(flash).image).to.deep.equal(Uint8Array.of(3, 0, 0, 0));
    expect([...flash.pageErases].slice(2)).to.deep.equal([0, 0]);
  });
});

/** Gives the image of slot 0 another number, as if it had been logged so often. */
function renumber(flash: BufferStorage, sequence: number): void {
  const view = new DataView(flash.image.buffer);
  view.setUint32(8, sequence, true);
  view.setUint32(48 + 8, sequence, true);
  view.setUint32(48 + 12, 0, true);
  const parts = [flash.image.subarray(0, 20), flash.image.subarray(48, 64)];
  const covered = Uint8Array.from(parts.flatMap((part) => [...part]));
  view.setUint32(48 + 12, crc32(covered), true);
}
