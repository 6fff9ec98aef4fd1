// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every byte-level flash passes, beside the one for pages: `describeByteFlash`.
 *
 * NON-TOCK: the super-interface was sketched, never merged; its rules are in `kernel/hil/flash.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { and, FlashRecorder, NONSENSE, pattern, type FlashFixture } from './flash-recorder.ts';

/** @param create makes a fresh flash for each test, blank and of at least three pages. */
export function describeByteFlash(
  name: string,
  create: () => FlashFixture<hil.flash.ByteFlash>,
): void {
  describe(`${name} honours hil.flash.ByteFlash`, () => {
    let flash: hil.flash.ByteFlash;
    let settle: () => void;
    let client: FlashRecorder;
    let unit: number;

    beforeEach(() => {
      const fixture = create();
      flash = fixture.flash;
      settle = (): void => fixture.settle();
      client = new FlashRecorder();
      flash.setClient(client);
      unit = flash.programUnit;
    });

    const ones = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);
    const size = (): number => flash.pages * flash.pageSize;

    function write(address: number, bytes: Uint8Array): void {
      expect(flash.writeBytes(address, bytes, bytes.length)).to.deep.equal(Ok());
      settle();
    }

    function read(address: number, length: number): Uint8Array {
      const buffer = new Uint8Array(length);
      expect(flash.readBytes(address, buffer, length)).to.deep.equal(Ok());
      settle();
      return buffer;
    }

    const calls = ['readBytes', 'writeBytes'] as const;

    describe('completion', () => {
      it('never comes from within the call (TRD 3 rule 1)', () => {
        flash.readBytes(0, ones(unit), unit);
        expect(client.calls).to.be.empty;
        settle();
        flash.writeBytes(0, ones(unit), unit);
        expect(client.calls).to.have.length(1);
      });

      it('comes exactly once for each accepted call, with its buffer and length (TRD 3 rule 3)', () => {
        const [toRead, toWrite] = [ones(3 * unit), pattern(3 * unit)];
        flash.readBytes(0, toRead, 2 * unit);
        settle();
        flash.writeBytes(0, toWrite, 2 * unit);
        settle();
        settle();
        expect(client.calls).to.deep.equal([
          { name: 'bytesRead', ok: true, buffer: toRead, length: 2 * unit },
          { name: 'bytesWritten', ok: true, buffer: toWrite, length: 2 * unit },
        ]);
        expect(client.calls[0]?.buffer).to.equal(toRead);
        expect(client.calls[1]?.buffer).to.equal(toWrite);
      });

      it('comes for a range of no bytes, too, wherever it is', () => {
        const buffer = pattern(unit);
        for (const address of [0, flash.pageSize, size()]) {
          expect(flash.readBytes(address, buffer, 0)).to.deep.equal(Ok());
          expect(client.calls).to.be.empty;
          settle();
          expect(flash.writeBytes(address, buffer, 0)).to.deep.equal(Ok());
          settle();
          expect(client.calls.splice(0)).to.deep.equal([
            { name: 'bytesRead', ok: true, buffer, length: 0 },
            { name: 'bytesWritten', ok: true, buffer, length: 0 },
          ]);
        }
        expect(buffer).to.deep.equal(pattern(unit));
        expect(read(0, unit)).to.deep.equal(ones(unit));
      });

      it('lets the client start the next operation from within it', () => {
        client.next = (): void => {
          expect(flash.readBytes(0, ones(unit), unit)).to.deep.equal(Ok());
        };
        write(0, pattern(unit));
        settle();
        expect(client.calls.map((call) => call.name)).to.deep.equal(['bytesWritten', 'bytesRead']);
      });
    });

    describe('refusal', () => {
      for (const call of calls) {
        it(`is BUSY with the same buffer while one is under way: ${call} (TRD 3 rule 4)`, () => {
          flash.erasePage(0);
          expectRefused(flash[call], ErrorCode.BUSY, 0, ones(unit), unit);
        });

        it(`is INVAL outside the flash, however far: ${call}`, () => {
          const beyond = [size(), size() - unit, ...NONSENSE];
          for (const address of beyond) {
            expectRefused(flash[call], ErrorCode.INVAL, address, ones(2 * unit), 2 * unit);
          }
        });

        it(`is INVAL for a length that is none: ${call}`, () => {
          for (const length of NONSENSE) {
            expectRefused(flash[call], ErrorCode.INVAL, 0, ones(unit), length);
          }
        });

        it(`is SIZE for a length over the buffer: ${call}`, () => {
          expectRefused(flash[call], ErrorCode.SIZE, 0, ones(unit), 2 * unit);
        });
      }

      it('is INVAL for a write whose address or length is not in units', function () {
        if (unit === 1) this.skip();
        expectRefused(flash.writeBytes, ErrorCode.INVAL, 1, ones(unit), unit);
        expectRefused(flash.writeBytes, ErrorCode.INVAL, 0, ones(unit), unit - 1);
        expectRefused(flash.writeBytes, ErrorCode.INVAL, unit, ones(2 * unit), unit + 1);
      });

      it('is BUSY before it is INVAL, and INVAL before it is SIZE', () => {
        for (const call of calls) {
          expectRefused(flash[call], ErrorCode.INVAL, size(), ones(unit), 2 * unit);
        }
        flash.erasePage(0);
        for (const call of calls) {
          expectRefused(flash[call], ErrorCode.BUSY, size(), ones(unit), 2 * unit);
        }
      });

      it('comes for page operations, too, while a byte operation is under way', () => {
        const page = ones(flash.pageSize);
        flash.writeBytes(0, pattern(unit), unit);
        expect(flash.readPage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
        expect(flash.writePage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
        expect(flash.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
        settle();
        expect(client.calls.map((call) => call.name)).to.deep.equal(['bytesWritten']);
      });

      function expectRefused(
        call: hil.flash.ByteFlash['readBytes'],
        error: ErrorCode,
        address: number,
        buffer: Uint8Array,
        length: number,
      ): void {
        const refused = call.call(flash, address, buffer, length);
        expect(refused, `${address}, ${length}`).to.deep.equal(Err([error, buffer]));
        if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
        const before = client.calls.length;
        if (error === ErrorCode.BUSY) return;
        settle();
        expect(client.calls).to.have.length(before);
      }
    });

    describe('content', () => {
      it('is what was written to blank cells, and the neighbours stay blank', () => {
        write(2 * unit, pattern(3 * unit, 5));
        expect(read(0, 8 * unit)).to.deep.equal(
          Uint8Array.from([...ones(2 * unit), ...pattern(3 * unit, 5), ...ones(3 * unit)]),
        );
      });

      it('of cells that are written again is old AND new: a write never sets a bit', () => {
        const [old, later] = [pattern(4 * unit, 3), pattern(4 * unit, 77)];
        write(unit, old);
        write(unit, later);
        expect(read(unit, 4 * unit)).to.deep.equal(and(old, later));
      });

      it('is set to ones by an erasure alone', () => {
        write(flash.pageSize, new Uint8Array(unit));
        write(flash.pageSize, ones(unit));
        expect(read(flash.pageSize, unit)).to.deep.equal(new Uint8Array(unit));
        flash.erasePage(1);
        settle();
        expect(read(flash.pageSize, unit)).to.deep.equal(ones(unit));
      });

      it('takes as many programs of a unit as the flash says', () => {
        const programs = Math.min(flash.programsPerUnit, 8); // One for each bit of a byte will do.
        for (let count = 0; count < programs; count++) {
          write(0, new Uint8Array(unit).fill(0xff << (count + 1)));
        }
        const expected = (0xff << programs) & 0xff;
        expect(read(0, unit)).to.deep.equal(new Uint8Array(unit).fill(expected));
      });

      it('may cross pages, in writes and in reads', () => {
        const bytes = pattern(flash.pageSize + 4 * unit, 9);
        const start = flash.pageSize - 2 * unit;
        write(start, bytes);
        expect(read(start, bytes.length)).to.deep.equal(bytes);
        expect(read(start - unit, unit)).to.deep.equal(ones(unit));
        expect(read(start + bytes.length, unit)).to.deep.equal(ones(unit));
      });

      it('is read at any address and length', () => {
        const bytes = pattern(8 * unit, 21);
        write(flash.pageSize - 4 * unit, bytes);
        for (const [from, length] of [
          [1, 1],
          [3, 2],
          [4 * unit - 1, 3],
          [1, 8 * unit - 2],
        ] as const) {
          const got = read(flash.pageSize - 4 * unit + from, length);
          expect(got).to.deep.equal(bytes.subarray(from, from + length));
        }
      });

      it('of the buffer past the length is not touched by a read', () => {
        const buffer = new Uint8Array(3 * unit).fill(0x5a);
        flash.readBytes(0, buffer, unit);
        settle();
        expect(buffer.subarray(unit)).to.deep.equal(new Uint8Array(2 * unit).fill(0x5a));
        expect(buffer.subarray(0, unit)).to.deep.equal(ones(unit));
      });

      it('of the buffer past the length is not written', () => {
        flash.writeBytes(0, pattern(3 * unit, 31), unit);
        settle();
        expect(read(unit, 2 * unit)).to.deep.equal(ones(2 * unit));
      });

      it('is the same cells by bytes and by pages', () => {
        write(flash.pageSize + unit, pattern(unit, 41));
        const page = ones(flash.pageSize);
        flash.readPage(1, page);
        settle();
        expect(page.subarray(unit, 2 * unit)).to.deep.equal(pattern(unit, 41));
      });

      it('ends with the last byte of the last page', () => {
        write(size() - unit, pattern(unit, 51));
        expect(read(size() - unit, unit)).to.deep.equal(pattern(unit, 51));
        expect(read(size() - 1, 1)).to.deep.equal(pattern(unit, 51).subarray(unit - 1));
      });
    });
  });
}
