// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The figures of Earl Grey's flash, with their marks, and the table that chips/README.md prints.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { earlgreyCells } from '#chips/lowrisc/cells';
import {
  EARLGREY_FLASH,
  EARLGREY_INFO,
  FLASH_CTRL_LIMITS,
  FLASH_CTRL_TIMING,
  FLASH_TIMES,
} from '#chips/lowrisc/timing';
import { ms, ns, us } from '#kernel/time';
import { read } from '../../tidy/tree.ts';

describe("Earl Grey's flash", () => {
  it('is 2 banks of 256 pages of 2048 bytes, and 2 x (10 + 1 + 2) information pages', () => {
    expect([EARLGREY_FLASH.pages, EARLGREY_FLASH.pageSize]).to.deep.equal([512, 2048]);
    expect(earlgreyCells().flash.size).to.equal(0x10_0000);
    expect([EARLGREY_INFO.pages, EARLGREY_INFO.pageSize]).to.deep.equal([26, 2048]);
  });

  it('has limits that are assumed: to pass one is counted and stops nothing', () => {
    const { flash } = earlgreyCells();
    for (let count = 0; count < 3; count++) flash.program(0, 0);
    expect(flash.violations).to.equal(1);
    const strict = earlgreyCells({ onViolation: 'trap' }).flash;
    strict.program(0, 0);
    strict.program(0, 0);
    expect(() => strict.program(0, 0)).to.throw('limit 2');
  });

  it('marks each figure, and says "assumed" where no source gives it', () => {
    for (const figure of Object.values({ ...FLASH_CTRL_TIMING, ...FLASH_CTRL_LIMITS })) {
      const { mark, source } = figure as { mark: string; source: string };
      expect(source).to.not.equal('');
      expect(source.includes('assumed')).to.equal(mark === 'A');
    }
  });

  it('takes 24 us a flash word, 72 ms a page, 96 ms a bank; at most twice that for erasures', () => {
    const { typical, max } = FLASH_TIMES;
    expect(typical).to.deep.equal({
      flashWord: us(24),
      single: us(48),
      page: ms(72),
      bank: ms(96),
      init: us(1),
    });
    expect(max).to.deep.equal({ ...typical, page: ms(144), bank: ms(192) });
  });

  it('is 2,800 times faster on the generic model: 2.56 us a page at 100 MHz, 25.6 us at 10 MHz', () => {
    const { typical, rtl, fpga } = FLASH_TIMES;
    expect(rtl).to.deep.equal({
      flashWord: ns(510),
      single: ns(510),
      page: ns(2560),
      bank: ns(655_360),
      init: us(1),
    });
    expect(fpga.page).to.equal(ns(25_600));
    expect(typical.page / fpga.page).to.be.closeTo(2800, 20);
  });

  it('has the figures that chips/README.md prints', () => {
    const times = Object.entries(FLASH_CTRL_TIMING).map(([name, { value, mark }]) => {
      return `| \`${name}\` | ${mark} | ${value / us(1)} us |`;
    });
    const limits = Object.entries(FLASH_CTRL_LIMITS).map(([name, { value, mark }]) => {
      return `| \`${name}\` | ${mark} | ${value} |`;
    });
    const printed = read('chips/README.md')
      .split('\n')
      .filter((line) => /^\| `\w+` \| [A-Z] \|/.test(line));
    expect(printed).to.deep.equal([...times, ...limits]);
  });
});
