// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What an end element says of the data elements before it: their CRC, or, in noodle's first design, their number.
 *
 * NON-TOCK: the format of a peer.
 */
import { CKSUM, addHighestFirst } from '../crc.ts';

/** Sums up data elements, one after the other. */
export interface Seal {
  /** The key and value of the next data element, both in CBOR. */
  add(body: Uint8Array): void;
  /** The word that the end element holds, unsigned. */
  word(): number;
}

/** The CRC of POSIX's cksum without the length behind the data: begins with 0, high bit first, inverted at the end. */
export class CrcSeal implements Seal {
  private register = 0;

  add(body: Uint8Array): void {
    for (const byte of body) this.register = addHighestFirst(CKSUM, this.register, byte);
  }

  word(): number {
    return ~this.register >>> 0;
  }
}

/** The number of data elements. */
export class CountSeal implements Seal {
  private count = 0;

  add(): void {
    this.count += 1;
  }

  word(): number {
    return this.count;
  }
}
