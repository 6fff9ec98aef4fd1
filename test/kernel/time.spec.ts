// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Units of time.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FOREVER, ms, ns, seconds, us, ZERO } from '#kernel/time';

describe('Nanoseconds', () => {
  it('1 s = 1000 ms = 1000000 us = 1000000000 ns', () => {
    expect(seconds(1)).to.equal(ms(1000));
    expect(ms(1)).to.equal(us(1000));
    expect(us(1)).to.equal(ns(1000));
  });

  it('no instant is later than FOREVER or earlier than ZERO', () => {
    expect(FOREVER).to.be.greaterThan(Number.MAX_SAFE_INTEGER);
    expect(ZERO).to.equal(0);
  });
});
