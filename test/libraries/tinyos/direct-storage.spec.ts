// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Faults of TinyOS's storages, in TinyOS's words and in those of the contract.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { errorOf, storeFaultOf } from '#libraries/tinyos/direct-storage';

describe('libraries/tinyos/direct-storage', () => {
  it('says EINVAL of a bad argument, ESIZE of what is too large, FAIL of the rest', () => {
    expect(errorOf('InvalidArgument')).to.equal('EINVAL');
    expect([errorOf('NoCapacity'), errorOf('TooLong')]).to.deep.equal(['ESIZE', 'ESIZE']);
    for (const fault of ['OutOfRange', 'NotFound', 'Corrupt', 'StorageError'] as const) {
      expect(errorOf(fault)).to.equal('FAIL');
    }
  });

  it('says under the contract of all stores what that knows, and itself of the rest', () => {
    for (const fault of ['OutOfRange', 'TooLong', 'NotFound'] as const) {
      expect(storeFaultOf(fault)).to.equal('InvalidArgument');
    }
    expect(storeFaultOf('Corrupt')).to.equal('InvalidStorage');
    expect(storeFaultOf('NoLifetime')).to.equal('NoLifetime');
  });
});
