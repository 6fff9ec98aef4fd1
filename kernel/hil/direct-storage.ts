// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for a volume of flash as it is: DirectStorage, DirectModify and VolumeSettings of TEP 128.
 *
 * NON-TOCK: TinyOS. Commands and events have its names, and events their arguments in its order; a command's `error_t`
 * is a Result here, and so is an event's, which comes last.
 *
 * What TinyOS says, in Tock's words, for all storages of TinyOS:
 *
 *     SUCCESS   Ok
 *     FAIL      FAIL
 *     EBUSY     BUSY
 *     ESIZE     SIZE
 *     EINVAL    INVAL
 *
 * RESERVE is Tock's alone: nobody was named to be told.
 *
 * Rules for all storages of TinyOS:
 * - one operation at a time;
 * - a refused command hands its buffer back, does nothing, and no event follows;
 * - an accepted command owns its buffer until its event, which hands it back, exactly once and never from within the
 *   command; it carries the arguments back, too;
 * - nothing to read or write is fine: accepted, and the event comes.
 *
 * This interface knows one refusal, FAIL: the volume is busy, or the request is impossible. An event's FAIL: the flash
 * failed; what was being read, written or erased is then unknown.
 *
 * Numbers: addresses and lengths are bytes from the begin of the volume.
 */
import type { Rejected, Result } from '../result.ts';

/** The shape of a volume. Sizes are in bytes; a unit of erase holds a whole number of units of write. */
export interface VolumeSettings {
  getVolumeSize(): number;
  getTotalEraseUnits(): number;
  getEraseUnitSize(): number;
  getEraseUnitSizeLog2(): number;
  getTotalWriteUnits(): number;
  getWriteUnitSize(): number;
  getWriteUnitSizeLog2(): number;
  /** What an erased byte reads as. */
  getFillByte(): number;
}

/** Who is told that an operation on a volume is over. */
export interface DirectStorageClient {
  /** `len` bytes from `addr` on are in the buffer, which is returned. */
  readDone(addr: number, buf: Uint8Array, len: number, result: Result): void;
  /** `len` bytes of the buffer, which is returned, were programmed from `addr` on. */
  writeDone(addr: number, buf: Uint8Array, len: number, result: Result): void;
  eraseDone(eraseUnit: number, result: Result): void;
  flushDone(result: Result): void;
  /** On an error the CRC is 0. */
  crcDone(calculatedCrc: number, addr: number, len: number, result: Result): void;
}

/** A volume. Every command is refused with FAIL when the volume is busy or the request is impossible. */
export interface DirectStorage {
  readonly settings: VolumeSettings;
  /** Reads into the buffer. Impossible: not all inside the volume, or more than the buffer holds. */
  read(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Programs bytes: old AND new. What the volume keeps back is durable from a flush on. Impossible: as `read`. */
  write(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Sets all bits of a unit. Impossible: there is no such unit. */
  erase(eraseUnit: number): Result;
  /** Makes durable what was written. */
  flush(): Result;
  /** CRC-16 (polynomial 0x1021, highest bit first) from a base on. Impossible: not all inside; the base has over 16 bits. */
  crc(addr: number, len: number, baseCrc: number): Result;
  /** Names who is told; before any operation. */
  setClient(client: DirectStorageClient): void;
}

/** Who is also told of modifications. */
export interface DirectModifyClient extends DirectStorageClient {
  /** `len` bytes from `addr` on are as the buffer, which is returned, had them. */
  modifyDone(addr: number, buf: Uint8Array, len: number, result: Result): void;
}

/** A volume whose bytes can be changed in any way, where the part can. */
export interface DirectModify extends DirectStorage {
  /** Whether `modify` is possible at all. */
  isSupported(): boolean;
  /** Read, change, write back: bits may be set, too. Impossible: as `read`, or not supported. */
  modify(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Names who is told; before any operation. */
  setClient(client: DirectModifyClient): void;
}
