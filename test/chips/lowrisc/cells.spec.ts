// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The cells of Earl Grey, from one power-on to the next.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { earlgreyCells } from '#chips/lowrisc/cells';

describe('The cells of Earl Grey', () => {
  it('outlive a power cycle, those of the information pages, too', () => {
    const { flash, info } = earlgreyCells();
    info.program(0, 5);
    const again = earlgreyCells({}, flash);
    expect([again.flash === flash, again.info.read(0)]).to.deep.equal([true, 5]);
    expect(earlgreyCells().info.read(0)).to.equal(0xffff_ffff);
  });

  it('count what passes a limit, which is assumed, and stop nothing', () => {
    const { flash } = earlgreyCells();
    for (let count = 0; count < 3; count++) flash.program(0, 0);
    expect(flash.violations).to.equal(1);
  });
});
