// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list of bad sectors, in two copies, each in a sector of its own that is never erased.
 *
 *     B5 | number (1) | sector (2) | CRC-32 of the four (4)          one cell for each bad sector, in the order in which they failed
 *
 * NON-TOCK: the meta data of the journal, as the design of CFSTORE asks for, whose form it leaves open. A list that only grows needs
 * no erasure, so that no cut can take what is in it, and a copy whose sector is bad itself is missed by nobody.
 */
import { crc32 } from '../../crc.ts';
import type { FlashSteps } from '../../store/flash-steps.ts';
import type { Steps } from '../../store/storage.ts';
import { putU32, u32At } from '../format.ts';

/** Bytes of a cell. */
export const CELL = 8;
const TAG = 0xb5;
/** What a number has room for. */
const MOST = 0x100;

/** One copy, as it was found. */
interface Copy {
  readonly page: number;
  /** Numbers that it has. */
  readonly has: Set<number>;
  /** Where its next cell goes. */
  end: number;
}

export class BadSectors {
  /** Sectors in the order in which they failed. */
  readonly sectors: number[] = [];
  private copies: Copy[] = [];

  /** `pages`: the sectors of the copies. */
  constructor(
    private readonly flash: FlashSteps,
    private readonly pages: readonly number[],
  ) {}

  /** Reads both copies, and adds to each what only the other has. False: the flash could not be read. */
  *load(): Steps<boolean> {
    const found = new Map<number, number>();
    this.copies = [];
    for (const page of this.pages) {
      const bytes = yield* this.flash.read(page, 0, this.flash.storage.pageSize);
      if (bytes === undefined) return false;
      this.copies.push(copyOf(page, bytes, found));
    }
    this.sectors.length = 0;
    for (;;) {
      const sector = found.get(this.sectors.length);
      if (sector === undefined) break;
      this.sectors.push(sector);
    }
    for (const [number, sector] of this.sectors.entries()) yield* this.write(number, sector);
    return true;
  }

  /** Adds a sector, if it is not there: whether one copy at least has it. */
  *add(sector: number): Steps<boolean> {
    if (this.sectors.includes(sector)) return true;
    const isWritten = yield* this.write(this.sectors.length, sector);
    if (isWritten) this.sectors.push(sector);
    return isWritten;
  }

  /** Writes a cell into each copy that does not have it: whether one has it then. */
  private *write(number: number, sector: number): Steps<boolean> {
    const cell = cellOf(number, sector);
    let isThere = false;
    for (const copy of this.copies) {
      const isFull = copy.end + CELL > this.flash.storage.pageSize || number >= MOST;
      if (!copy.has.has(number) && !isFull) {
        // What fails has used its cell up.
        const at = copy.end;
        copy.end += CELL;
        if (yield* this.flash.write(copy.page, at, cell)) copy.has.add(number);
      }
      isThere ||= copy.has.has(number);
    }
    return isThere;
  }
}

function cellOf(number: number, sector: number): Uint8Array {
  const cell = Uint8Array.of(TAG, number, sector >>> 8, sector, 0, 0, 0, 0);
  putU32(cell, 4, crc32(cell, 0, 4));
  return cell;
}

/** Reads one copy: cells that are torn are stepped over. */
function copyOf(page: number, bytes: Uint8Array, found: Map<number, number>): Copy {
  const copy: Copy = { page, has: new Set(), end: 0 };
  for (let at = 0; at + CELL <= bytes.length; at += CELL) {
    const cell = bytes.subarray(at, at + CELL);
    if (cell.every((byte) => byte === 0xff)) continue;
    copy.end = at + CELL;
    const [tag, number = 0, high = 0, low = 0] = cell;
    if (tag !== TAG || u32At(cell, 4) !== crc32(cell, 0, 4)) continue;
    copy.has.add(number);
    if (!found.has(number)) found.set(number, (high << 8) | low);
  }
  return copy;
}
