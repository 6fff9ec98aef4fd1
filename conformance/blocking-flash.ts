// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every blocking flash passes: `describeBlockingFlash('MyChip', create)`.
 *
 * NON-TOCK: the synchronous interface was sketched, never merged; its rules are in `kernel/hil/flash.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { and, NONSENSE, pattern } from './flash-recorder.ts';

/** @param create makes a fresh flash for each test, blank and of at least three pages. */
export function describeBlockingFlash(name: string, create: () => hil.flash.BlockingFlash): void {
  describe(`${name} honours hil.flash.BlockingFlash`, () => {
    let flash: hil.flash.BlockingFlash;
    let unit: number;

    beforeEach(() => {
      flash = create();
      unit = flash.programUnit;
    });

    const ones = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);
    const size = (): number => flash.pages * flash.pageSize;

    function write(address: number, bytes: Uint8Array): void {
      expect(flash.writeBytes(address, bytes, bytes.length)).to.deep.equal(Ok());
    }

    function read(address: number, length: number): Uint8Array {
      const buffer = new Uint8Array(length);
      expect(flash.readBytes(address, buffer, length)).to.deep.equal(Ok());
      return buffer;
    }

    for (const call of ['readBytes', 'writeBytes'] as const) {
      it(`refuses with INVAL outside the flash: ${call}`, () => {
        for (const address of [size(), size() - unit, ...NONSENSE]) {
          const result = flash[call](address, ones(2 * unit), 2 * unit);
          expect(result, String(address)).to.deep.equal(Err(ErrorCode.INVAL));
        }
      });

      it(`refuses with SIZE a length over the buffer: ${call}`, () => {
        expect(flash[call](0, ones(unit), 2 * unit)).to.deep.equal(Err(ErrorCode.SIZE));
      });
    }

    it('refuses with INVAL a write that is not in units', function () {
      if (unit === 1) this.skip();
      expect(flash.writeBytes(1, ones(unit), unit)).to.deep.equal(Err(ErrorCode.INVAL));
      expect(flash.writeBytes(0, ones(unit), unit - 1)).to.deep.equal(Err(ErrorCode.INVAL));
    });

    it('refuses with INVAL to erase a page that is not there', () => {
      for (const page of [flash.pages, ...NONSENSE]) {
        expect(flash.erasePage(page), String(page)).to.deep.equal(Err(ErrorCode.INVAL));
      }
    });

    it('has read, written and erased when the call returns', () => {
      const bytes = pattern(flash.pageSize, 3);
      write(flash.pageSize, bytes);
      expect(read(flash.pageSize, bytes.length)).to.deep.equal(bytes);
      expect(flash.erasePage(1)).to.deep.equal(Ok());
      expect(read(flash.pageSize, bytes.length)).to.deep.equal(ones(bytes.length));
    });

    it('leaves old AND new where it writes again: a write never sets a bit', () => {
      const [old, later] = [pattern(4 * unit, 3), pattern(4 * unit, 77)];
      write(unit, old);
      write(unit, later);
      expect(read(unit, 4 * unit)).to.deep.equal(and(old, later));
    });

    it('erases one page only', () => {
      write(flash.pageSize - unit, pattern(unit * 2, 5));
      expect(flash.erasePage(1)).to.deep.equal(Ok());
      expect(read(flash.pageSize - unit, 2 * unit)).to.deep.equal(
        Uint8Array.from([...pattern(unit * 2, 5).subarray(0, unit), ...ones(unit)]),
      );
    });

    it('crosses pages, and reads at any address', () => {
      const bytes = pattern(6 * unit, 9);
      write(flash.pageSize - 2 * unit, bytes);
      expect(read(flash.pageSize - 2 * unit + 1, 5 * unit)).to.deep.equal(
        bytes.subarray(1, 1 + 5 * unit),
      );
    });
  });
}
