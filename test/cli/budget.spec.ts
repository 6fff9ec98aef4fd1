// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Time on the host's clock. NON-TOCK. */
import { expect } from 'chai';
import { Budget } from '#cli/budget';
import { ms, seconds } from '#kernel/time';

describe('Budget', () => {
  it('is never spent when there is none, and at once when it is nothing', () => {
    expect(new Budget(undefined).isSpent).to.equal(false);
    expect(new Budget(seconds(3600)).isSpent).to.equal(false);
    expect(new Budget(ms(0)).isSpent).to.equal(true);
  });
});
