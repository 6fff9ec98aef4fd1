// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits of one program or erase, against the flash in memory that replays the public vectors.
 *
 * NON-TOCK: two implementations of one cut.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Cells } from '#lab/crash/cells';
import { MovingBits } from '#lab/crash/moving-bits';
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import type { FlashRequest } from '#libraries/store/storage';

const GEOMETRY = { wordSize: 4, pageSize: 32, numPages: 2, maxWordWrites: 9, maxPageErases: 9 };
const SETS = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:5', 'xorshift:99'];

function randomRequest(random: Random, image: Uint8Array): FlashRequest {
  if (random.below(4) === 0) {
    return { operation: 'erase', page: 0, byteOffset: 0, length: 32, bytes: new Uint8Array(0) };
  }
  const length = 4 * (1 + random.below(4));
  const byteOffset = 4 * random.below(8 - length / 4 + 1);
  // A lawful program sets no bit.
  const bytes = image.slice(byteOffset, byteOffset + length).map((byte) => byte & random.u32());
  return { operation: 'write', page: 0, byteOffset, length, bytes };
}

function fixture(random: Random): { cells: Cells; request: FlashRequest; moving: MovingBits } {
  const cells = new Cells(GEOMETRY);
  for (let at = 0; at < 32; at++) cells.image[at] = random.u32() >>> random.below(24);
  const request = randomRequest(random, cells.image);
  const moving = new MovingBits(cells);
  moving.read(request);
  return { cells, request, moving };
}

/** The same cut on the other flash. */
function corrupted(cells: Cells, request: FlashRequest, set: string): BufferStorage {
  const flash = new BufferStorage(GEOMETRY, false);
  flash.image.set(cells.image);
  flash.arm(0);
  if (request.operation === 'erase') flash.erase(0);
  else flash.write(0, request.byteOffset, request.bytes, 0, request.length);
  flash.corrupt(bitChoice(set) ?? (() => false));
  return flash;
}

/** The number of moved bits, and their numbers, told by trying each alone. */
function effect(cells: Cells, moving: MovingBits, move: () => void): string {
  const mark = { length: 0, hash: 0, check: 0 };
  cells.mark(mark);
  move();
  const image = Buffer.from(cells.image).toString('hex');
  cells.undo(mark);
  expect(moving.total).to.be.greaterThan(-1);
  return image;
}

describe('lab/crash/moving-bits', () => {
  it('each named set leaves the image and the wear that the flash in memory is left with', () => {
    for (let seed = 1; seed < 200; seed++) {
      for (const set of SETS) {
        const { cells, request, moving } = fixture(new Random(seed));
        const flash = corrupted(cells, request, set);
        moving.moveSet(set);
        const at = `seed ${seed}, ${set}`;
        expect([...cells.image], at).to.deep.equal([...flash.image]);
        // A request that moves nothing is whole in one flash and nothing in the other.
        if (moving.total === 0) continue;
        expect([...cells.pageErases], at).to.deep.equal([...flash.pageErases]);
        expect([...cells.wordWrites], at).to.deep.equal([...flash.wordWrites]);
      }
    }
  });

  it('the quick ways to move bits are the sets that their texts say', () => {
    for (let seed = 1; seed < 100; seed++) {
      const { cells, moving } = fixture(new Random(seed));
      const { total } = moving;
      if (total === 0) continue;
      const bit = seed % total;
      const at = (set: string): string =>
        effect(cells, moving, () => {
          moving.moveSet(set);
        });
      expect(
        effect(cells, moving, () => {
          moving.moveOnly(bit);
        }),
      ).to.equal(at(`set:${bit}`));
      expect(
        effect(cells, moving, () => {
          moving.moveAllBut(bit);
        }),
      ).to.equal(at(`but:${bit}`));
      expect(
        effect(cells, moving, () => {
          moving.moveAll();
        }),
      ).to.equal(at('all'));
      const mask = seed & (total >= 31 ? -1 : (1 << total) - 1);
      const bits = Array.from({ length: 31 }, (_, nth) => nth).filter((nth) => (mask >>> nth) & 1);
      const set = bits.length === 0 ? 'none' : `set:${bits.join(',')}`;
      if (total <= 31) {
        expect(
          effect(cells, moving, () => {
            moving.moveMask(mask);
          }),
        ).to.equal(at(set));
      }
      expect(at(`first:${bit}`)).to.equal(
        effect(cells, moving, () => {
          moving.moveIf((nth) => nth < bit);
        }),
      );
    }
  });

  it('a moving bit has its number in the flash, and what has not moved is told', () => {
    const { cells, moving } = fixture(new Random(3));
    for (let bit = 0; bit < moving.total; bit++) {
      const before = cells.image.slice();
      const mark = { length: 0, hash: 0, check: 0 };
      cells.mark(mark);
      moving.moveOnly(bit);
      const number = moving.flashBit(bit);
      before[number >>> 3] = (before[number >>> 3] ?? 0) ^ (1 << (number & 7));
      expect([...cells.image]).to.deep.equal([...before]);
      const left = [...moving.unmoved().values()].map((mask) =>
        mask.toString(2).replace(/0|-/g, ''),
      );
      expect(left.length).to.be.greaterThan(0);
      cells.undo(mark);
    }
    moving.moveAll();
    expect(moving.unmoved().size).to.equal(0);
  });

  it('prefixes are those after which a byte, or a word, is whole', () => {
    const cells = new Cells(GEOMETRY);
    const bytes = new Uint8Array(Int32Array.of(0x00ff_fff0, -1, 0x7fff_ffff).buffer);
    const moving = new MovingBits(cells);
    moving.read({ operation: 'write', page: 0, byteOffset: 0, length: 12, bytes });
    expect(moving.total).to.equal(13);
    expect([...moving.prefixes(8)]).to.deep.equal([0, 4, 12, 13]);
    expect([...moving.prefixes(32)]).to.deep.equal([0, 12, 13]);
  });

  it('a bit that moves the wrong way is one that was at its goal', () => {
    const random = new Random(8);
    for (let seed = 1; seed < 50; seed++) {
      const { cells, request, moving } = fixture(new Random(seed));
      if (moving.count === 0) continue;
      const bit = moving.arrivedBit(random);
      if (bit === undefined) continue;
      const stands = ((cells.words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1;
      expect(stands).to.equal(request.operation === 'erase' ? 1 : 0);
    }
  });
});
