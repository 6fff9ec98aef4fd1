// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The power is cut in every write and erase of a small life, with several choices of the bits that had moved.
 *
 * NON-TOCK: the crash laboratory does this at random and by the million; here are the scenarios by name.
 */
import { expect } from 'chai';
import { bitChoice } from '#libraries/store/buffer-storage';
import { Device, WornFlash, run } from './device.js';

const CHOICES = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:3'];

const FEW = ['none', 'all', 'xorshift:3'];

/** Calls `see` with a device on each flash that a cut of `act` can leave; returns how many there were. */
function cutEverywhere(
  start: WornFlash,
  act: (device: Device) => void,
  see: (cut: Device) => void,
  choices = CHOICES,
): number {
  for (let call = 0; ; call++) {
    for (const name of choices) {
      const { flash } = cutAt(start, act, call);
      if (flash.interruptedBytes === undefined) return call * choices.length;
      flash.corrupt(bitChoice(name) ?? expect.fail(name));
      expect(flash.violation).to.equal(undefined);
      see(Device.booted(flash));
    }
  }
}

function cutAt(start: WornFlash, act: (device: Device) => void, call: number): Device {
  const device = Device.booted(start.clone());
  device.flash.arm(call);
  act(device);
  return device;
}

function after(records: number, collectsLast = true): WornFlash {
  const device = Device.booted();
  for (let record = 1; record <= records; record++) {
    device.write(record);
    if (record < records || collectsLast) device.collect();
  }
  return device.flash;
}

/** One piece of garbage. */
const collectOnce = (device: Device): void => {
  run(device.noodle.collect());
};

/** The newest three whole records in a picture, and a boot that takes the newest. */
function expectRecords(device: Device, numbers: readonly number[]): void {
  for (const number of numbers) expect(device.picture).to.contain(`${number}:SabcdefgE`);
  expect(device.value).to.equal(String(numbers.at(-1)));
}

describe('libraries/noodle: cuts', () => {
  it('loses nothing of the newest three when a pop is cut (ND-18)', () => {
    const cuts = cutEverywhere(after(4, false), collectOnce, (device) => {
      expectRecords(device, [2, 3, 4]);
      device.collect();
      expect(device.picture).to.match(/^[x~ ]+ 2:SabcdefgE/);
      expect(device.write(5)).to.equal('true');
      device.collect();
      expectRecords(device, [3, 4, 5]);
    });
    expect(cuts).to.equal(9 * CHOICES.length);
  });

  it('boots with the newest when the erase of a sector is cut, and erases it again before use (ND-19)', () => {
    const device = Device.booted(after(5, false));
    collectOnce(device);
    const cuts = cutEverywhere(device.flash, collectOnce, (cut) => {
      expectRecords(cut, [3, 4, 5]);
      for (let record = 6; record < 12; record++) {
        expect(cut.write(record)).to.equal('true');
        cut.collect();
      }
      expectRecords(Device.booted(cut.flash), [9, 10, 11]);
      expect(cut.flash.violation).to.equal(undefined);
    });
    expect(cuts).to.equal(CHOICES.length);
  });

  it('shows the last record acknowledged, or the one in flight, over 12 writes with garbage collected (ND-27)', () => {
    let cuts = 0;
    for (let record = 1; record <= 12; record++) {
      const start = after(record - 1);
      const write = (device: Device): void => {
        if (device.write(record) === 'true') device.collect();
      };
      const see = (device: Device): void => {
        expect(device.value).to.be.oneOf([String(record - 1), String(record)]);
      };
      cuts += cutEverywhere(start, write, see, FEW);
    }
    expect(cuts).to.be.greaterThan(12 * 2 * 9 * FEW.length);
  });

  it('clears what many cuts in a row left, and loses no record by it', () => {
    let flash = after(3);
    for (let cut = 0; cut < 40; cut++) {
      const device = Device.booted(flash);
      flash.arm(5 + (cut % 9));
      if (device.write(99) === 'NeedsGarbageCollect') break;
      flash.corrupt(bitChoice('even') ?? expect.fail());
      expect(Device.booted(flash).value).to.equal('3');
      flash = flash.clone();
    }
    flash.disarm();
    const full = Device.booted(flash);
    full.set(4);
    expect(run(full.noodle.write())).to.equal('NeedsGarbageCollect');
    expect(full.collect()).to.equal(0);
    const reclaim = (device: Device): void => {
      run(device.noodle.reclaim());
    };
    cutEverywhere(flash, reclaim, (device) => {
      expect(device.value).to.equal('3');
    });
    expect(run(full.noodle.reclaim())).to.equal('true');
    expect(run(full.noodle.write())).to.equal('true');
    expect(Device.booted(flash).value).to.equal('4');
  });
});
