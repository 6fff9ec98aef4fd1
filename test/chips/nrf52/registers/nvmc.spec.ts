// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The NVMC's registers behave as the register file and the Product Specifications say.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { NvmcRegister, UICR_START, UicrRegister, WriteEnable } from '#chips/nrf52/registers/map';
import { NVMC_TIMING } from '#chips/nrf52/timing';
import { KernelPanic } from '#kernel/assert';
import { Err, Ok } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { dirty, make, ONES, PAGE, zeros } from './support.ts';

const { READY, CONFIG, ERASEPAGE, ERASEALL, ERASEPCR0, ERASEUICR } = NvmcRegister;
const { ERASEPAGEPARTIAL, ERASEPAGEPARTIALCFG, ICACHECNF, IHIT, IMISS, READYNEXT } = NvmcRegister;
const { Ren, Wen, Een } = WriteEnable;

describe('NVMC registers', () => {
  it('have the reset values of nrf52840.svd', () => {
    const { nvmc } = make();
    const values = { READY: 1, READYNEXT: 1, CONFIG: 0, ERASEPAGE: 0, ERASEALL: 0, ERASEUICR: 0 };
    for (const [name, value] of Object.entries({ ...values, ICACHECNF: 0, IHIT: 0, IMISS: 0 })) {
      expect(nvmc.read(NvmcRegister[name as keyof typeof NvmcRegister]), name).to.equal(value);
    }
    expect(nvmc.read(ERASEPAGEPARTIALCFG)).to.equal(0x0a);
    expect(nvmc.read(ERASEPAGEPARTIAL)).to.equal(0);
    expect(nvmc.read(ERASEPCR0)).to.equal(0);
  });

  it('keep the bits that they have', () => {
    const { nvmc } = make();
    for (const [offset, written, kept] of [
      [CONFIG, 0xff, 3],
      [ERASEPAGEPARTIALCFG, 0xff, 0x7f],
      [ICACHECNF, ONES, 0x101],
      [READY, 0, 1],
      [READYNEXT, 0, 1],
      [IHIT, 5, 0],
      [IMISS, 5, 0],
    ] as const) {
      nvmc.write(offset, written);
      expect(nvmc.read(offset), offset.toString(16)).to.equal(kept);
    }
  });

  it('say so when there is none at an offset', () => {
    const { nvmc } = make();
    expect(() => nvmc.read(0x600)).to.throw(KernelPanic, 'no register at offset 0x600');
    expect(() => nvmc.write(0x404, 1)).to.throw(KernelPanic, 'no register at offset 0x404');
  });

  it('protect a region by ACL from stores, erasures and loads', () => {
    const board = make();
    const { nvmc, flash } = board;
    dirty(board, 1);
    nvmc.write(0x800, PAGE);
    nvmc.write(0x804, PAGE);
    nvmc.write(0x808, 0b010);
    expect(nvmc.read(0x808)).to.equal(0b010);
    nvmc.write(CONFIG, Een);
    nvmc.write(ERASEPAGE, PAGE);
    nvmc.write(ERASEALL, 1);
    expect(flash.read(1024)).to.equal(0);
    expect(nvmc.load(PAGE)).to.deep.equal(Ok(0));
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(2 * PAGE - 4, 0);
    expect(nvmc.ignored).to.equal(3);
    expect(nvmc.lastIgnored).to.equal('a store to 0x1ffc, which an ACL region protects');
    nvmc.write(0x808, 0b100);
    expect(nvmc.load(PAGE).ok).to.equal(false);
  });
});

describe('NVMC mode gate (CONFIG.WEN)', () => {
  for (const [mode, name] of [
    [Ren, 'Ren'],
    [Een, 'Een'],
  ] as const) {
    it(`ignores a store in ${name}, and takes no time`, () => {
      const { nvmc, flash, clock } = make();
      nvmc.write(CONFIG, mode);
      expect(nvmc.store(8, 0, 4)).to.deep.equal(Ok());
      expect([flash.read(2), clock.now, nvmc.ignored]).to.deep.equal([ONES, 0, 1]);
      expect(nvmc.lastIgnored).to.contain('without CONFIG.WEN = Wen');
    });
  }

  for (const [mode, name] of [
    [Ren, 'Ren'],
    [Wen, 'Wen'],
  ] as const) {
    it(`ignores erasures in ${name}`, () => {
      const board = make();
      const { nvmc, clock } = board;
      dirty(board, 0);
      board.uicr.program(0, 0);
      nvmc.write(CONFIG, mode);
      nvmc.write(ERASEPAGE, 0);
      nvmc.write(ERASEALL, 1);
      nvmc.write(ERASEUICR, 1);
      nvmc.write(ERASEPAGEPARTIAL, 0);
      expect([board.flash.read(0), board.uicr.read(0), clock.now]).to.deep.equal([0, 0, 0]);
      expect(nvmc.ignored).to.equal(4);
    });
  }

  it('programs in Wen: 41 us a word, the CPU stalled', () => {
    const { nvmc, flash, clock } = make();
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(8, 0x1234_5678);
    expect([flash.read(2), clock.now, nvmc.stalled]).to.deep.equal([0x1234_5678, us(41), us(41)]);
    expect(nvmc.read(READY)).to.equal(1);
  });

  it('erases in Een: 85 ms a page, by ERASEPAGE and by its old name', () => {
    const board = make();
    const { nvmc, clock } = board;
    nvmc.write(CONFIG, Een);
    for (const [register, page] of [
      [ERASEPAGE, 3],
      [ERASEPCR0, 255],
    ] as const) {
      dirty(board, page);
      const before = clock.now;
      nvmc.write(register, page * PAGE);
      expect(clock.now - before).to.equal(ms(85));
      expect(zeros(board, page)).to.equal(0);
    }
  });

  it('counts the time in which the flash was busy: what is ignored takes none', () => {
    const board = make();
    const { nvmc, flash } = board;
    nvmc.storeWord(8, 0);
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(8, 0);
    nvmc.storeWord(12, 0);
    nvmc.write(CONFIG, Een);
    nvmc.write(ERASEPAGE, 0);
    expect(flash.busy).to.deep.equal({ programming: 2 * us(41), erasing: ms(85) });
  });

  it('ignores an erasure outside the flash', () => {
    const { nvmc, clock } = make();
    nvmc.write(CONFIG, Een);
    nvmc.write(ERASEPAGE, 256 * PAGE);
    nvmc.write(ERASEPAGE, UICR_START);
    expect([nvmc.ignored, clock.now]).to.deep.equal([2, 0]);
  });
});

describe('NVMC stores', () => {
  it('that are narrow, unaligned or outside are bus faults, and change nothing', () => {
    const { nvmc, flash } = make();
    nvmc.write(CONFIG, Wen);
    for (const [address, size] of [
      [8, 1],
      [8, 2],
      [9, 4],
      [10, 4],
      [0x10_0000, 4],
      [0x2000_0000, 4],
      [-4, 4],
      [UICR_START + PAGE, 4],
    ] as const) {
      const result = nvmc.store(address, 0, size);
      expect(result.ok, `${address}, ${size}`).to.equal(false);
      if (!result.ok) expect(result.error).to.contain('bus fault: a store');
    }
    expect(flash.wordsProgrammed).to.equal(0);
    expect(() => nvmc.storeWord(2, 0)).to.throw(KernelPanic, 'whole, aligned words');
  });

  it('reach UICR by its address, with the same law', () => {
    const { nvmc, uicr, flash } = make();
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(UICR_START + UicrRegister.CUSTOMER, 7);
    nvmc.storeWord(UICR_START + UicrRegister.REGOUT0, 0xffff_fffd);
    expect([uicr.read(0x20), uicr.read(0xc1)]).to.deep.equal([7, 0xffff_fffd]);
    expect(flash.wordsProgrammed).to.equal(0);
    expect(nvmc.load(UICR_START + UicrRegister.REGOUT0)).to.deep.equal(Ok(0xffff_fffd));
    expect(nvmc.load(0x2000_0000)).to.deep.equal(
      Err('bus fault: a load of 4 bytes at 0x20000000: nothing is there'),
    );
  });

  it('a third one to a word is explained (nWRITE = 2)', () => {
    const { nvmc } = make();
    nvmc.write(CONFIG, Wen);
    nvmc.storeWord(0x3f8, 3);
    nvmc.storeWord(0x3f8, 1);
    expect(() => nvmc.storeWord(0x3f8, 0)).to.throw(
      KernelPanic,
      'word 0x3f8 programmed a 3rd time since its page was erased (limit 2); first by an unnamed writer at 0.041 ms, last by an unnamed writer at 0.082 ms',
    );
  });
});

describe('NVMC erasures of everything', () => {
  it('ERASEUICR erases UICR only', () => {
    const board = make();
    board.uicr.program(0x20, 0);
    dirty(board, 0);
    board.nvmc.write(CONFIG, Een);
    board.nvmc.write(ERASEUICR, 0);
    expect(board.uicr.read(0x20)).to.equal(0);
    board.nvmc.write(ERASEUICR, 1);
    expect([board.uicr.read(0x20), board.flash.read(0)]).to.deep.equal([ONES, 0]);
    expect(board.clock.now).to.equal(ms(85));
  });

  it('ERASEALL erases flash and UICR in 169 ms, a figure that is marked as not verified', () => {
    const board = make();
    board.uicr.program(0x20, 0);
    dirty(board, 0);
    dirty(board, 255);
    board.nvmc.write(CONFIG, Een);
    board.nvmc.write(ERASEALL, 1);
    expect([zeros(board, 0), zeros(board, 255), board.uicr.read(0x20)]).to.deep.equal([0, 0, ONES]);
    expect(board.clock.now).to.equal(ms(169));
    expect(NVMC_TIMING.eraseAll.mark).to.equal('M');
    expect(NVMC_TIMING.eraseAll.source).to.contain('unverified');
  });
});
