// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What an end element says of the data elements before it: their CRC, or, in noodle's first design, their number.
 *
 * NON-TOCK: the format of a peer.
 */

/** Sums up data elements, one after the other. */
export interface Seal {
  /** The key and value of the next data element, both in CBOR. */
  add(body: Uint8Array): void;
  /** The word that the end element holds, unsigned. */
  word(): number;
}

const POLYNOMIAL = 0x04c1_1db7;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder << 1) ^ (remainder < 0 ? POLYNOMIAL : 0);
  }
  return remainder >>> 0;
});

/** The CRC of POSIX's cksum without the length behind the data: begins with 0, high bit first, inverted at the end. */
export class CrcSeal implements Seal {
  private remainder = 0;

  add(body: Uint8Array): void {
    let { remainder } = this;
    for (const byte of body) {
      remainder = (remainder << 8) ^ (TABLE[(remainder >>> 24) ^ byte] ?? 0);
    }
    this.remainder = remainder;
  }

  word(): number {
    return ~this.remainder >>> 0;
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
