// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The heap of a script.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from '#apps/libtock/heap';

describe('Heap', () => {
  it('takes the first block that fits, aligned to 8, and joins what comes back', () => {
    const heap = new Heap();
    heap.grow(1000, 32);
    expect([heap.allocate(1), heap.allocate(9), heap.allocate(8)]).to.deep.equal([
      1000, 1008, 1024,
    ]);
    expect(heap.allocate(1)).to.equal(undefined);
    for (const address of [1008, 1000, 1024]) expect(heap.deallocate(address)).to.equal(true);
    expect(heap.allocate(32)).to.equal(1000);
  });

  it('refuses to free what it did not hand out, and twice', () => {
    const heap = new Heap();
    heap.grow(0, 16);
    const address = heap.allocate(8) ?? -1;
    expect([heap.deallocate(4), heap.deallocate(address), heap.deallocate(address)]).to.deep.equal([
      false,
      true,
      false,
    ]);
  });

  it('never hands out overlapping blocks, whatever the order of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 60 }), { maxLength: 60 }), (steps) => {
        const heap = new Heap();
        heap.grow(0, 512);
        const live = new Map<number, number>();
        for (const step of steps) {
          if (step > 0) {
            const address = heap.allocate(step);
            if (address !== undefined) live.set(address, Heap.rounded(step));
          } else {
            const address = [...live.keys()][-step % Math.max(1, live.size)];
            if (address !== undefined && heap.deallocate(address)) live.delete(address);
          }
          const blocks = [...live].sort(([a], [b]) => a - b);
          blocks.forEach(([address, size], index) => {
            expect(address + size).to.be.at.most(blocks[index + 1]?.[0] ?? 512);
          });
        }
      }),
    );
  });
});
