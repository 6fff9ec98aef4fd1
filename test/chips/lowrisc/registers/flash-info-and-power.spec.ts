// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Operations on information pages, and what a power loss leaves of an operation.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Control, ErrCode, FlashRegister } from '#chips/lowrisc/registers/flash-map';
import { infoConfigOffset } from '#chips/lowrisc/registers/flash-protection';
import { Random } from '#kernel/random';
import { ms, ns, us } from '#kernel/time';
import { finish, make, outcome, program, read, start, WORDS, type Bench } from './support.ts';

const ONES = 0xffff_ffff;
const ECC_ON = 0x96_9666;
const ALLOW_ALL = 0x999_6666;

describe('Flash operations, further', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = make();
  });

  const put = (register: keyof typeof FlashRegister, value: number): void =>
    bench.registers.write(FlashRegister[register], value);

  describe('of information pages', () => {
    const INFO1 = Control.INFO | (1 << Control.INFO_SEL_SHIFT);

    it('follow the configuration of each page', () => {
      program(bench, 0x800, [5, 6], Control.INFO);
      expect(outcome(bench).slice(0, 2)).to.deep.equal([3, ErrCode.MP]);
      bench.registers.write(infoConfigOffset(1), ALLOW_ALL);
      program(bench, 0x800, [5, 6], Control.INFO);
      expect(outcome(bench)[0]).to.equal(1);
      expect(bench.cells.info.read(WORDS)).to.equal(5);
      expect(bench.cells.flash.isBlank(1)).to.equal(true);
      expect(read(bench, 0x800, 2, Control.INFO)).to.deep.equal([5, 6]);
      start(bench, 'Erase', 0x800, 1, Control.INFO);
      finish(bench);
      expect(bench.cells.info.isBlank(1)).to.equal(true);
    });

    it('are chosen by INFO_SEL and the bank of the address', () => {
      bench.registers.write(infoConfigOffset(23), ALLOW_ALL);
      program(bench, 0x8_0000, [9], INFO1);
      expect(bench.cells.info.read(23 * WORDS)).to.equal(9);
    });

    it('that are not there are mp', () => {
      outcome(bench);
      program(bench, 0x800, [9], INFO1);
      expect(outcome(bench).slice(0, 2)).to.deep.equal([3, ErrCode.MP]);
      read(bench, 0, 1, Control.INFO | (3 << Control.INFO_SEL_SHIFT));
      expect(outcome(bench).slice(0, 2)).to.deep.equal([3, ErrCode.MP]);
    });
  });

  describe('a power loss', () => {
    it('tears the flash word under way and leaves the ones before and after it', () => {
      start(bench, 'Program', 0, 8);
      for (let count = 0; count < 6; count++) put('PROG_FIFO', 0);
      bench.clock.advanceTo(ns(us(24) * 1.5));
      bench.registers.powerLoss(new Random(3));
      finish(bench);
      const words = Array.from({ length: 6 }, (_, word) => bench.cells.flash.read(word));
      expect(words.slice(0, 2)).to.deep.equal([0, 0]);
      expect(words.slice(4)).to.deep.equal([ONES, ONES]);
      for (const word of words.slice(2, 4)) {
        expect(word).to.not.equal(0);
        expect(word).to.not.equal(ONES);
      }
      expect(bench.clock.now).to.equal(us(36));
    });

    it('tears an erasure by the share of its time; at its very start nothing has moved', () => {
      for (let word = 0; word < WORDS; word++) bench.cells.flash.program(word, 0);
      start(bench, 'Erase', 0);
      bench.registers.powerLoss(new Random(3));
      expect(bench.cells.flash.bytes(0, 2048).every((byte) => byte === 0)).to.equal(true);
      const other = make();
      for (let word = 0; word < WORDS; word++) other.cells.flash.program(word, 0);
      start(other, 'Erase', 0);
      other.clock.advanceTo(ms(54));
      other.registers.powerLoss(new Random(3));
      const bits = other.cells.flash.bytes(0, 2048).reduce((sum, byte) => {
        return sum + byte.toString(2).replaceAll('0', '').length;
      }, 0);
      expect(bits / (2048 * 8)).to.be.closeTo(0.75, 0.02);
    });

    it('leaves a torn flash word whose ECC does not fit', () => {
      put('DEFAULT_REGION', ECC_ON);
      start(bench, 'Program', 0, 2);
      put('PROG_FIFO', 5);
      put('PROG_FIFO', 5);
      bench.clock.advanceTo(us(24));
      bench.registers.powerLoss(new Random(3));
      const { flash } = bench.cells;
      expect(flash.ecc?.fits(0, flash.read(0), flash.read(1))).to.equal(false);
    });
  });
});
