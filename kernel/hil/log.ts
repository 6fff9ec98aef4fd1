// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for a log that keeps entries over a loss of power: added at its end, read in their order.
 *
 * Mirrors `kernel/src/hil/log.rs`. A log is one object that implements both halves, each with a client of its own.
 * NON-TOCK: the rules that Tock leaves to the implementation are stated here.
 *
 * Rules:
 * - one operation at a time, of either half; a call meanwhile is refused with BUSY;
 * - a refused call returns its buffer, does nothing, and no callback follows;
 * - an accepted call owns its buffer until its callback, which comes exactly once and never from within the call;
 * - of several errors BUSY comes first, then INVAL, then the others;
 * - FAIL and SIZE may come at once or in the callback: an entry may have to be looked up in flash first.
 *
 * RESERVE: nobody was named to be called, or the log's own buffer is away.
 */
import type { Rejected, Result } from '../result.ts';

/** Which entry: a larger one is newer. They are got from the log, never made up. */
export type EntryId = number;

/** Who is told of reads. */
export interface LogReadClient {
  /** `length` bytes of the buffer, which is returned, are the entry. FAIL: no entry, or the flash failed. SIZE: see `read`. */
  readDone(buffer: Uint8Array, length: number, result: Result): void;
  /** INVAL: no entry begins or ended there. FAIL: the flash failed. */
  seekDone(result: Result): void;
}

/** The half that reads. */
export interface LogRead {
  setReadClient(client: LogReadClient): void;
  /**
   * Reads the next entry, whole, and moves on to the one after it. INVAL: `length` is over the buffer. FAIL: there is no
   * next entry. SIZE: it is longer than `length`; it stays the next one. CANCEL: the position was none, and is the start
   * of the log now.
   */
  read(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
  /** The oldest entry there is. */
  logStart(): EntryId;
  /** The entry that is appended next. */
  logEnd(): EntryId;
  nextReadEntryId(): EntryId;
  /** Goes on reading from an entry. INVAL, at once or in the callback: it is none, or was given up. */
  seek(entry: EntryId): Result;
  /** Bytes that all entries and what stands before each may take, about. */
  getSize(): number;
}

/** Who is told of writes. */
export interface LogWriteClient {
  /**
   * `length` bytes of the buffer, which is returned, were appended; `recordsLost`: older entries were given up since the log
   * was erased. FAIL: the flash failed. CANCEL: the end of the log was reached in the middle of it.
   */
  appendDone(buffer: Uint8Array, length: number, recordsLost: boolean, result: Result): void;
  /** FAIL: the flash failed; what was durable still is. */
  syncDone(result: Result): void;
  /** FAIL: the flash failed; some of the oldest entries may be gone. */
  eraseDone(result: Result): void;
}

/** The half that writes. */
export interface LogWrite {
  setAppendClient(client: LogWriteClient): void;
  /**
   * Adds `length` bytes of the buffer as an entry, which a loss of power takes unless it is synced. INVAL: no bytes, or more
   * than the buffer has. SIZE: longer than any entry may be. FAIL: a log that is not circular is at its end.
   */
  append(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>>;
  /** Makes all entries durable. */
  sync(): Result;
  /** Takes all entries away; reading and ids begin anew. */
  erase(): Result;
}
