// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash in steps: at once and later do the same.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { FlashSteps } from '#libraries/store/flash-steps';
import { runAtOnce } from '#libraries/store/run-at-once';
import { DeferredStorage, type Steps } from '#libraries/store/storage';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 32,
  numPages: 2,
  maxWordWrites: 4,
  maxPageErases: 10,
};

for (const later of [false, true]) {
  describe(`libraries/store/flash-steps, ${later ? 'later' : 'at once'}`, () => {
    let cells: BufferStorage;
    let flash: FlashSteps;
    const run = <T>(steps: Steps<T>): T => runAtOnce(steps, cells);

    beforeEach(() => {
      cells = new BufferStorage(GEOMETRY);
      flash = new FlashSteps(later ? new DeferredStorage(GEOMETRY) : cells);
    });

    it('reads a copy of what was written', () => {
      expect(run(flash.write(1, 4, Uint8Array.of(1, 2, 3, 4)))).to.equal(true);
      const read = run(flash.read(1, 4, 4));
      expect(read).to.deep.equal(Uint8Array.of(1, 2, 3, 4));
      read?.fill(0);
      expect(cells.image[36]).to.equal(1);
    });

    it('writes bytes in the middle of words, and leaves their neighbours', () => {
      expect(run(flash.writeBytes(0, 3, Uint8Array.of(7, 8)))).to.equal(true);
      expect(run(flash.writeBytes(0, 5, Uint8Array.of(9)))).to.equal(true);
      expect([...cells.image.subarray(0, 8)]).to.deep.equal([255, 255, 255, 7, 8, 9, 255, 255]);
      expect([...cells.wordWrites.subarray(0, 3)]).to.deep.equal([1, 2, 0]);
      expect(cells.violation).to.equal(undefined);
    });

    it('writes bytes in the middle of the units of 8 that a flash has', () => {
      const geometry = { ...GEOMETRY, wordSize: 8 };
      cells = new BufferStorage(geometry);
      flash = new FlashSteps(later ? new DeferredStorage(geometry) : cells);
      expect(run(flash.writeBytes(0, 3, Uint8Array.of(7, 8)))).to.equal(true);
      expect([...cells.image.subarray(0, 8)]).to.deep.equal([255, 255, 255, 7, 8, 255, 255, 255]);
      expect([...cells.wordWrites.subarray(0, 4)]).to.deep.equal([1, 1, 0, 0]);
      expect(run(flash.writeBytes(0, 15, Uint8Array.of(1, 2)))).to.equal(true);
      expect(cells.violation).to.equal(undefined);
    });

    it('sets no bit when it fills a word up: what is zero stays zero, as on flash (TC-04)', () => {
      run(flash.writeBytes(0, 1, Uint8Array.of(0xee)));
      expect(run(flash.writeBytes(0, 1, Uint8Array.of(0xdd)))).to.equal(true);
      expect(cells.image[1]).to.equal(0xcc);
      expect(cells.violation).to.equal(undefined);
    });

    it('knows a blank page, and the blank rest of one', () => {
      expect(run(flash.isBlank(0))).to.equal(true);
      run(flash.write(0, 4, Uint8Array.of(1, 2, 3, 4)));
      expect(run(flash.isBlank(0))).to.equal(false);
      expect(run(flash.isBlank(0, 8))).to.equal(true);
      expect(run(flash.erase(0))).to.equal(true);
      expect(run(flash.isBlank(0))).to.equal(true);
    });

    it('says so when the flash failed', () => {
      cells.arm(0);
      expect(run(flash.write(0, 0, Uint8Array.of(1, 2, 3, 4)))).to.equal(false);
      expect(run(flash.erase(0))).to.equal(false);
    });

    it('erases and looks at as much as the page has, where pages are not alike', () => {
      const geometry = { ...GEOMETRY, pageSize: 32, pageSizes: [16, 32] };
      cells = new BufferStorage(geometry);
      flash = new FlashSteps(later ? new DeferredStorage(geometry) : cells);
      run(flash.write(0, 12, Uint8Array.of(1, 2, 3, 4)));
      run(flash.write(1, 28, Uint8Array.of(1, 2, 3, 4)));
      expect([run(flash.isBlank(0, 4)), run(flash.isBlank(1, 16))]).to.deep.equal([false, false]);
      expect(run(flash.erase(0))).to.equal(true);
      expect([run(flash.isBlank(0)), run(flash.isBlank(1))]).to.deep.equal([true, false]);
    });

    if (later) {
      it('asks for the bytes of the page when it erases', () => {
        flash = new FlashSteps(new DeferredStorage({ ...GEOMETRY, pageSizes: [16, 32] }));
        for (const [page, length] of [16, 32].entries()) {
          const step = flash.erase(page).next();
          expect(step.value).to.include({ operation: 'erase', page, byteOffset: 0, length });
        }
        for (const [page, length] of [16, 32].entries()) {
          expect(flash.isBlank(page, 4).next().value).to.include({ page, length: length - 4 });
        }
      });
    }
  });
}
