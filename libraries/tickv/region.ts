// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A region in RAM, walked object by object; and the order in which a key's regions are looked at.
 *
 * Mirrors the loops of `libraries/tickv/src/tickv.rs`.
 */
import type { Hash64 } from '../sip-hash.ts';
import {
  BLANK,
  FILLER,
  HEADER_LENGTH,
  OVERHEAD,
  VERSION,
  WORD,
  hasHash,
  isValidAt,
  lengthAt,
} from './format.ts';

/** Why a walk ended: no room for a header, blank flash, or something that is no object. */
export type Ending = 'full' | 'blank' | 'UnsupportedVersion' | 'CorruptData';

/** What `first`, `after` and `find` return when there is no object. */
export const NONE = -1;

const NOTHING = new Uint8Array(0);

export class Region {
  /** Which one it is. */
  number = 0;
  /** Its content, of a page that nobody writes to meanwhile. */
  bytes: Uint8Array = NOTHING;
  /** Where and why the last walk that came to its end did so. */
  end = 0;
  ending: Ending = 'blank';

  /**
   * @param limit where objects must end
   * @param aligns whether they begin at words, and zeros between them are skipped
   */
  constructor(
    readonly limit: number,
    private readonly aligns: boolean,
  ) {}

  /** The first object, or NONE. */
  first(): number {
    return this.objectFrom(0);
  }

  /** The object behind one, or NONE. */
  after(at: number): number {
    return this.objectFrom(this.endOf(at));
  }

  /** Where the object behind one begins. */
  endOf(at: number): number {
    const end = at + lengthAt(this.bytes, at);
    return this.aligns ? (end + WORD - 1) & -WORD : end;
  }

  /** The valid object of a hash, or NONE. The last one when there are two. */
  find(hash: Hash64): number {
    let found = NONE;
    for (let at = this.first(); at !== NONE; at = this.after(at)) {
      if (hasHash(this.bytes, at, hash) && isValidAt(this.bytes, at)) found = at;
    }
    return found;
  }

  /** Whether the walk found nothing at all. */
  get isBlank(): boolean {
    return this.ending === 'blank' && this.end === 0;
  }

  private objectFrom(start: number): number {
    const { bytes, limit } = this;
    for (let at = start; at + HEADER_LENGTH < limit; at += WORD) {
      const version = bytes[at];
      if (version === VERSION) {
        // Upstream would walk into the object, or on the spot.
        return lengthAt(bytes, at) < OVERHEAD ? this.stop(at, 'CorruptData') : at;
      }
      if (version === BLANK) return this.stop(at, 'blank');
      if (!this.isFiller(at)) return this.stop(at, 'UnsupportedVersion');
    }
    return this.stop(start, 'full');
  }

  private isFiller(at: number): boolean {
    const { bytes } = this;
    if (!this.aligns) return false;
    return (
      ((bytes[at] ?? 0) | (bytes[at + 1] ?? 0) | (bytes[at + 2] ?? 0) | (bytes[at + 3] ?? 0)) ===
      FILLER
    );
  }

  private stop(at: number, ending: Ending): number {
    this.end = at;
    this.ending = ending;
    return NONE;
  }
}

/** The region where the search for a key begins: by the lowest 16 bits of its hash. */
export function homeOf({ low }: Hash64, regions: number): number {
  return (low & 0xffff) % regions;
}

/** The regions in which a key may be, in the order in which they are looked at: home, +1, -1, +2, -2, … as far as there are any. */
export function regionOrder(hash: Hash64, regions: number): readonly number[] {
  const home = homeOf(hash, regions);
  const order = [home];
  for (let distance = 1; order.length < regions; distance++) {
    if (home + distance < regions) order.push(home + distance);
    if (home - distance >= 0) order.push(home - distance);
  }
  return order;
}
