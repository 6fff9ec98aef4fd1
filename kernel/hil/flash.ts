// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for flash memory: page level, byte level, and blocking.
 *
 * Mirrors `kernel/src/hil/flash.rs` (Flash, Client). `ByteFlash` and `BlockingFlash` are NON-TOCK: the
 * super-interface and the synchronous interface that the core team sketched in January 2021 (notes of
 * 2021-01-22; proposals #2248, #2249).
 *
 * Rules for all of them:
 * - one operation at a time; a call meanwhile is refused with BUSY;
 * - a refused call returns the buffer with the error, and no callback follows;
 * - an accepted call owns the buffer until its callback, which returns it, exactly once and never
 *   from within the call.
 *
 * Numbers, so that chips agree: addresses and lengths in bytes from the start of the partition.
 */
import type { Rejected, Result } from '../result.ts';

/** How a flash operation that was accepted can fail. */
export type FlashError = 'FlashError' | 'FlashMemoryProtectionError';

/** What the driver of a flash controller calls when an operation is done. */
export interface Client {
  /** The page is in the buffer, which is returned. */
  readComplete(buffer: Uint8Array, result: Result<void, FlashError>): void;
  /** The page is written (or not, says the result); the buffer is returned. */
  writeComplete(buffer: Uint8Array, result: Result<void, FlashError>): void;
  /** The page is erased, or not. */
  eraseComplete(result: Result<void, FlashError>): void;
}

/** Page-level flash: the base that every chip implements. */
export interface Flash {
  /** Bytes a page. */
  readonly pageSize: number;
  /** Number of pages. */
  readonly pages: number;
  /** Whether `writePage` erases a page that is not blank first (Tock's nRF52 driver does). */
  readonly writeErases: boolean;

  setClient(client: Client): void;
  /**
   * Reads a page into the buffer. BUSY: an operation is under way. INVAL: no such page. SIZE: the
   * buffer is not `pageSize` long.
   */
  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>>;
  /** Writes the buffer to a page; see `writeErases`. Errors as `readPage`. */
  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>>;
  /** Erases a page: all ones. BUSY, INVAL as above. */
  erasePage(page: number): Result;
}

/** What a byte-level flash calls in addition when one of its own operations is done. */
export interface ByteClient extends Client {
  bytesRead(buffer: Uint8Array, length: number, result: Result<void, FlashError>): void;
  bytesWritten(buffer: Uint8Array, length: number, result: Result<void, FlashError>): void;
}

/** Byte-level flash, for chips that can do finer access than pages. */
export interface ByteFlash extends Flash {
  /** Bytes; write addresses and lengths are multiples of it. */
  readonly programUnit: number;
  /** How often a unit may be programmed between two erasures. */
  readonly programsPerUnit: number;

  setClient(client: ByteClient): void;
  /**
   * Reads `length` bytes; unaligned is fine, and the range may cross pages. BUSY; INVAL: outside the
   * partition; SIZE: longer than the buffer.
   */
  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>>;
  /**
   * Programs `length` bytes. A write never sets a bit: the result is old AND new. BUSY; INVAL: outside
   * the partition, or address or length not a multiple of `programUnit`; SIZE: longer than the buffer.
   */
  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>>;
}

/**
 * Synchronous flash: each call returns when the operation is done, and time has passed meanwhile. For
 * code on internal flash that can do nothing else until then. It has no client. Errors: INVAL, SIZE
 * as above; FAIL when the flash reports an error.
 */
export interface BlockingFlash {
  readonly pageSize: number;
  readonly pages: number;
  readonly programUnit: number;
  readonly programsPerUnit: number;
  readBytes(address: number, buffer: Uint8Array, length: number): Result;
  writeBytes(address: number, buffer: Uint8Array, length: number): Result;
  erasePage(page: number): Result;
}
