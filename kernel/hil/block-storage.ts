// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for a volume that is read and written by address, and erased as a whole: BlockStorage of TEP 129.
 *
 * NON-TOCK: TinyOS. One interface instead of TEP 103's BlockRead and BlockWrite; there is no getSize, which VolumeSettings
 * has. Rules, and TinyOS's words in Tock's: `direct-storage.ts`. Every command is refused with FAIL when the volume is busy
 * or the request is impossible; an event's FAIL says that the flash failed.
 *
 * Numbers: addresses and lengths are bytes from the begin of the volume.
 */
import type { Rejected, Result } from '../result.ts';

/** Who is told that an operation is over. */
export interface BlockStorageClient {
  /** `len` bytes from `addr` on are in the buffer, which is returned. */
  readDone(addr: number, buf: Uint8Array, len: number, result: Result): void;
  /** `len` bytes of the buffer, which is returned, were written from `addr` on. On an error some may be. */
  writeDone(addr: number, buf: Uint8Array, len: number, result: Result): void;
  /** Every byte is a fill byte. On an error some units may be erased, and one half. */
  eraseDone(result: Result): void;
  flushDone(result: Result): void;
  /** On an error the CRC is 0. */
  crcDone(calculatedCrc: number, addr: number, len: number, result: Result): void;
}

/** A volume. */
export interface BlockStorage {
  /** Names who is told; before any operation. */
  setClient(client: BlockStorageClient): void;
  /** Reads into the buffer. Impossible: not all inside the volume, or more than the buffer holds. */
  read(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Writes bytes, each once between two erasures; a second time leaves old AND new. Impossible: as `read`. */
  write(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Erases the whole volume. */
  erase(): Result;
  /** Makes durable what was written. */
  flush(): Result;
  /** CRC-16 (polynomial 0x1021, highest bit first) from a base on. Impossible: not all inside; the base has over 16 bits. */
  crc(addr: number, len: number, baseCrc: number): Result;
}
