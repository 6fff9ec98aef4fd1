// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What operations of the flash controller do: FIFOs, windows, errors, erasures, power loss.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Control, ErrCode, FlashRegister, Intr, Status } from '#chips/lowrisc/registers/flash-map';
import { KernelPanic } from '#kernel/assert';
import { ms, us } from '#kernel/time';
import { finish, make, outcome, program, read, start, WORDS, type Bench } from './support.ts';

const ONES = 0xffff_ffff;
const ECC_ON = 0x96_9666;

describe('Flash operations', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = make();
  });

  const at = (register: keyof typeof FlashRegister): number =>
    bench.registers.read(FlashRegister[register]);
  const put = (register: keyof typeof FlashRegister, value: number): void =>
    bench.registers.write(FlashRegister[register], value);
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  describe('a program', () => {
    it('waits while the FIFO is empty, and takes no time for that', () => {
      start(bench, 'Program', 0, 4);
      bench.clock.advanceTo(ms(5));
      expect(at('OP_STATUS')).to.equal(0);
      put('PROG_FIFO', 1);
      bench.clock.advanceTo(ms(6));
      expect(at('CURR_FIFO_LVL')).to.equal(1);
      put('PROG_FIFO', 2);
      expect(bench.clock.nextEvent).to.equal(ms(6) + us(24));
      finish(bench);
      expect([at('OP_STATUS'), at('CTRL_REGWEN')]).to.deep.equal([0, 0]);
      put('PROG_FIFO', 3);
      put('PROG_FIFO', 4);
      finish(bench);
      expect(at('OP_STATUS')).to.equal(1);
      expect([0, 1, 2, 3].map((word) => bench.cells.flash.read(word))).to.deep.equal([1, 2, 3, 4]);
    });

    it('has a FIFO of four words: full, the CPU waits for the next flash word', () => {
      start(bench, 'Program', 0, 16);
      for (const word of numbers(6)) put('PROG_FIFO', word);
      expect(at('STATUS') & Status.PROG_FULL).to.equal(Status.PROG_FULL);
      expect(bench.clock.now).to.equal(0);
      put('PROG_FIFO', 7);
      expect(bench.clock.now).to.equal(us(24));
      for (const word of numbers(16).slice(7)) put('PROG_FIFO', word);
      finish(bench);
      expect(bench.clock.now).to.equal(8 * us(24));
      expect(read(bench, 0, 16)).to.deep.equal(numbers(16));
    });

    it('takes words that were in the FIFO before; a full FIFO that nobody empties is a bus fault', () => {
      for (const word of numbers(4)) put('PROG_FIFO', word);
      expect(() => {
        put('PROG_FIFO', 5);
      }).to.throw(KernelPanic, 'PROG_FIFO');
      start(bench, 'Program', 0, 4);
      finish(bench);
      expect(read(bench, 0, 4)).to.deep.equal(numbers(4));
    });

    it('of one flash word is 48 us, of two halves of neighbours 24 us each', () => {
      program(bench, 0, [1, 2]);
      expect(bench.clock.now).to.equal(us(48));
      program(bench, 0x14, [1, 2]);
      expect(bench.clock.now).to.equal(us(48) + 2 * us(24));
      expect([4, 5, 6, 7].map((word) => bench.cells.flash.read(word))).to.deep.equal([
        ONES,
        1,
        2,
        ONES,
      ]);
    });

    it('has the times of the generic model when it is asked for', () => {
      bench = make({ timing: 'rtl' });
      program(bench, 0, [1, 2, 3, 4]);
      expect(bench.clock.now).to.equal(2 * 510);
    });

    it('that crosses a window of 64 bytes is prog_win: it takes its words and changes nothing', () => {
      program(bench, 0x3c, [1, 2]);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.PROG_WIN, 0x3c]);
      expect(bench.cells.flash.isBlank(0)).to.equal(true);
      expect([at('CURR_FIFO_LVL'), bench.clock.now]).to.deep.equal([0, 0]);
      program(bench, 0x38, [1, 2]);
      expect(outcome(bench)[0]).to.equal(1);
    });

    it('of a page that may not be programmed is mp, once it has taken all its words', () => {
      put('DEFAULT_REGION', 0x99_9696);
      start(bench, 'Program', 0x40, 16);
      for (const word of numbers(15)) put('PROG_FIFO', word);
      expect(at('OP_STATUS')).to.equal(0);
      put('PROG_FIFO', 16);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.MP, 0x40]);
      expect(bench.cells.flash.isBlank(0)).to.equal(true);
    });

    it('never sets a bit, and counts programs of flash words', () => {
      program(bench, 0, [0xf0, 0xf0]);
      program(bench, 0, [0x3c]);
      program(bench, 4, [0x3c]);
      expect(read(bench, 0, 2)).to.deep.equal([0x30, 0x30]);
      expect(bench.cells.flash.ecc?.mostPrograms).to.equal(3);
      expect([bench.cells.flash.programCount(0), bench.cells.flash.programCount(1)]).to.deep.equal([
        2, 2,
      ]);
    });

    it('pads the other half of a flash word with ones', () => {
      program(bench, 4, [5]);
      expect(read(bench, 0, 2)).to.deep.equal([ONES, 5]);
      expect(bench.cells.flash.programCount(0)).to.equal(0);
    });
  });

  describe('a read', () => {
    beforeEach(() => {
      program(bench, 0, numbers(16));
      program(bench, 0x40, numbers(16));
      outcome(bench);
    });

    it('fills a FIFO of 16 words and goes on as they are taken', () => {
      start(bench, 'Read', 0, 20);
      expect([at('STATUS') & Status.RD_FULL, at('CURR_FIFO_LVL')]).to.deep.equal([1, 16 << 8]);
      expect(at('OP_STATUS')).to.equal(0);
      const words = Array.from({ length: 4 }, () => at('RD_FIFO'));
      expect(words).to.deep.equal([1, 2, 3, 4]);
      expect(at('OP_STATUS')).to.equal(1);
      expect(at('CURR_FIFO_LVL')).to.equal(16 << 8);
    });

    it('of an empty FIFO is a bus fault', () => {
      read(bench, 0, 1);
      expect(() => at('RD_FIFO')).to.throw(KernelPanic, 'RD_FIFO');
    });

    it('goes through pages', () => {
      program(bench, 0x7fc, [7]);
      program(bench, 0x800, [8]);
      expect(read(bench, 0x7fc, 2)).to.deep.equal([7, 8]);
    });

    it('of a page that may not be read is mp, and the rest is all ones', () => {
      // Region 0 is page 0 and not readable; the read begins before it ends.
      program(bench, 0x800, [8]);
      outcome(bench);
      put('MP_REGION', 1 | (1 << 9));
      put('MP_REGION_CFG', 0x999_9996);
      expect(read(bench, 0x7f8, 4)).to.deep.equal([ONES, ONES, ONES, ONES]);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.MP, 0x800]);
    });

    it('of a word whose ECC does not fit is rd, and the rest is all zeros', () => {
      put('DEFAULT_REGION', ECC_ON);
      program(bench, 0x80, numbers(8));
      program(bench, 0x88, [0]);
      outcome(bench);
      expect(read(bench, 0x80, 6)).to.deep.equal([1, 2, 0, 0, 0, 0]);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.RD, 0x88]);
      expect(read(bench, 0x90, 2)).to.deep.equal([5, 6]);
      expect(outcome(bench)[0]).to.equal(1);
    });

    it('past the end of the flash is mp', () => {
      expect(read(bench, 0xf_fffc, 2)).to.deep.equal([ONES, ONES]);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.MP, 0x10_0000]);
    });

    it('raises rd_full and rd_lvl', () => {
      put('FIFO_LVL', 5 << 8);
      start(bench, 'Read', 0, 16);
      expect(at('INTR_STATE') & (Intr.RD_FULL | Intr.RD_LVL)).to.equal(Intr.RD_FULL | Intr.RD_LVL);
      for (let count = 0; count < 11; count++) at('RD_FIFO');
      expect(at('INTR_STATE') & (Intr.RD_FULL | Intr.RD_LVL)).to.equal(Intr.RD_LVL);
      at('RD_FIFO');
      expect(at('INTR_STATE') & Intr.RD_LVL).to.equal(0);
    });
  });

  it('FIFO_RST empties both FIFOs and holds them as long as it is 1', () => {
    put('PROG_FIFO', 1);
    start(bench, 'Read', 0, 2);
    put('FIFO_RST', 1);
    put('PROG_FIFO', 1);
    expect(at('CURR_FIFO_LVL')).to.equal(0);
    put('FIFO_RST', 0);
    put('PROG_FIFO', 1);
    expect(at('CURR_FIFO_LVL')).to.equal(1);
  });

  describe('an erasure', () => {
    const dirty = (...words: number[]): void => {
      for (const word of words) bench.cells.flash.program(word, 0);
    };

    it('of a page takes 72 ms and that page only, wherever in it the address is', () => {
      dirty(0, WORDS, 2 * WORDS);
      start(bench, 'Erase', 0xffc);
      finish(bench);
      expect(bench.clock.now).to.equal(ms(72));
      expect([0, 1, 2].map((page) => bench.cells.flash.isBlank(page))).to.deep.equal([
        false,
        true,
        false,
      ]);
    });

    it('has the longest times when they are asked for', () => {
      bench = make({ timing: 'max' });
      start(bench, 'Erase', 0);
      finish(bench);
      expect(bench.clock.now).to.equal(ms(144));
    });

    it('and programs count as time in which the flash was busy, waiting for words does not', () => {
      start(bench, 'Program', 0, 4);
      put('PROG_FIFO', 1);
      bench.clock.advanceTo(ms(1));
      for (const word of [2, 3, 4]) put('PROG_FIFO', word);
      finish(bench);
      program(bench, 0x3c, [1, 2]); // Refused: crosses a window.
      start(bench, 'Erase', 0);
      expect(bench.cells.flash.busy).to.deep.equal({ programming: 2 * us(24), erasing: ms(72) });
    });

    it('of a page that may not be erased is mp at once', () => {
      put('DEFAULT_REGION', 0x99_9966);
      dirty(0);
      start(bench, 'Erase', 8);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.MP, 8]);
      expect(bench.cells.flash.isBlank(0)).to.equal(false);
    });

    it('of a bank asks MP_BANK_CFG_SHADOWED and no region', () => {
      put('DEFAULT_REGION', 0);
      dirty(0, 255 * WORDS, 256 * WORDS);
      bench.cells.info.program(0, 0);
      start(bench, 'Erase', 0, 1, Control.ERASE_BANK);
      expect(outcome(bench)).to.deep.equal([3, ErrCode.MP, 0]);
      put('MP_BANK_CFG_SHADOWED', 1);
      put('MP_BANK_CFG_SHADOWED', 1);
      start(bench, 'Erase', 0x1234, 1, Control.ERASE_BANK);
      finish(bench);
      expect(bench.clock.now).to.equal(ms(96));
      expect([0, 255, 256].map((page) => bench.cells.flash.isBlank(page))).to.deep.equal([
        true,
        true,
        false,
      ]);
      expect(bench.cells.info.isBlank(0)).to.equal(false);
    });

    it('of a bank with PARTITION_SEL takes its data and all its information pages', () => {
      dirty(0, 256 * WORDS);
      for (const page of [12, 13, 25]) bench.cells.info.program(page * WORDS, 0);
      put('MP_BANK_CFG_SHADOWED', 2);
      put('MP_BANK_CFG_SHADOWED', 2);
      start(bench, 'Erase', 0x8_0000, 1, Control.ERASE_BANK | Control.INFO);
      finish(bench);
      expect([0, 256].map((page) => bench.cells.flash.isBlank(page))).to.deep.equal([false, true]);
      expect([12, 13, 25].map((page) => bench.cells.info.isBlank(page))).to.deep.equal([
        false,
        true,
        true,
      ]);
    });

    it('that is suspended is done at once, without an error, and what it leaves is undefined', () => {
      for (let word = 0; word < WORDS; word++) dirty(word);
      start(bench, 'Erase', 0);
      bench.clock.advanceTo(ms(36));
      put('ERASE_SUSPEND', 1);
      expect(outcome(bench)).to.deep.equal([1, 0, 0]);
      expect(at('CTRL_REGWEN')).to.equal(1);
      const ones = [...bench.cells.flash.bytes(0, 2048)].join().length;
      expect(bench.cells.flash.isBlank(0)).to.equal(false);
      expect(ones).to.be.greaterThan(2048 * 3);
      expect(bench.cells.flash.eraseCount(0)).to.equal(0);
      finish(bench);
      expect(bench.clock.now).to.equal(ms(36));
      put('ERASE_SUSPEND', 1);
      expect(at('OP_STATUS')).to.equal(0);
    });
  });
});
