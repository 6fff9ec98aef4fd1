// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for a log of TinyOS: LogRead and LogWrite of TEP 103, which TEP 129 keeps.
 *
 * NON-TOCK: TinyOS; Tock's own log is `log.ts`. The halves are two objects, because each has a `currentOffset` of its own.
 * Rules, and TinyOS's words in Tock's: `direct-storage.ts`. Both halves share one operation at a time; a command meanwhile is
 * refused with BUSY, and BUSY comes before every other error.
 *
 * Errors, at once or in the event:
 * - BUSY: an operation of either half is under way;
 * - INVAL: a length that is none or over the buffer; a seek to what was never a cookie of this log;
 * - SIZE: an append that is longer than any entry may be, or for which a linear log has no room;
 * - FAIL: the flash failed, or an entry is damaged.
 */
import type { Rejected, Result } from '../result.ts';

/** Where an entry is, as the log names it: a larger one is newer. They are got from the log, never made up. */
export type Cookie = number;

/** Who is told of reads. */
export interface LogReadClient {
  /** `len` bytes are in the buffer, which is returned; fewer than were asked for at the end of the log, 0 at its very end. */
  readDone(buf: Uint8Array, len: number, result: Result): void;
  seekDone(result: Result): void;
}

/** The half that reads. */
export interface LogRead {
  setClient(client: LogReadClient): void;
  /** Reads the next `len` bytes, and moves on by as many. */
  read(buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Goes on reading from a cookie; from the beginning where that was given up. 0 is TinyOS's SEEK_BEGINNING. */
  seek(offset: Cookie): Result;
  /** Where the next read begins. */
  currentOffset(): Cookie;
  /** Bytes that all entries may take at most, about. */
  getSize(): number;
}

/** Who is told of writes. */
export interface LogWriteClient {
  /** `len` bytes of the buffer, which is returned, were appended; `recordsLost`: older entries were given up for them. */
  appendDone(buf: Uint8Array, len: number, recordsLost: boolean, result: Result): void;
  syncDone(result: Result): void;
  /** On an error some of the oldest entries may be gone. */
  eraseDone(result: Result): void;
}

/** The half that writes. */
export interface LogWrite {
  setClient(client: LogWriteClient): void;
  /** Adds an entry of `len` bytes; it may have none. */
  append(buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>>;
  /** Makes durable what was appended. */
  sync(): Result;
  /** Takes all entries away; reading begins anew. */
  erase(): Result;
  /** Where the next append goes. */
  currentOffset(): Cookie;
}
