// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Each flaw of upstream's flash driver, shown beside the driver without it.
 *
 * NON-TOCK: tests; the flaws were found by reading, none was tried on hardware.
 */
import { expect } from 'chai';
import { FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import { FLASH_CTRL_FLAWS, type FlashCtrlFlaw } from '#chips/lowrisc/flash-flaws';
import { FlashRegister, Intr } from '#chips/lowrisc/registers/flash-map';
import { ErrorCode } from '#kernel/errorcode';
import { Err } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { Driven, same, type Outcomes, type Powered, type PowerOptions } from './support.ts';

describe('Flaws of the upstream flash driver, by name', () => {
  let driven: Driven;
  let powered: Powered;
  let flash: FlashCtrlPartition;
  let client: Outcomes;

  function boot(options: PowerOptions = {}): void {
    driven = new Driven(options);
    ({ powered, flash, client } = driven);
  }

  beforeEach(() => boot());

  const write = (address: number, bytes: readonly number[]): void => driven.write(address, bytes);
  const read = (address: number, length: number): number[] => driven.read(address, length);
  const erase = (page: number): void => driven.erase(page);
  const bootWith = (flaw: FlashCtrlFlaw, options: PowerOptions = {}): void =>
    boot({ flaws: new Set([flaw]), ...options });

  it('all say what they are', () => {
    for (const text of Object.values(FLASH_CTRL_FLAWS)) expect(text.length).to.be.greaterThan(20);
  });

  it('flash-ctrl-region-size: the pages after a region are protected, too', () => {
    const protect = (): void => {
      powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
      erase(1);
    };
    protect();
    expect(client.errors).to.deep.equal([undefined]);
    bootWith('flash-ctrl-region-size');
    protect();
    expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
    const place = powered.registers.read(FlashRegister.MP_REGION);
    expect([place & 0x1ff, place >>> 9]).to.deep.equal([300, 2]);
  });

  it('flash-ctrl-errors-lost: a broken word is read as zeros, and as success', () => {
    bootWith('flash-ctrl-errors-lost', { ownRegion: { ecc: true } });
    write(0, same(8, 3));
    write(0, same(8, 1));
    expect(read(0, 8)).to.deep.equal(same(8, 0));
    expect(client.errors).to.deep.equal([undefined, undefined, undefined]);
    // A protection fault still comes through.
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
    write(16, same(8, 3));
    expect(client.errors.at(-1)).to.equal('FlashMemoryProtectionError');
  });

  describe('flash-ctrl-prog-empty-always', () => {
    const eraseWith = (options: PowerOptions): void => {
      bootWith('flash-ctrl-prog-empty-always', options);
      flash.erasePage(0);
    };

    it('an erasure of 72 ms never completes on the chip of 2024', () => {
      eraseWith({});
      powered.settle();
      expect(powered.clock.now).to.equal(ms(72));
      expect(client.calls).to.be.empty;
      expect(powered.registers.read(FlashRegister.INTR_STATE) & Intr.OP_DONE).to.not.equal(0);
      expect(powered.registers.read(FlashRegister.INTR_ENABLE)).to.equal(0);
      expect(flash.erasePage(1)).to.deep.equal(Err(ErrorCode.BUSY));
    });

    it('it completes with the edges of the chip of 2023', () => {
      eraseWith({ fifoIrq: 'event' });
      powered.settle();
      expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
    });

    it('it completes on a model so fast that the erasure is done before the handler runs', () => {
      eraseWith({ timing: 'rtl' });
      powered.clock.advance(us(3));
      powered.settle();
      expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
    });

    it('the correct driver completes on all of them', () => {
      for (const options of [{}, { fifoIrq: 'event' }, { timing: 'rtl' }] as const) {
        boot(options);
        erase(0);
        expect(client.calls).to.have.length(1);
      }
    });
  });

  describe('flash-ctrl-region-0-shared', () => {
    const CODE = { firstPage: 0, pages: 8, read: true };

    function eraseCode(): void {
      const code = new FlashCtrlPartition(powered.controller, { firstPage: 0, pages: 8 });
      code.setClient(client);
      code.erasePage(0);
      powered.settle();
    }

    it("the board's region is lost at the first operation, and its code can be erased", () => {
      bootWith('flash-ctrl-region-0-shared');
      powered.controller.regions.set(0, CODE);
      eraseCode();
      expect(client.errors).to.deep.equal([undefined]);
    });

    it("a region that the board sets later stays: the driver's comes once", () => {
      bootWith('flash-ctrl-region-0-shared');
      erase(0);
      powered.controller.regions.set(0, CODE);
      eraseCode();
      expect(client.errors).to.deep.equal([undefined, 'FlashMemoryProtectionError']);
    });

    it("when the board locked it, the driver's own settings are lost", () => {
      bootWith('flash-ctrl-region-0-shared', { ownRegion: { ecc: true } });
      powered.controller.regions.set(0, CODE);
      powered.controller.regions.lock(0);
      eraseCode();
      expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
      expect(powered.registers.hasEcc(300)).to.equal(false);
    });

    it('without the flaw both have their region', () => {
      boot({ ownRegion: { ecc: true } });
      powered.controller.regions.set(0, CODE);
      eraseCode();
      expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
      expect(powered.registers.hasEcc(300)).to.equal(true);
    });
  });
});
