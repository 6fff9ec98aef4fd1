// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for storage that is addressed by bytes and keeps its content without power.
 *
 * Mirrors `kernel/src/hil/nonvolatile_storage.rs`. NON-TOCK: a refusal returns the buffer, and the
 * callbacks say whether the work was done; Tock's lose the one and do not tell the other.
 */
import type { Rejected, Result } from '../result.ts';

/** Who is told that a read or a write is over. */
export interface NonvolatileStorageClient {
  /** `length` bytes were read into the buffer, which is returned; FAIL: the flash below failed. */
  readDone(buffer: Uint8Array, length: number, result: Result): void;
  /** `length` bytes were written; the buffer is returned. FAIL: the flash below failed. */
  writeDone(buffer: Uint8Array, length: number, result: Result): void;
}

/** Storage addressed by bytes; one operation at a time, and no callback from within a call. */
export interface NonvolatileStorage {
  setClient(client: NonvolatileStorageClient): void;
  /**
   * Reads `length` bytes from an address on into the buffer. BUSY: an operation is under way. INVAL:
   * outside the storage, or longer than the buffer. RESERVE: the storage's own buffer is away.
   */
  read(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>>;
  /** Writes `length` bytes of the buffer from an address on, bits set or cleared. Errors as `read`. */
  write(buffer: Uint8Array, address: number, length: number): Result<void, Rejected<Uint8Array>>;
}
