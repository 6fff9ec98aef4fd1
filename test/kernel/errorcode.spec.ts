// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Error numbers and their older and derived numberings.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  BADRVAL,
  ErrorCode,
  errorName,
  intoStatusCode,
  isErrorCode,
  returnCodeToStatusCode,
  statusCodeToReturnCode,
} from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';

describe('ErrorCode', () => {
  it('A15 numbers the thirteen errors from 1 in the order of TRD 104', () => {
    const names =
      'FAIL BUSY ALREADY OFF RESERVE INVAL SIZE CANCEL NOMEM NOSUPPORT NODEVICE UNINSTALLED NOACK';
    expect(Object.entries(ErrorCode)).to.deep.equal(
      names.split(' ').map((name, index) => [name, index + 1]),
    );
    expect(BADRVAL).to.equal(1024);
  });

  it('A15 tells error numbers from others: lowest, highest, 0, a fraction', () => {
    expect([0, 1, 13, 14, 1.5, -1, 1024].map(isErrorCode)).to.deep.equal([
      false,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('A15 names numbers; one without a name stays a number', () => {
    expect([0, 1, 13, 14, 1023, 1024].map(errorName)).to.deep.equal([
      'SUCCESS',
      'FAIL',
      'NOACK',
      '14',
      '1023',
      'BADRVAL',
    ]);
  });

  it('A16 a StatusCode is 0 or the error number', () => {
    expect(intoStatusCode(Ok())).to.equal(0);
    expect(intoStatusCode(Err(ErrorCode.NOACK))).to.equal(13);
  });

  it('A16 a ReturnCode is the negated StatusCode, and back; never minus zero', () => {
    for (const code of Object.values(ErrorCode)) {
      expect(statusCodeToReturnCode(code)).to.equal(-code);
      expect(returnCodeToStatusCode(-code)).to.equal(code);
    }
    expect(Object.is(statusCodeToReturnCode(0), 0)).to.equal(true);
    expect(returnCodeToStatusCode(0)).to.equal(0);
    expect(returnCodeToStatusCode(5)).to.equal(0);
  });
});
