// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list of bad sectors: its bytes, its two copies, and what a cut leaves of them.
 *
 * NON-TOCK: tests. The bytes are worked out by hand; the CRC is that of Node's own zlib.
 */
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { BadSectors } from '#libraries/cfstore/spares/bad-sectors';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import { FlashSteps } from '#libraries/store/flash-steps';
import { runAtOnce as run } from '#libraries/store/run-at-once';

function blank(): BufferStorage {
  const limits = { maxWordWrites: 1, maxPageErases: 1 };
  return new BufferStorage({ wordSize: 4, pageSize: 32, numPages: 4, ...limits });
}

function loaded(flash: BufferStorage): BadSectors {
  const bad = new BadSectors(new FlashSteps(flash), [0, 1]);
  expect(run(bad.load())).to.equal(true);
  return bad;
}

describe('libraries/cfstore/spares/bad-sectors', () => {
  it('writes a cell into each copy: a tag, a number, the sector, a CRC (CF-27)', () => {
    const flash = blank();
    expect(run(loaded(flash).add(0x0102))).to.equal(true);
    const fields = Uint8Array.of(0xb5, 0, 1, 2);
    const cell = new Uint8Array(8);
    cell.set(fields);
    new DataView(cell.buffer).setUint32(4, crc32(fields));
    for (const copy of [0, 32]) {
      expect(flash.image.slice(copy, copy + 8)).to.deep.equal(cell);
      expect(flash.image.slice(copy + 8, copy + 32).every((byte) => byte === 0xff)).to.equal(true);
    }
  });

  it('keeps the order, and no sector twice', () => {
    const flash = blank();
    const bad = loaded(flash);
    for (const sector of [7, 3, 7, 9]) expect(run(bad.add(sector))).to.equal(true);
    expect(loaded(flash).sectors).to.deep.equal([7, 3, 9]);
  });

  it('blank flash has none, and so has garbage', () => {
    expect(loaded(blank()).sectors).to.deep.equal([]);
    for (const filler of [0, 0xb5, 0x55]) {
      const flash = blank();
      flash.image.fill(filler);
      expect(loaded(flash).sectors).to.deep.equal([]);
    }
  });

  it('a cut at any bit of either copy leaves the old list or the new one, which then is in both', () => {
    for (const call of [0, 1]) {
      for (const choice of ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:5']) {
        const flash = blank();
        run(loaded(flash).add(2));
        const bad = loaded(flash);
        flash.arm(call);
        run(bad.add(3));
        flash.corrupt(bitChoice(choice) ?? expect.fail(choice));
        const { sectors } = loaded(flash);
        expect(sectors.join(), `${call} ${choice}`).to.be.oneOf(['2', '2,3']);
        // Each copy alone has it.
        for (const copy of [0, 32]) {
          const one = flash.clone();
          one.image.fill(0, 32 - copy, 64 - copy);
          expect(loaded(one).sectors).to.deep.equal(sectors);
        }
        const again = loaded(flash);
        expect(run(again.add(3))).to.equal(true);
        expect(loaded(flash).sectors).to.deep.equal([2, 3]);
        flash.violation = undefined;
      }
    }
  });

  it('says when neither copy takes a cell any more', () => {
    const bad = loaded(blank());
    expect([1, 2, 3, 4, 5].map((sector) => run(bad.add(sector)))).to.deep.equal([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(bad.sectors).to.deep.equal([1, 2, 3, 4]);
  });
});
