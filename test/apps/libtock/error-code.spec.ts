// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Error numbers in userspace (case A15).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeError, toErrorNumber } from '#apps/libtock/error-code';

describe('Error numbers', () => {
  it('A15 are 1 to 1024, named or not; 0 and 1025 are none', () => {
    expect([0, 1, 13, 14, 1023, 1024, 1025, 1.5, -1].map(toErrorNumber)).to.deep.equal([
      undefined,
      1,
      13,
      14,
      1023,
      1024,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('read as their names, or as numbers when they have none', () => {
    expect([1, 2, 13, 14, 1024].map(describeError)).to.deep.equal([
      'FAIL',
      'BUSY',
      'NOACK',
      '14',
      'BADRVAL',
    ]);
  });
});
