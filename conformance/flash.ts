// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every page-level flash passes: `describeFlash('MyChip', create)`.
 *
 * NON-TOCK: Tock's HIL leaves several of these open (BUSY, ranges, erase before write); the rules are in
 * the head of `kernel/hil/flash.ts`. TRD 3 numbers its rules for interfaces with callbacks.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { and, FlashRecorder, NONSENSE, pattern, type FlashFixture } from './flash-recorder.ts';

/** @param create makes a fresh flash for each test, blank and of at least three pages. */
export function describeFlash(name: string, create: () => FlashFixture<hil.flash.Flash>): void {
  describe(`${name} honours hil.flash.Flash`, () => {
    let flash: hil.flash.Flash;
    let settle: () => void;
    let client: FlashRecorder;

    beforeEach(() => {
      const fixture = create();
      flash = fixture.flash;
      settle = (): void => fixture.settle();
      client = new FlashRecorder();
      flash.setClient(client);
    });

    const blank = (): Uint8Array => new Uint8Array(flash.pageSize).fill(0xff);

    function write(page: number, bytes: Uint8Array): void {
      expect(flash.writePage(page, bytes)).to.deep.equal(Ok());
      settle();
    }

    function erase(page: number): void {
      expect(flash.erasePage(page)).to.deep.equal(Ok());
      settle();
    }

    function read(page: number): Uint8Array {
      const buffer = new Uint8Array(flash.pageSize);
      expect(flash.readPage(page, buffer)).to.deep.equal(Ok());
      settle();
      return buffer;
    }

    /** Each call of the interface that carries a buffer. */
    const carriers = ['readPage', 'writePage'] as const;

    describe('completion', () => {
      it('never comes from within the call (TRD 3 rule 1; case G01)', () => {
        flash.readPage(0, blank());
        expect(client.calls).to.be.empty;
        settle();
        flash.writePage(0, blank());
        flash.erasePage(1);
        expect(client.calls).to.have.length(1);
      });

      it('comes exactly once for each accepted call, with its buffer (TRD 3 rule 3)', () => {
        const [toRead, toWrite] = [blank(), pattern(flash.pageSize)];
        flash.readPage(0, toRead);
        settle();
        flash.writePage(0, toWrite);
        settle();
        flash.erasePage(0);
        settle();
        settle();
        expect(client.calls).to.deep.equal([
          { name: 'readComplete', ok: true, buffer: toRead },
          { name: 'writeComplete', ok: true, buffer: toWrite },
          { name: 'eraseComplete', ok: true },
        ]);
        expect(client.calls[0]?.buffer).to.equal(toRead);
        expect(client.calls[1]?.buffer).to.equal(toWrite);
      });

      it('lets the client start the next operation from within it', () => {
        client.next = (): void => {
          expect(flash.erasePage(1)).to.deep.equal(Ok());
        };
        erase(0);
        settle();
        expect(client.calls).to.have.length(2);
      });
    });

    describe('refusal', () => {
      for (const call of carriers) {
        it(`is BUSY with the same buffer while one is under way: ${call} (TRD 3 rule 4; cases G04, G14)`, () => {
          const buffer = pattern(flash.pageSize);
          flash.erasePage(0);
          const refused = flash[call](1, buffer);
          expect(refused).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
          if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
        });

        it(`is INVAL with the same buffer for a page that is not there: ${call} (case G06)`, () => {
          for (const page of [flash.pages, ...NONSENSE]) {
            const buffer = blank();
            const refused = flash[call](page, buffer);
            expect(refused, String(page)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
            if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
          }
        });

        it(`is SIZE with the same buffer for one that is not a page long: ${call}`, () => {
          for (const length of [0, flash.pageSize - 1, flash.pageSize + 1]) {
            const buffer = new Uint8Array(length);
            const refused = flash[call](0, buffer);
            expect(refused, String(length)).to.deep.equal(Err([ErrorCode.SIZE, buffer]));
            if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
          }
        });
      }

      it('is BUSY for an erasure while one is under way', () => {
        flash.readPage(0, blank());
        expect(flash.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
      });

      it('is INVAL for an erasure of a page that is not there', () => {
        for (const page of [flash.pages, ...NONSENSE]) {
          expect(flash.erasePage(page), String(page)).to.deep.equal(Err(ErrorCode.INVAL));
        }
      });

      it('is BUSY before it is INVAL, and INVAL before it is SIZE', () => {
        const short = new Uint8Array(1);
        for (const call of carriers) {
          expect(flash[call](flash.pages, short)).to.deep.equal(Err([ErrorCode.INVAL, short]));
        }
        flash.erasePage(0);
        for (const call of carriers) {
          expect(flash[call](flash.pages, short)).to.deep.equal(Err([ErrorCode.BUSY, short]));
        }
        expect(flash.erasePage(flash.pages)).to.deep.equal(Err(ErrorCode.BUSY));
      });

      it('is followed by no callback and changes nothing (TRD 3 rule 3)', () => {
        flash.erasePage(flash.pages);
        flash.writePage(0, new Uint8Array(flash.pageSize - 1));
        settle();
        expect(client.calls).to.be.empty;
        expect(read(0)).to.deep.equal(blank());
      });

      it('leaves the operation under way alone', () => {
        const buffer = pattern(flash.pageSize);
        flash.writePage(0, buffer);
        flash.writePage(0, new Uint8Array(flash.pageSize));
        flash.erasePage(0);
        settle();
        expect(client.calls).to.deep.equal([{ name: 'writeComplete', ok: true, buffer }]);
        expect(read(0)).to.deep.equal(pattern(flash.pageSize));
      });
    });

    describe('content', () => {
      it('is what was written to a blank page, in that page only', () => {
        write(1, pattern(flash.pageSize));
        expect([read(0), read(1), read(2)]).to.deep.equal([
          blank(),
          pattern(flash.pageSize),
          blank(),
        ]);
      });

      it('of a page written twice is the later one where writing erases, else old AND new (case G02)', () => {
        const [old, later] = [pattern(flash.pageSize, 1), pattern(flash.pageSize, 101)];
        write(1, old);
        write(1, later);
        expect(read(1)).to.deep.equal(flash.writeErases ? later : and(old, later));
      });

      it('is all ones after an erasure, in that page only', () => {
        for (const page of [0, 1, 2]) write(page, pattern(flash.pageSize, page));
        erase(1);
        expect([read(0), read(1), read(2)]).to.deep.equal([
          pattern(flash.pageSize, 0),
          blank(),
          pattern(flash.pageSize, 2),
        ]);
      });

      it('reaches the last page', () => {
        write(flash.pages - 1, pattern(flash.pageSize));
        expect(read(flash.pages - 1)).to.deep.equal(pattern(flash.pageSize));
      });

      it('does not follow the buffer after the callback', () => {
        const buffer = pattern(flash.pageSize);
        write(0, buffer);
        buffer.fill(0);
        expect(read(0)).to.deep.equal(pattern(flash.pageSize));
      });
    });
  });
}
