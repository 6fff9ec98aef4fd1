// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The NVMC's registers behave as the register file and the Product Specifications say.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { blankCells } from '#chips/nrf52/chip';
import { NvmcRegister, UICR_START, UicrRegister, WriteEnable } from '#chips/nrf52/registers/map';
import { NvmcRegisters, type NvmcOptions } from '#chips/nrf52/registers/nvmc';
import { NVMC_TIMING } from '#chips/nrf52/timing';
import { KernelPanic } from '#kernel/assert';
import { Clock } from '#kernel/clock';
import { Random } from '#kernel/random';
import { Err, Ok } from '#kernel/result';
import { ms, ns, us } from '#kernel/time';

const ONES = 0xffff_ffff;
const PAGE = 4096;
const { READY, CONFIG, ERASEPAGE, ERASEALL, ERASEPCR0, ERASEUICR } = NvmcRegister;
const { ERASEPAGEPARTIAL, ERASEPAGEPARTIALCFG, ICACHECNF, IHIT, IMISS, READYNEXT } = NvmcRegister;
const { Ren, Wen, Een } = WriteEnable;

function make(options: Partial<NvmcOptions> = {}) {
  const clock = new Clock();
  const { flash, uicr } = blankCells();
  flash.attach(clock);
  const nvmc = new NvmcRegisters({ clock, flash, uicr, ...options });
  return { clock, flash, uicr, nvmc };
}

/** Fills a page with zeros, without time passing. */
function dirty({ flash }: ReturnType<typeof make>, page: number): void {
  for (let word = page * 1024; word < (page + 1) * 1024; word++) flash.program(word, 0);
}

function zeros({ flash }: ReturnType<typeof make>, page: number): number {
  return flash.bytes(page * PAGE, PAGE).reduce((sum, byte) => {
    return sum + 8 - byte.toString(2).replaceAll('0', '').length;
  }, 0);
}

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
