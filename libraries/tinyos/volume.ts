// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume of TEP 128: a range of pages of a flash, addressed by bytes from its begin.
 *
 * NON-TOCK: TinyOS. Nothing is buffered here: what a write has ended with is durable.
 */
import { assert } from '#kernel/assert';
import { Err, Ok } from '#kernel/result';
import { CCITT, addHighestFirst16 } from '../crc.ts';
import { FlashSteps } from '../store/flash-steps.ts';
import { pageSizeOf, type Geometry, type Steps, type Storage } from '../store/storage.ts';
import type { DirectModify, TinyosOutcome, VolumeSettings } from './direct-storage.ts';

/** Erase units that a volume has at least: a circular log frees one while another holds the newest (TEP 128). */
export const LEAST_UNITS = 2;

/** The largest program unit of stores that program parts of one, one after the other, bytes. */
export const WORD = 4;
/** Why they cannot live on flash with larger ones, as a sentence without a subject. */
export const NO_LARGE_UNITS = `programs parts of units, which may have ${WORD} bytes at most`;

/** What an erased byte reads as. */
export const FILL_BYTE = 0xff;

/** What `getEraseUnitSizeLog2` and `getWriteUnitSizeLog2` say of a size that is no power of two: no shift is right. */
export const NO_LOG2 = 0xff;

/** Which pages of a flash, and what the part can do. */
export interface VolumeOptions {
  /** Default: 0. */
  readonly firstPage?: number;
  /** Default: all from the first on. */
  readonly pages?: number;
  /** Whether bytes may be changed in any way, as on an AT45DB. Default: false, as on NOR parts. */
  readonly modifies?: boolean;
}

/** Why a range of pages is no volume, as a sentence without a subject; undefined when it is one. */
export function whyNoVolume(geometry: Geometry, options: VolumeOptions = {}): string | undefined {
  const { first, pages } = rangeOf(geometry, options);
  if (first < 0 || first + pages > geometry.numPages) return 'needs pages that the flash has';
  if (pages < LEAST_UNITS) return `needs ${LEAST_UNITS} erase units at least`;
  const size = pageSizeOf(geometry, first);
  if (size % geometry.wordSize !== 0) return 'needs erase units of whole words';
  for (let page = first; page < first + pages; page++) {
    if (pageSizeOf(geometry, page) !== size) return 'needs erase units of one size';
  }
  return undefined;
}

function rangeOf(
  { numPages }: Geometry,
  { firstPage: first = 0, pages = numPages - first }: VolumeOptions,
): { first: number; pages: number } {
  return { first, pages };
}

/** A part of a range that is in one page. */
interface Piece {
  readonly page: number;
  readonly byteOffset: number;
  /** Where it begins in the range, and how long it is. */
  readonly from: number;
  readonly length: number;
}

export class Volume implements DirectModify {
  readonly settings: VolumeSettings;
  private readonly flash: FlashSteps;
  private readonly first: number;
  private readonly units: number;
  private readonly unitSize: number;
  private readonly modifies: boolean;

  /** Panics when the pages are no volume, for which see `whyNoVolume`. */
  constructor(storage: Storage, options: VolumeOptions = {}) {
    const refusal = whyNoVolume(storage, options);
    assert(refusal === undefined, `a volume ${refusal ?? ''}`);
    const { first, pages } = rangeOf(storage, options);
    this.flash = new FlashSteps(storage);
    this.first = first;
    this.units = pages;
    this.unitSize = pageSizeOf(storage, first);
    this.modifies = options.modifies ?? false;
    this.settings = settingsOf(pages, this.unitSize, storage.wordSize);
  }

  /** Bytes of a range, which may cross units. OutOfRange; StorageError. */
  *read(addr: number, len: number): Steps<TinyosOutcome<Uint8Array>> {
    if (!this.holds(addr, len)) return Err('OutOfRange');
    const at = addr % this.unitSize;
    if (len > 0 && at + len <= this.unitSize) {
      const part = yield* this.flash.read(this.first + Math.floor(addr / this.unitSize), at, len);
      return part === undefined ? Err('StorageError') : Ok(part);
    }
    const bytes = new Uint8Array(len);
    for (const { page, byteOffset, from, length } of this.pieces(addr, len)) {
      const part = yield* this.flash.read(page, byteOffset, length);
      if (part === undefined) return Err('StorageError');
      bytes.set(part, from);
    }
    return Ok(bytes);
  }

  /**
   * Programs bytes of a range, which may cross units, and need not fill words: a word that is written in two halves is
   * programmed twice. OutOfRange; StorageError, and part of the range may be written.
   */
  *write(addr: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    if (!this.holds(addr, bytes.length)) return Err('OutOfRange');
    for (const { page, byteOffset, from, length } of this.pieces(addr, bytes.length)) {
      const part = bytes.subarray(from, from + length);
      if (!(yield* this.flash.writeBytes(page, byteOffset, part))) return Err('StorageError');
    }
    return Ok();
  }

  /** Sets all bits of a unit. OutOfRange: there is no such unit. StorageError. */
  *erase(eraseUnit: number): Steps<TinyosOutcome> {
    if (!Number.isInteger(eraseUnit) || eraseUnit < 0 || eraseUnit >= this.units) {
      return Err('OutOfRange');
    }
    return (yield* this.flash.erase(this.first + eraseUnit)) ? Ok() : Err('StorageError');
  }

  /** Nothing waits here. */
  *flush(): Steps<TinyosOutcome> {
    return Ok();
  }

  /** CRC-16 of a range, from a base on; that of two ranges in a row is the second's, from the first's on. */
  *crc(addr: number, len: number, baseCrc: number): Steps<TinyosOutcome<number>> {
    if (!this.holds(addr, len)) return Err('OutOfRange');
    let register = baseCrc & 0xffff;
    for (const { page, byteOffset, length } of this.pieces(addr, len)) {
      const part = yield* this.flash.read(page, byteOffset, length);
      if (part === undefined) return Err('StorageError');
      for (const byte of part) register = addHighestFirst16(CCITT, register, byte);
    }
    return Ok(register);
  }

  isSupported(): boolean {
    return this.modifies;
  }

  /**
   * Reads, erases and writes back each unit that the range touches: a power loss in between takes all of the unit.
   * InvalidArgument: the part cannot. OutOfRange; StorageError.
   */
  *modify(addr: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    if (!this.modifies) return Err('InvalidArgument');
    if (!this.holds(addr, bytes.length)) return Err('OutOfRange');
    for (const { page, byteOffset, from, length } of this.pieces(addr, bytes.length)) {
      const unit = yield* this.flash.read(page, 0, this.unitSize);
      if (unit === undefined) return Err('StorageError');
      unit.set(bytes.subarray(from, from + length), byteOffset);
      if (!(yield* this.flash.erase(page))) return Err('StorageError');
      if (!(yield* this.flash.write(page, 0, unit))) return Err('StorageError');
    }
    return Ok();
  }

  /** Whether a range is inside. */
  private holds(addr: number, len: number): boolean {
    return addr >= 0 && len >= 0 && addr + len <= this.units * this.unitSize;
  }

  /** The pages of a range. */
  private *pieces(addr: number, len: number): Generator<Piece, void> {
    for (let from = 0; from < len;) {
      const byteOffset = (addr + from) % this.unitSize;
      const length = Math.min(len - from, this.unitSize - byteOffset);
      const page = this.first + Math.floor((addr + from) / this.unitSize);
      yield { page, byteOffset, from, length };
      from += length;
    }
  }
}

function settingsOf(units: number, unitSize: number, writeUnit: number): VolumeSettings {
  const size = units * unitSize;
  return {
    getVolumeSize: () => size,
    getTotalEraseUnits: () => units,
    getEraseUnitSize: () => unitSize,
    getEraseUnitSizeLog2: () => log2(unitSize),
    getTotalWriteUnits: () => size / writeUnit,
    getWriteUnitSize: () => writeUnit,
    getWriteUnitSizeLog2: () => log2(writeUnit),
    getFillByte: () => FILL_BYTE,
  };
}

function log2(size: number): number {
  const shift = Math.log2(size);
  return Number.isInteger(shift) ? shift : NO_LOG2;
}
