// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Ranges and pages: what is refused, and where a range is cut.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { firstPart, isBlank, isPage, pageError, rangeError } from '#capsules/core/flash-ranges';
import { NONSENSE } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';

const SHAPE = { pageSize: 16, pages: 3 };

describe('Flash ranges', () => {
  it('a page is a whole number below the number of pages', () => {
    expect([0, 2, 3, ...NONSENSE].filter((page) => isPage(SHAPE, page))).to.deep.equal([0, 2]);
  });

  it('a page that is not there is INVAL, before a buffer of another length is SIZE', () => {
    expect(pageError(SHAPE, 3, new Uint8Array(1))).to.equal(ErrorCode.INVAL);
    expect(pageError(SHAPE, 2, new Uint8Array(15))).to.equal(ErrorCode.SIZE);
    expect(pageError(SHAPE, 2, new Uint8Array(16))).to.equal(undefined);
  });

  it('a range is INVAL outside or out of units, before it is SIZE over the buffer', () => {
    const buffer = new Uint8Array(8);
    const error = (address: number, length: number, unit = 1): ErrorCode | undefined =>
      rangeError(SHAPE, { address, length }, buffer, unit);
    for (const nonsense of NONSENSE) {
      expect(error(nonsense, 1), String(nonsense)).to.equal(ErrorCode.INVAL);
      expect(error(0, nonsense), String(nonsense)).to.equal(ErrorCode.INVAL);
    }
    expect(error(41, 8)).to.equal(ErrorCode.INVAL);
    expect(error(40, 8)).to.equal(undefined);
    expect(error(48, 0)).to.equal(undefined);
    expect(error(2, 4, 4)).to.equal(ErrorCode.INVAL);
    expect(error(4, 6, 4)).to.equal(ErrorCode.INVAL);
    expect(error(0, 9)).to.equal(ErrorCode.SIZE);
  });

  it('a range is cut at the end of its first page', () => {
    expect(firstPart(SHAPE, 12, 10)).to.deep.equal({ page: 0, offset: 12, length: 4 });
    expect(firstPart(SHAPE, 16, 6)).to.deep.equal({ page: 1, offset: 0, length: 6 });
    expect(firstPart(SHAPE, 32, 16)).to.deep.equal({ page: 2, offset: 0, length: 16 });
  });

  it('an empty range at the very end is in the last page', () => {
    expect(firstPart(SHAPE, 48, 0)).to.deep.equal({ page: 2, offset: 16, length: 0 });
  });

  it('blank is every bit set', () => {
    expect(isBlank(Uint8Array.of(255, 255))).to.equal(true);
    expect(isBlank(Uint8Array.of(255, 254))).to.equal(false);
  });
});
