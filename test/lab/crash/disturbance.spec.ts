// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a part does besides at a cut.
 *
 * NON-TOCK: test of lab/crash/disturbance.ts and parts.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Cells } from '#lab/crash/cells';
import { disturbance, flip } from '#lab/crash/disturbance';
import { MovingBits } from '#lab/crash/moving-bits';
import { SOUND_PART, behavioursOf } from '#lab/crash/parts';

const GEOMETRY = { wordSize: 4, pageSize: 32, numPages: 2, maxWordWrites: 2, maxPageErases: 9 };

function cutOne(): { cells: Cells; moving: MovingBits } {
  const cells = new Cells(GEOMETRY);
  cells.put(0, 0x0fff_ffff, 1);
  const moving = new MovingBits(cells);
  const bytes = Uint8Array.of(0, 0xff, 0xff, 0xff);
  moving.read({ operation: 'write', page: 0, byteOffset: 0, length: 4, bytes });
  return { cells, moving };
}

describe('lab/crash/disturbance', () => {
  it('a sound part does nothing besides', () => {
    const { cells, moving } = cutOne();
    const { behaviours, point } = disturbance(SOUND_PART, new Random(1), moving, cells);
    expect([behaviours, point]).to.deep.equal([[], {}]);
    expect(behavioursOf(SOUND_PART)).to.deep.equal([]);
    expect(behavioursOf({ ...SOUND_PART, badPages: [1], rot: 2 })).to.deep.equal([
      'rot',
      'badPages',
    ]);
  });

  it('cells are unstable when bits had not moved, weak when all had', () => {
    const part = { ...SOUND_PART, unstable: 1, weak: 1 };
    const { cells, moving } = cutOne();
    const half = disturbance(part, new Random(1), moving, cells);
    expect(half.behaviours).to.deep.equal(['unstable']);
    moving.moveAll();
    const whole = disturbance(part, new Random(1), moving, cells);
    expect(whole.behaviours).to.deep.equal(['weak']);
    const [bit = -1] = whole.point.after ?? [];
    expect(bit).to.be.within(0, 7);
    expect(whole.fallBack(cells)).to.equal(true);
    expect(cells.image[0]).to.equal(1 << bit);
  });

  it('rot strikes anywhere, the wrong way only a bit that was at its goal', () => {
    const { cells, moving } = cutOne();
    const part = { ...SOUND_PART, rot: 1, wrongWay: 1 };
    const random = new Random(4);
    for (let count = 0; count < 50; count++) {
      const { behaviours, point } = disturbance(part, random, moving, cells);
      expect(behaviours).to.deep.equal(['rot', 'wrongWay']);
      const [rot = -1, wrongWay = -1] = point.before ?? [];
      expect(rot).to.be.within(0, 32 * 16 - 1);
      expect(wrongWay).to.be.within(28, 31);
    }
  });

  it('a flip is undone by another', () => {
    const { cells } = cutOne();
    const before = cells.image.slice();
    flip(cells, [0, 77]);
    expect([...cells.image]).to.not.deep.equal([...before]);
    flip(cells, [77, 0]);
    expect([...cells.image]).to.deep.equal([...before]);
  });
});
