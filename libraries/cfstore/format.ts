// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bytes of a record (TLV): header, name, value, and a tail of two parts; numbers with their highest byte first.
 *
 * NON-TOCK: the design of mbed's CFSTORE without an image in RAM. Each part begins at a program unit and is filled up to one, so
 * that no unit is programmed twice. What the design leaves open, such as the CRC-16 in the bits that it reserves, is chosen here.
 */
import { CCITT, addHighestFirst16 } from '../crc.ts';

/** Types of record. */
export const TlvType = { FULL: 1, INCREMENT: 2 } as const;
/** One of them. */
export type TlvType = (typeof TlvType)[keyof typeof TlvType];

/** Version 1 in the upper four bits, which is also what says that a record is there. */
const VERSION = 0x10;
/** Bytes of a header before it is filled up. */
const HEADER = 20;
/** Bytes of VALID with what is reserved behind it. */
const VALID = 4;

const FLAGS_AT = 2;
const HEADER_LENGTH_AT = 4;
const KEY_LENGTH_AT = 5;
/** Where the CRC-16 stands: bits that the design reserves in type 1, FLAGS in type 2. */
const CRC_AT = { [TlvType.FULL]: 6, [TlvType.INCREMENT]: 2 } as const;

/** What a header says. */
export interface Header {
  readonly type: TlvType;
  /** Rights of the key: bits of `Acl`. Type 1 only. */
  readonly flags: number;
  /** Bytes of the name; 0 in type 2. */
  readonly keyLength: number;
  readonly valueLength: number;
  readonly kvid: number;
  readonly sequence: number;
  /** Where in the value the bytes go; 0 in type 1. */
  readonly writeAt: number;
}

/** A number filled up to a whole number of units, which are a power of two. */
export function up(bytes: number, unit: number): number {
  const rest = bytes & (unit - 1);
  return rest === 0 ? bytes : bytes + unit - rest;
}

/** A number of 32 bits, highest byte first. */
export function u32At(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return (((bytes[at] ?? 0) << 24) | low) >>> 0;
}

/** Writes one. */
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Records on a flash of some program unit, with codes of some size. */
export class TlvFormat {
  /** Bytes of a header, filled up. */
  readonly headerSize: number;
  /** Bytes of VALID, filled up. */
  readonly validSize: number;
  /** Bytes of the code in the tail, filled up. */
  readonly codeSize: number;

  /** `checksHeaders`: whether a header has a CRC-16 of its own. */
  constructor(
    readonly unit: number,
    readonly codeLength: number,
    private readonly checksHeaders: boolean,
  ) {
    this.headerSize = up(HEADER, unit);
    this.validSize = up(VALID, unit);
    this.codeSize = up(codeLength, unit);
  }

  /** Bytes of a whole record of type 1. */
  fullSize(keyLength: number, valueLength: number): number {
    const { headerSize, unit, validSize, codeSize } = this;
    return headerSize + up(keyLength, unit) + up(valueLength, unit) + validSize + codeSize;
  }

  /** Bytes of the whole record. */
  sizeOf({ keyLength, valueLength }: Header): number {
    return this.fullSize(keyLength, valueLength);
  }

  /** Where the value begins, from the begin of its record. */
  valueAt({ keyLength }: Header): number {
    return this.headerSize + up(keyLength, this.unit);
  }

  /** Where VALID is; also the number of bytes that the code covers. The code follows VALID. */
  validAt(header: Header): number {
    return this.valueAt(header) + up(header.valueLength, this.unit);
  }

  /** The bytes of a header. What fills it up is left as erased. */
  encode(header: Header): Uint8Array {
    const bytes = new Uint8Array(this.headerSize).fill(0xff, HEADER);
    const { type } = header;
    bytes[0] = VERSION;
    bytes[1] = type;
    putU32(bytes, 8 - this.shift(type), header.valueLength);
    putU32(bytes, 12 - this.shift(type), header.kvid);
    putU32(bytes, 16 - this.shift(type), header.sequence);
    if (type === TlvType.FULL) {
      bytes[FLAGS_AT] = header.flags >>> 8;
      bytes[FLAGS_AT + 1] = header.flags;
      bytes[HEADER_LENGTH_AT] = this.headerSize;
      bytes[KEY_LENGTH_AT] = header.keyLength;
    } else putU32(bytes, 16, header.writeAt);
    if (this.checksHeaders) {
      const crc = crcOf(bytes, 0, CRC_AT[type]);
      bytes[CRC_AT[type]] = crc >>> 8;
      bytes[CRC_AT[type] + 1] = crc;
    }
    return bytes;
  }

  /** By how much the fields that both types have stand earlier in type 2. */
  private shift(type: TlvType): number {
    return type === TlvType.FULL ? 0 : 4;
  }

  /**
   * Bytes of the whole record whose header is at a place in bytes; 0 when none is there, or one that is torn. `isKnown`: if it
   * is one, it is not torn.
   */
  recordSize(bytes: Uint8Array, from: number, isKnown = false): number {
    const type = bytes[from + 1];
    if (bytes[from] !== VERSION) return 0;
    if (type !== TlvType.FULL && type !== TlvType.INCREMENT) return 0;
    if (this.checksHeaders && !isKnown && !isChecked(bytes, from, CRC_AT[type])) return 0;
    if (type === TlvType.INCREMENT) return this.fullSize(0, u32At(bytes, from + 4));
    if (bytes[from + HEADER_LENGTH_AT] !== this.headerSize) return 0;
    return this.fullSize(keyLengthAt(bytes, from), u32At(bytes, from + 8));
  }

  /** What the header at a place in bytes says, which is a sound one. */
  decode(bytes: Uint8Array, from: number): Header {
    const isFull = isFullAt(bytes, from);
    const at = from - this.shift(isFull ? TlvType.FULL : TlvType.INCREMENT);
    return {
      type: isFull ? TlvType.FULL : TlvType.INCREMENT,
      flags: isFull ? u16At(bytes, from + FLAGS_AT) : 0,
      keyLength: isFull ? keyLengthAt(bytes, from) : 0,
      valueLength: u32At(bytes, at + 8),
      kvid: u32At(bytes, at + 12),
      sequence: u32At(bytes, at + 16),
      writeAt: isFull ? 0 : u32At(bytes, from + 16),
    };
  }

  /** Bytes filled up to whole units. */
  filled(bytes: Uint8Array, filler: number): Uint8Array {
    const size = up(bytes.length, this.unit);
    if (size === bytes.length) return bytes;
    const full = new Uint8Array(size).fill(filler);
    full.set(bytes);
    return full;
  }
}

/** Whether a sound header is one of type 1. */
export function isFullAt(bytes: Uint8Array, from: number): boolean {
  return bytes[from + 1] === TlvType.FULL;
}

/** The key of a sound header. */
export function kvidAt(bytes: Uint8Array, from: number): number {
  return u32At(bytes, from + (isFullAt(bytes, from) ? 12 : 8));
}

/** The bytes of the name of a sound header of type 1. */
export function keyLengthAt(bytes: Uint8Array, from: number): number {
  return bytes[from + KEY_LENGTH_AT] ?? 0;
}

function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function isChecked(bytes: Uint8Array, from: number, crcAt: number): boolean {
  return u16At(bytes, from + crcAt) === crcOf(bytes, from, crcAt);
}

/** CRC-16 of the CCITT, from FFFF on, of the header's 20 bytes without the two that hold it. */
function crcOf(bytes: Uint8Array, from: number, crcAt: number): number {
  const before = crcOfMore(0xffff, bytes, from, from + crcAt);
  return crcOfMore(before, bytes, from + crcAt + 2, from + HEADER);
}

function crcOfMore(before: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = before;
  for (let at = from; at < to; at++) crc = addHighestFirst16(CCITT, crc, bytes[at] ?? 0);
  return crc;
}

/** Whether bytes, or those from one index up to another, are all as an erasure leaves them. */
export function isBlank(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0xff) return false;
  return true;
}
