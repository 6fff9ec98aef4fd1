// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bits that one program or erase is to move, and what is left when only some of them have.
 *
 * NON-TOCK: the inside of a power cut.
 */
import type { Random } from '#kernel/random';
import { bitChoice } from '#libraries/store/buffer-storage';
import { ones } from '#libraries/persistent-store/format';
import type { FlashRequest } from '#libraries/store/storage';
import { programmed, wordOf, type Cells } from './cells.ts';
import type { BitSet } from './cut-model.ts';

/** Bits of one request, numbered from the lowest address and the lowest bit on. One object serves request after request. */
export class MovingBits {
  /** How many bits are to move. */
  total = 0;
  /** Words in which they are, and what those hold before and after. */
  count = 0;
  private readonly indices: Int32Array;
  private readonly old: Int32Array;
  private readonly targets: Int32Array;
  /** Moving bits in the words before each. */
  private readonly firsts: Int32Array;
  /** The page, when it is an erase. */
  private erases: number | undefined;

  constructor(private readonly cells: Cells) {
    const { pageWords } = cells;
    this.indices = new Int32Array(pageWords);
    this.old = new Int32Array(pageWords);
    this.targets = new Int32Array(pageWords);
    this.firsts = new Int32Array(pageWords + 1);
  }

  /** Looks at a request that is about to be performed. */
  read(request: FlashRequest): void {
    const { cells } = this;
    const isErase = request.operation === 'erase';
    const words = isErase ? cells.pageWords : request.length >>> 2;
    const first = request.page * cells.pageWords + (isErase ? 0 : request.byteOffset >>> 2);
    this.erases = isErase ? request.page : undefined;
    this.count = 0;
    this.total = 0;
    for (let nth = 0; nth < words; nth++) {
      const old = cells.words[first + nth] ?? 0;
      const target = isErase ? -1 : programmed(old, wordOf(request.bytes, nth * 4));
      if (old !== target) this.add(first + nth, old, target);
    }
    this.firsts[this.count] = this.total;
  }

  private add(index: number, old: number, target: number): void {
    const at = this.count++;
    this.indices[at] = index;
    this.old[at] = old;
    this.targets[at] = target;
    this.firsts[at] = this.total;
    this.total += ones(old ^ target);
  }

  /** Bits to move in the nth word. */
  private moving(nth: number): number {
    return (this.old[nth] ?? 0) ^ (this.targets[nth] ?? 0);
  }

  /** Flash bits that a set leaves where they were, by index of their word. */
  unmoved(): Map<number, number> {
    const left = new Map<number, number>();
    for (let nth = 0; nth < this.count; nth++) {
      const index = this.indices[nth] ?? 0;
      const mask = (this.cells.words[index] ?? 0) ^ (this.targets[nth] ?? 0);
      if (mask !== 0) left.set(index, mask);
    }
    return left;
  }

  /** The number in the whole flash of a moving bit. */
  flashBit(bit: number): number {
    const nth = this.wordOfBit(bit);
    const mask = nthBit(this.moving(nth), bit - (this.firsts[nth] ?? 0));
    return (this.indices[nth] ?? 0) * 32 + (31 - Math.clz32(mask));
  }

  /** The number in the whole flash of a bit that could move the wrong way: in a touched word, and at its goal already. */
  arrivedBit(random: Random): number | undefined {
    const nth = random.below(this.count);
    const target = this.targets[nth] ?? 0;
    const arrived = (this.erases === undefined ? ~target : target) & ~this.moving(nth);
    if (arrived === 0) return undefined;
    const mask = nthBit(arrived, random.below(ones(arrived)));
    return (this.indices[nth] ?? 0) * 32 + (31 - Math.clz32(mask));
  }

  /** How many bits are in the first bytes, or words, for each number of them that makes a difference. */
  *prefixes(unit: number): Generator<number> {
    yield 0;
    let bits = 0;
    for (let nth = 0; nth < this.count; nth++) {
      const moving = this.moving(nth);
      for (let low = 0; low < 32; low += unit) {
        const part = unit === 32 ? moving : (moving >>> low) & 0xff;
        if (part === 0) continue;
        bits += ones(part);
        yield bits;
      }
    }
  }

  private wordOfBit(bit: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.firsts[middle] ?? 0) <= bit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // --- What is left ------------------------------------------------------------------------------

  /** All bits have moved. */
  moveAll(): void {
    for (let nth = 0; nth < this.count; nth++) this.set(nth, this.targets[nth] ?? 0);
    this.finish(true);
  }

  /** One bit has moved, no other. */
  moveOnly(bit: number): void {
    const nth = this.wordOfBit(bit);
    const mask = nthBit(this.moving(nth), bit - (this.firsts[nth] ?? 0));
    this.set(nth, (this.old[nth] ?? 0) ^ mask);
  }

  /** All bits have moved but one. */
  moveAllBut(bit: number): void {
    const missing = this.wordOfBit(bit);
    const mask = nthBit(this.moving(missing), bit - (this.firsts[missing] ?? 0));
    for (let nth = 0; nth < this.count; nth++) {
      const target = this.targets[nth] ?? 0;
      this.set(nth, nth === missing ? target ^ mask : target);
    }
  }

  /** Of at most 32 bits, those have moved that are set in a mask. */
  moveMask(mask: number): void {
    let left = mask;
    for (let nth = 0; nth < this.count; nth++) {
      const moving = this.moving(nth);
      const bits = spread(left, moving);
      if (bits !== 0) this.set(nth, (this.old[nth] ?? 0) ^ bits);
      const width = ones(moving);
      left = width === 32 ? 0 : left >>> width;
    }
    this.finish(mask === fullMask(this.total));
  }

  /** Those bits have moved for which a predicate says so. */
  moveIf(isMoved: (bit: number, total: number) => boolean): void {
    let bit = 0;
    let moved = 0;
    for (let nth = 0; nth < this.count; nth++) {
      let bits = 0;
      for (let left = this.moving(nth); left !== 0; left &= left - 1) {
        if (isMoved(bit++, this.total)) bits |= left & -left;
      }
      moved += ones(bits);
      if (bits !== 0) this.set(nth, (this.old[nth] ?? 0) ^ bits);
    }
    this.finish(moved === this.total);
  }

  /** The bits of a set given as text have moved; `onMoved` is told each. */
  moveSet(bits: BitSet, onMoved?: (bit: number) => void): void {
    const isMoved = bitChoice(bits) ?? listed(bits);
    if (onMoved === undefined) {
      this.moveIf(isMoved);
      return;
    }
    this.moveIf((bit, total) => {
      const moves = isMoved(bit, total);
      if (moves) onMoved(bit);
      return moves;
    });
  }

  /** A word that ended as it was to be counts as programmed, one that did not does not. */
  private set(nth: number, word: number): void {
    const isErase = this.erases !== undefined;
    const programs = !isErase && word === this.targets[nth] ? 1 : 0;
    this.cells.put(this.indices[nth] ?? 0, word, programs);
  }

  private finish(isWhole: boolean): void {
    if (!isWhole || this.erases === undefined) return;
    this.cells.countErase(this.erases);
    const first = this.erases * this.cells.pageWords;
    for (let nth = 0; nth < this.cells.pageWords; nth++) this.cells.forgetPrograms(first + nth);
  }
}

function listed(bits: BitSet): (bit: number) => boolean {
  const [kind, numbers = ''] = bits.split(':');
  if (kind === 'first') return (bit) => bit < Number(numbers);
  const named = new Set(numbers.split(',').map(Number));
  return (bit) => named.has(bit) === (kind === 'set');
}

function fullMask(total: number): number {
  return total >= 32 ? -1 : (1 << total) - 1;
}

/** The nth of the bits that are set in a mask, from the lowest on. */
function nthBit(mask: number, n: number): number {
  let left = mask;
  for (let skip = n; skip > 0; skip--) left &= left - 1;
  return left & -left;
}

/** Puts the lowest bits of a number on the places that are set in a mask. */
function spread(bits: number, mask: number): number {
  let result = 0;
  let from = bits;
  for (let left = mask; left !== 0; left &= left - 1) {
    if ((from & 1) !== 0) result |= left & -left;
    from >>>= 1;
  }
  return result;
}
