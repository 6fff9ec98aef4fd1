// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for flash memory: page level, byte level, and blocking.
 *
 * Mirrors `kernel/src/hil/flash.rs` (Flash, Client). `ByteFlash` and `BlockingFlash` are NON-TOCK: the
 * super-interface and the synchronous interface that the core team sketched in January 2021 (notes of
 * 2021-01-22; proposals #2248, #2249). `doc/flash-hil.md` says what became of those.
 *
 * Rules for the two that have callbacks:
 * - one operation at a time; a call meanwhile is refused with BUSY;
 * - a refused call returns the buffer with the error, does nothing, and no callback follows;
 * - an accepted call owns the buffer until its callback, which returns it, exactly once and never
 *   from within the call; nobody else reads or changes it until then;
 * - of several errors BUSY comes first, then INVAL, then SIZE.
 *
 * A refusal may carry another error than those below when something under the flash refuses: a shared
 * controller that another partition uses (BUSY), a capsule between. Whoever calls must expect any.
 *
 * Numbers, so that chips agree: addresses and lengths in bytes from the start of the partition.
 */
import type { Rejected, Result } from '../result.ts';

/**
 * How a flash operation that was accepted can fail; what it should have written or erased is then unknown.
 * `FlashMemoryProtectionError`: the controller forbids the access. `FlashError`: anything else.
 */
export type FlashError = 'FlashError' | 'FlashMemoryProtectionError';

/** What the driver of a flash controller calls when an operation is done. */
export interface Client {
  /** The page is in the buffer, which is returned; on an error what is in it means nothing. */
  readComplete(buffer: Uint8Array, result: Result<void, FlashError>): void;
  /** The page is written; the buffer is returned. On an error the page may be half written, or erased. */
  writeComplete(buffer: Uint8Array, result: Result<void, FlashError>): void;
  /** The page is erased; on an error it may be as it was, half erased, or erased. */
  eraseComplete(result: Result<void, FlashError>): void;
}

/** Page-level flash: the base that every chip implements. */
export interface Flash {
  /** Bytes a page. */
  readonly pageSize: number;
  /** Number of pages. */
  readonly pages: number;
  /**
   * Whether `writePage` erases a page that is not blank first (Tock's nRF52 driver does). Where it does
   * not, a write leaves old AND new: a user that wants its bytes erases first, or works on some chips only.
   */
  readonly writeErases: boolean;

  /** Names who is called; before any operation. */
  setClient(client: Client): void;
  /**
   * Reads a page into the buffer, which is the flash's until `readComplete`. Refused, buffer returned:
   * BUSY, an operation is under way; INVAL, no such page; SIZE, the buffer is not `pageSize` long.
   */
  readPage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>>;
  /**
   * Writes the buffer, which is the flash's until `writeComplete`, to a page; see `writeErases`. Refused,
   * buffer returned: BUSY, an operation is under way; INVAL, no such page; SIZE, the buffer is not
   * `pageSize` long.
   */
  writePage(page: number, buffer: Uint8Array): Result<void, Rejected<Uint8Array>>;
  /**
   * Sets all bits of a page; `eraseComplete` follows. There is no buffer. Refused: BUSY, an operation is
   * under way; INVAL, no such page.
   */
  erasePage(page: number): Result;
}

/** What a byte-level flash calls in addition when one of its own operations is done. */
export interface ByteClient extends Client {
  /**
   * The bytes are in the buffer, which is returned. `length` is what was asked for; on an error, so many
   * bytes at the front as are right for certain, perhaps none.
   */
  bytesRead(buffer: Uint8Array, length: number, result: Result<void, FlashError>): void;
  /** The bytes are written; the buffer is returned. `length` as `bytesRead`; of the rest nothing is known. */
  bytesWritten(buffer: Uint8Array, length: number, result: Result<void, FlashError>): void;
}

/** Byte-level flash, for chips that can do finer access than pages. */
export interface ByteFlash extends Flash {
  /** Bytes; write addresses and lengths are multiples of it. */
  readonly programUnit: number;
  /** How often a unit may be programmed between two erasures. The caller counts; nothing refuses. */
  readonly programsPerUnit: number;

  /** Names who is called, for pages and bytes; before any operation. */
  setClient(client: ByteClient): void;
  /**
   * Reads `length` bytes into the buffer, which is the flash's until `bytesRead`; unaligned is fine, the
   * range may cross pages, and may be empty. Refused, buffer returned: BUSY, an operation is under way;
   * INVAL, not all inside the partition; SIZE, longer than the buffer.
   */
  readBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>>;
  /**
   * Programs `length` bytes of the buffer, which is the flash's until `bytesWritten`; the range may cross
   * pages, and may be empty. A write never sets a bit: the result is old AND new. Refused, buffer returned:
   * BUSY, an operation is under way; INVAL, not all inside the partition, or address or length not a
   * multiple of `programUnit`; SIZE, longer than the buffer.
   */
  writeBytes(
    address: number,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>>;
}

/**
 * Synchronous flash: each call returns when the operation is done, and time has passed meanwhile. For
 * code on internal flash that can do nothing else until then. It has no client, is never BUSY, and a
 * buffer is lent for the call only: it is the caller's again on return, whatever the result.
 */
export interface BlockingFlash {
  /** Bytes a page. */
  readonly pageSize: number;
  /** Number of pages. */
  readonly pages: number;
  /** As `ByteFlash`. */
  readonly programUnit: number;
  /** As `ByteFlash`. */
  readonly programsPerUnit: number;
  /**
   * Reads `length` bytes into the buffer, from any address. INVAL: not all inside the partition. SIZE:
   * longer than the buffer. FAIL: the flash reports an error; what is in the buffer means nothing.
   */
  readBytes(address: number, buffer: Uint8Array, length: number): Result;
  /**
   * Programs `length` bytes: old AND new. INVAL: not all inside the partition, or address or length not
   * a multiple of `programUnit`. SIZE: longer than the buffer. FAIL: the flash reports an error; of the
   * bytes in the range nothing is known.
   */
  writeBytes(address: number, buffer: Uint8Array, length: number): Result;
  /** Sets all bits of a page. INVAL: no such page. FAIL: the flash reports an error; perhaps half erased. */
  erasePage(page: number): Result;
}
