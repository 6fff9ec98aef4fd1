// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's faults in Tock's words, by the table of `kernel/hil/direct-storage.ts`.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { closes, isIndex, isLength, resultOf } from '#capsules/extra/tinyos-errors';
import { NONSENSE } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import type { TinyosFault } from '#libraries/tinyos/direct-storage';

const { FAIL, SIZE, INVAL } = ErrorCode;

/** TEP 103's words for each: EINVAL a bad argument, ESIZE too much, FAIL all else. */
const EXPECTED: Readonly<Record<TinyosFault, ErrorCode>> = {
  InvalidArgument: INVAL,
  NoCapacity: SIZE,
  TooLong: SIZE,
  OutOfRange: FAIL,
  NotFound: FAIL,
  Corrupt: FAIL,
  NoLifetime: FAIL,
  StorageError: FAIL,
  InvalidStorage: FAIL,
};

describe('Errors of TinyOS’s storages', () => {
  it('are FAIL, SIZE and INVAL; success is Ok, without its value', () => {
    expect(resultOf(Ok(7))).to.deep.equal(Ok());
    for (const [fault, error] of Object.entries(EXPECTED)) {
      expect(resultOf(Err(fault as TinyosFault)), fault).to.deep.equal(Err(error));
    }
  });

  it('close a storage when its flash is in doubt, and only then', () => {
    const closing = Object.keys(EXPECTED).filter((fault) => closes(fault as TinyosFault));
    expect(closing).to.have.members(['StorageError', 'InvalidStorage']);
  });

  it('are known at once of what is no length and no index', () => {
    for (const number of [...NONSENSE, 9]) {
      expect(isLength(number, 8), `${number}`).to.equal(false);
      expect(isIndex(number, 8), `${number}`).to.equal(false);
    }
    expect([isLength(0, 8), isLength(8, 8), isIndex(7, 8), isIndex(8, 8)]).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
  });
});
