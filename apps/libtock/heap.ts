// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A heap in the process's own RAM: first fit over a sorted list of free blocks, grown by sbrk.
 *
 * NON-TOCK: takes the place of newlib's malloc. The list is the program's own, outside the simulated
 * RAM; the blocks are inside.
 */

interface Block {
  readonly address: number;
  readonly size: number;
}

const ALIGN = 8;

export class Heap {
  private free: Block[] = [];
  private readonly used = new Map<number, number>();

  /** Adds memory that the program got from the kernel. */
  grow(address: number, size: number): void {
    this.release({ address, size });
  }

  /** Bytes that must be added before a request of that size fits. */
  static rounded(size: number): number {
    return Math.max(ALIGN, Math.ceil(size / ALIGN) * ALIGN);
  }

  /** The address of a free block, now used; undefined when none is large enough. */
  allocate(size: number): number | undefined {
    const need = Heap.rounded(size);
    const index = this.free.findIndex((block) => block.size >= need);
    const block = this.free[index];
    if (block === undefined) return undefined;
    if (block.size === need) this.free.splice(index, 1);
    else this.free[index] = { address: block.address + need, size: block.size - need };
    this.used.set(block.address, need);
    return block.address;
  }

  /** Gives a block back; false when there is none at that address. */
  deallocate(address: number): boolean {
    const size = this.used.get(address);
    if (size === undefined) return false;
    this.used.delete(address);
    this.release({ address, size });
    return true;
  }

  /** Inserts a block in order and joins it with its neighbours. */
  private release({ address, size }: Block): void {
    const { free } = this;
    const after = free.findIndex((block) => block.address > address);
    const at = after < 0 ? free.length : after;
    free.splice(at, 0, { address, size });
    this.join(at);
    this.join(at - 1);
  }

  /** Makes one block of two that touch: the one at an index and the next. */
  private join(index: number): void {
    const [first, second] = [this.free[index], this.free[index + 1]];
    if (first === undefined || first.address + first.size !== second?.address) return;
    this.free.splice(index, 2, { address: first.address, size: first.size + second.size });
  }
}
