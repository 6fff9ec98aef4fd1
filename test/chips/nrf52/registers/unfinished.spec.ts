// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the NVMC shows of an operation that is under way, partial, or cut by a power loss.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { NvmcRegister, WriteEnable } from '#chips/nrf52/registers/map';
import { NVMC_TIMING } from '#chips/nrf52/timing';
import { Random } from '#kernel/random';
import { Ok } from '#kernel/result';
import { ms, ns, us } from '#kernel/time';
import { dirty, make, ONES, PAGE, zeros } from './support.ts';

const { READY, READYNEXT, CONFIG, ERASEPAGE, ERASEALL, ERASEPAGEPARTIAL, ERASEPAGEPARTIALCFG } =
  NvmcRegister;
const { Wen, Een } = WriteEnable;

describe('NVMC partial erasure', () => {
  it('erases when the slices reach 85 ms, with a setup time each, and counts one cycle', () => {
    const board = make();
    const { nvmc, flash, clock } = board;
    dirty(board, 2);
    nvmc.write(CONFIG, Een);
    for (let slice = 0; slice < 8; slice++) nvmc.write(ERASEPAGEPARTIAL, 2 * PAGE);
    expect(zeros(board, 2)).to.be.greaterThan(0);
    expect(flash.eraseCount(2)).to.equal(0);
    nvmc.write(ERASEPAGEPARTIAL, 2 * PAGE);
    expect([zeros(board, 2), flash.eraseCount(2)]).to.deep.equal([0, 1]);
    expect(clock.now).to.equal(9 * (ms(10) + us(1080)));
    expect(NVMC_TIMING.erasePartialSetup.mark).to.equal('M');
  });

  it('leaves bits undefined before: about the share of the time has moved', () => {
    const board = make();
    dirty(board, 2);
    board.nvmc.write(CONFIG, Een);
    board.nvmc.write(ERASEPAGEPARTIALCFG, 17);
    const left = [1, 2, 3, 4].map(() => {
      board.nvmc.write(ERASEPAGEPARTIAL, 2 * PAGE);
      return zeros(board, 2) / (PAGE * 8);
    });
    for (const [index, share] of [0.8, 0.6, 0.4, 0.2].entries()) {
      expect(left[index]).to.be.closeTo(share, 0.02);
    }
  });

  it('starts anew after a whole erasure, and never wears a blank page by slices', () => {
    const board = make();
    board.nvmc.write(CONFIG, Een);
    for (let slice = 0; slice < 8; slice++) board.nvmc.write(ERASEPAGEPARTIAL, 0);
    expect(board.flash.eraseCount(0)).to.equal(0);
    board.nvmc.write(ERASEPAGE, 0);
    board.nvmc.write(ERASEPAGEPARTIAL, 0);
    expect(board.flash.eraseCount(0)).to.equal(1);
  });
});

describe('NVMC while the CPU runs from RAM', () => {
  it('is busy until its time has passed, and the cells change then', () => {
    const { nvmc, flash, clock } = make({ executesFrom: 'ram' });
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(0, 5);
    expect([nvmc.read(READY), nvmc.read(READYNEXT), clock.now]).to.deep.equal([0, 0, 0]);
    clock.advance(ns(us(41) - 1));
    expect([nvmc.read(READY), flash.read(0)]).to.deep.equal([0, ONES]);
    clock.advance(ns(1));
    expect([nvmc.read(READY), flash.read(0), nvmc.stalled]).to.deep.equal([1, 5, 0]);
  });

  it('holds a second store back until the first is done', () => {
    const { nvmc, flash, clock } = make({ executesFrom: 'ram' });
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(0, 5);
    nvmc.storeWord(4, 6);
    expect([clock.now, flash.read(0), flash.read(1)]).to.deep.equal([us(41), 5, ONES]);
    nvmc.waitReady();
    expect([clock.now, flash.read(1)]).to.deep.equal([us(82), 6]);
  });

  it('lets a load wait for the array', () => {
    const { nvmc, clock } = make({ executesFrom: 'ram' });
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(0, 5);
    expect(nvmc.load(0)).to.deep.equal(Ok(5));
    expect(clock.now).to.equal(us(41));
  });
});

describe('NVMC and a power loss', () => {
  it('in mid erasure leaves about the share of its time moved, by seed', () => {
    const torn = (share: number, seed: number) => {
      const board = make({ executesFrom: 'ram' });
      dirty(board, 1);
      board.nvmc.write(CONFIG, Een);
      board.nvmc.write(ERASEPAGE, PAGE);
      board.clock.advance(ns(ms(85) * share));
      board.nvmc.powerLoss(new Random(seed));
      return board;
    };
    for (const share of [0.1, 0.5, 0.9]) {
      expect(zeros(torn(share, 1), 1) / (PAGE * 8)).to.be.closeTo(1 - share, 0.02);
    }
    expect(torn(0.5, 1).flash.dump()).to.deep.equal(torn(0.5, 1).flash.dump());
    expect(torn(0.5, 1).flash.dump()).not.to.deep.equal(torn(0.5, 2).flash.dump());
    expect(torn(0.5, 1).flash.eraseCount(1)).to.equal(0);
  });

  it('in mid program leaves a subset of the bits cleared', () => {
    const { nvmc, flash, clock } = make({ executesFrom: 'ram' });
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(0, 0x0000_ffff);
    clock.advance(us(20));
    nvmc.powerLoss(new Random(3));
    const word = flash.read(0);
    expect(word & 0xffff).to.equal(0xffff);
    expect(word >>> 16).to.be.within(1, 0xfffe);
  });

  it('within a stall, by an event of the clock, ends the work of the CPU', () => {
    const board = make();
    const { nvmc, flash, clock } = board;
    dirty(board, 1);
    clock.schedule(ms(40), () => nvmc.powerLoss(new Random(1)));
    nvmc.write(CONFIG, Een);
    nvmc.write(ERASEPAGE, PAGE);
    expect(zeros(board, 1) / (PAGE * 8)).to.be.closeTo(1 - 40 / 85, 0.02);
    nvmc.write(ERASEPAGE, 2 * PAGE);
    nvmc.storeWord(0, 0);
    expect([flash.pagesErased, flash.read(0), nvmc.read(READY)]).to.deep.equal([0, ONES, 0]);
  });

  it('in mid ERASEALL tears everything, UICR too', () => {
    const board = make({ executesFrom: 'ram' });
    dirty(board, 0);
    for (let word = 0; word < 1024; word++) board.uicr.program(word, 0);
    board.nvmc.write(CONFIG, Een);
    board.nvmc.write(ERASEALL, 1);
    board.clock.advance(ms(80));
    board.nvmc.powerLoss(new Random(1));
    expect(zeros(board, 0)).to.be.within(1, PAGE * 8 - 1);
    expect(board.uicr.bytes(0, PAGE).every((byte) => byte === 0xff)).to.equal(false);
  });

  it('in mid partial erasure moves bits, too', () => {
    const board = make({ executesFrom: 'ram' });
    dirty(board, 0);
    board.nvmc.write(CONFIG, Een);
    board.nvmc.write(ERASEPAGEPARTIALCFG, 80);
    board.nvmc.write(ERASEPAGEPARTIAL, 0);
    board.clock.advance(ms(40));
    board.nvmc.powerLoss(new Random(1));
    expect(zeros(board, 0)).to.be.within(1, PAGE * 8 - 1);
  });

  it('leaves the cells alone when nothing is under way', () => {
    const board = make();
    dirty(board, 0);
    board.nvmc.powerLoss(new Random(1));
    expect(zeros(board, 0)).to.equal(PAGE * 8);
  });
});
