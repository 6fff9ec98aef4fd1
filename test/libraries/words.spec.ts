// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Words in bytes.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { putWord, wordAt } from '#libraries/words';

describe('libraries/words', () => {
  it('puts the low byte first, and reads without a sign', () => {
    const bytes = new Uint8Array(6);
    putWord(bytes, 1, 0xfedc_ba98);
    expect([...bytes]).to.deep.equal([0, 0x98, 0xba, 0xdc, 0xfe, 0]);
    expect(wordAt(bytes, 1)).to.equal(0xfedc_ba98);
  });

  it('takes what is beyond the end for zeros', () => {
    expect(wordAt(Uint8Array.of(1, 2), 1)).to.equal(2);
  });
});
