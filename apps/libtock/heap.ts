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
    const [before, next] = [free[at - 1], free[at]];
    const joinsBefore = before !== undefined && before.address + before.size === address;
    const joinsNext = next !== undefined && address + size === next.address;
    const start = joinsBefore ? before.address : address;
    const end = joinsNext ? next.address + next.size : address + size;
    const from = joinsBefore ? at - 1 : at;
    const replaced = (joinsBefore ? 1 : 0) + (joinsNext ? 1 : 0);
    free.splice(from, replaced, { address: start, size: end - start });
  }
}
