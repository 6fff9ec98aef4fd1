// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Regions as the board sets them up: what they allow, their order, and their locks.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { FlashRegions } from '#chips/lowrisc/flash-regions';
import { FlashRegister } from '#chips/lowrisc/registers/flash-map';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { power, type Powered } from './support.ts';

describe('FlashRegions', () => {
  let powered: Powered;
  let regions: FlashRegions;
  const CODE = { firstPage: 0, pages: 8, read: true };

  beforeEach(() => {
    powered = power();
    ({ regions } = powered.controller);
  });

  it('G11: locking a region twice is ALREADY', () => {
    expect(regions.isLocked(3)).to.equal(false);
    expect(regions.lock(3)).to.deep.equal(Ok());
    expect(regions.isLocked(3)).to.equal(true);
    expect(regions.lock(3)).to.deep.equal(Err(ErrorCode.ALREADY));
    expect(regions.isLocked(2)).to.equal(false);
  });

  it('a locked region takes no other settings: NOSUPPORT', () => {
    regions.set(0, CODE);
    regions.lock(0);
    const before = powered.registers.read(FlashRegister.MP_REGION_CFG);
    expect(regions.set(0, { ...CODE, erase: true })).to.deep.equal(Err(ErrorCode.NOSUPPORT));
    expect(powered.registers.read(FlashRegister.MP_REGION_CFG)).to.equal(before);
  });

  it('there are eight, and pages 0 to 511', () => {
    for (const index of [-1, 8, 0.5, NaN]) {
      expect(regions.set(index, CODE)).to.deep.equal(Err(ErrorCode.NOSUPPORT));
      expect(regions.lock(index)).to.deep.equal(Err(ErrorCode.NOSUPPORT));
    }
    for (const [firstPage, pages] of [
      [0, 513],
      [511, 2],
      [-1, 2],
      [0, 0],
      [0.5, 1],
      [NaN, 1],
    ] as const) {
      const outside = { ...CODE, firstPage, pages };
      expect(regions.set(0, outside)).to.deep.equal(Err(ErrorCode.NOSUPPORT));
    }
    expect(regions.set(6, { ...CODE, firstPage: 511, pages: 1 })).to.deep.equal(Ok());
    expect(regions.set(5, { ...CODE, pages: 512 })).to.deep.equal(Ok());
  });

  it('are written as the hardware reads them: SIZE from bit 9, 6 for true and 9 for false', () => {
    regions.set(2, { firstPage: 0x123, pages: 0x45, read: true, erase: true, ecc: true });
    expect(powered.registers.read(FlashRegister.MP_REGION + 8)).to.equal(0x123 | (0x45 << 9));
    expect(powered.registers.read(FlashRegister.MP_REGION_CFG + 8)).to.equal(0x969_6966);
  });

  it("the driver's own is the last: bank 1, all allowed; so is what no region covers", () => {
    const { registers } = powered;
    expect(registers.read(FlashRegister.MP_REGION + 28)).to.equal(256 | (256 << 9));
    expect(registers.read(FlashRegister.MP_REGION_CFG + 28)).to.equal(0x999_6666);
    expect(registers.read(FlashRegister.DEFAULT_REGION)).to.equal(0x99_9666);
  });
});
