// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which page may be read, programmed and erased: regions, information pages, banks, and their locks.
 *
 * NON-TOCK: tests; OpenTitan's registers.md and theory of operation.
 */
import { expect } from 'chai';
import { FlashRegister } from '#chips/lowrisc/registers/flash-map';
import {
  FlashProtection,
  infoConfigOffset,
  infoPage,
} from '#chips/lowrisc/registers/flash-protection';

const { REGION_CFG_REGWEN, MP_REGION_CFG, MP_REGION, DEFAULT_REGION } = FlashRegister;
const { BANK_CFG_REGWEN, MP_BANK_CFG_SHADOWED } = FlashRegister;

describe('Flash protection', () => {
  let protection: FlashProtection;

  beforeEach(() => {
    protection = new FlashProtection();
  });

  function region(index: number, base: number, size: number, config: number): void {
    protection.write(MP_REGION + index * 4, base | (size << 9));
    protection.write(MP_REGION_CFG + index * 4, config);
  }

  const rules = (page: number): string =>
    Object.entries(protection.data(page))
      .filter(([, on]) => on === true)
      .map(([name]) => name)
      .join(' ');

  it('allows nothing at reset: all fields are 9', () => {
    expect(protection.read(MP_REGION_CFG)).to.equal(0x999_9999);
    expect(protection.read(DEFAULT_REGION)).to.equal(0x99_9999);
    expect(rules(0)).to.equal('');
  });

  it('DEFAULT_REGION has RD, PROG, ERASE, SCRAMBLE, ECC and HE from bit 0', () => {
    protection.write(DEFAULT_REGION, 0x99_9996);
    expect(rules(0)).to.equal('read');
    protection.write(DEFAULT_REGION, 0x99_9969);
    expect(rules(0)).to.equal('program');
    protection.write(DEFAULT_REGION, 0x96_6699);
    expect(rules(0)).to.equal('erase scramble ecc');
  });

  it('a region has EN, RD, PROG, ERASE, SCRAMBLE, ECC and HE from bit 0', () => {
    region(0, 0, 1, 0x999_9966);
    expect(rules(0)).to.equal('read');
    region(0, 0, 1, 0x966_6696);
    expect(rules(0)).to.equal('program erase scramble ecc');
  });

  it('a region covers SIZE pages from BASE on, SIZE from bit 9', () => {
    region(0, 10, 2, 0x999_9966);
    expect([9, 10, 11, 12].map(rules)).to.deep.equal(['', 'read', 'read', '']);
    expect(protection.read(MP_REGION)).to.equal(10 | (2 << 9));
  });

  it('a lower region goes before a higher one; one that is off does not count', () => {
    region(1, 0, 4, 0x999_6666);
    region(0, 1, 1, 0x999_9966);
    expect([0, 1, 2].map(rules)).to.deep.equal([
      'read program erase',
      'read',
      'read program erase',
    ]);
    region(0, 1, 1, 0x999_9969);
    expect(rules(1)).to.equal('read program erase');
  });

  it('anything but 6 is false', () => {
    for (let field = 0; field < 16; field++) {
      region(0, 0, 1, 0x999_9906 | (field << 4));
      expect(rules(0)).to.equal(field === 6 ? 'read' : '');
    }
  });

  it('REGWEN locks one region until reset', () => {
    region(3, 5, 1, 0x999_9966);
    protection.write(REGION_CFG_REGWEN + 12, 0);
    protection.write(REGION_CFG_REGWEN + 12, 1);
    expect(protection.read(REGION_CFG_REGWEN + 12)).to.equal(0);
    region(3, 6, 2, 0x999_6666);
    expect(protection.read(MP_REGION + 12)).to.equal(5 | (1 << 9));
    expect(protection.read(MP_REGION_CFG + 12)).to.equal(0x999_9966);
    expect(protection.read(REGION_CFG_REGWEN + 16)).to.equal(1);
    region(4, 6, 2, 0x999_6666);
    expect(rules(6)).to.equal('read program erase');
  });

  describe('of information pages', () => {
    it('there are 10, 1 and 2 of types 0, 1 and 2 in each bank', () => {
      expect([infoPage(0, 0, 0), infoPage(0, 0, 9), infoPage(0, 1, 0)]).to.deep.equal([0, 9, 10]);
      expect([infoPage(0, 2, 1), infoPage(1, 0, 0), infoPage(1, 2, 1)]).to.deep.equal([12, 13, 25]);
      for (const [type, page] of [
        [0, 10],
        [1, 1],
        [2, 2],
        [3, 0],
      ] as const) {
        expect(infoPage(0, type, page)).to.equal(undefined);
      }
    });

    it('configurations lie where registers.md has them', () => {
      // BANK0_INFO0_PAGE_CFG_0, _9, INFO1, INFO2_1; the same of bank 1.
      expect([0, 9, 10, 12].map(infoConfigOffset)).to.deep.equal([0xbc, 0xe0, 0xe8, 0xf8]);
      expect([13, 22, 23, 25].map(infoConfigOffset)).to.deep.equal([0x124, 0x148, 0x150, 0x160]);
    });

    it('each is configured for itself, and off at reset', () => {
      expect(protection.info(9).read).to.equal(false);
      for (let page = 0; page < 26; page++) {
        expect(protection.read(infoConfigOffset(page))).to.equal(0x999_9999);
        protection.write(infoConfigOffset(page), 0x999_9966);
        const readable = Array.from({ length: 26 }, (_, at) => protection.info(at).read);
        expect(readable.indexOf(true)).to.equal(page);
        expect(readable.lastIndexOf(true)).to.equal(page);
        protection.write(infoConfigOffset(page), 0x999_9969);
        expect(protection.info(page).read, 'without EN').to.equal(false);
      }
    });

    it('each has a lock of its own', () => {
      // BANK0_INFO0_REGWEN_0, BANK0_INFO2_REGWEN_1, BANK1_INFO1_REGWEN.
      for (const [lock, page] of [
        [0x94, 0],
        [0xf0, 12],
        [0x14c, 23],
      ] as const) {
        expect(protection.read(lock)).to.equal(1);
        protection.write(lock, 0);
        protection.write(lock, 1);
        expect(protection.read(lock)).to.equal(0);
        protection.write(infoConfigOffset(page), 0x999_6666);
        expect(protection.info(page).read).to.equal(false);
      }
      protection.write(infoConfigOffset(1), 0x999_6666);
      expect(protection.info(1).read).to.equal(true);
    });
  });

  describe('of banks', () => {
    it('takes effect with the second of two equal writes', () => {
      expect(protection.write(MP_BANK_CFG_SHADOWED, 2)).to.equal('written');
      expect(protection.mayEraseBank(1)).to.equal(false);
      expect(protection.write(MP_BANK_CFG_SHADOWED, 2)).to.equal('written');
      expect([protection.mayEraseBank(0), protection.mayEraseBank(1)]).to.deep.equal([false, true]);
    });

    it('two different writes are an update error and change nothing', () => {
      protection.write(MP_BANK_CFG_SHADOWED, 1);
      expect(protection.write(MP_BANK_CFG_SHADOWED, 3)).to.equal('update-error');
      expect(protection.read(MP_BANK_CFG_SHADOWED)).to.equal(0);
    });

    it('a read between two writes starts over', () => {
      protection.write(MP_BANK_CFG_SHADOWED, 1);
      protection.read(MP_BANK_CFG_SHADOWED);
      expect(protection.write(MP_BANK_CFG_SHADOWED, 3)).to.equal('written');
      expect(protection.mayEraseBank(0)).to.equal(false);
      protection.write(MP_BANK_CFG_SHADOWED, 3);
      expect(protection.mayEraseBank(0)).to.equal(true);
    });

    it('BANK_CFG_REGWEN locks it', () => {
      protection.write(BANK_CFG_REGWEN, 0);
      protection.write(BANK_CFG_REGWEN, 1);
      protection.write(MP_BANK_CFG_SHADOWED, 3);
      protection.write(MP_BANK_CFG_SHADOWED, 3);
      expect(protection.read(BANK_CFG_REGWEN)).to.equal(0);
      expect(protection.read(MP_BANK_CFG_SHADOWED)).to.equal(0);
    });
  });

  it('knows its own registers only', () => {
    for (const offset of [0x02c, 0x164, 0x170, 0x031, 0x095]) {
      expect(protection.read(offset)).to.equal(undefined);
      expect(protection.write(offset, 0)).to.equal('unknown');
    }
  });
});
