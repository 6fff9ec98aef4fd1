// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A second format of pages and entries, to migrate to: the fields of a user header change places.
 *
 * NON-TOCK: a toy of our own; it exists to carry a migration by separator through from end to end.
 *
 * Page header: as before, with bit 25 of the init info cleared, which the first format leaves a one. User header: key in bits 4 to 15, length
 * in bits 16 to 25, all else as before, so the checksum is the same number. Only reading is here.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { readSpan } from '../compaction.ts';
import * as format from '../format.ts';
import { ERASED, Internal, WORD_SIZE } from '../format.ts';
import { Info, UNKNOWN } from '../kinds.ts';
import type { StoreError } from '../kinds.ts';
import { Log } from '../log.ts';
import type { Steps, Storage } from '../../store/storage.ts';

const SECOND_BIT = 1 << 25;
const INIT_ONES = 1 << 26;
/** Bits 4..25: length and key. */
const MOVED_BITS = 0x03ff_fff0;
/** No word: outside the signed 32 bits. */
const UNREADABLE = 0x1_0000_0000;

/** Init info of a page in the second format. */
export function buildSecondInit(cycle: number, prefix: number): number {
  return format.sealSingle(INIT_ONES | (prefix << 16) | cycle);
}

/** Whether a valid init info is one of the second format. */
export function isSecondInit(init: number): boolean {
  return (init & SECOND_BIT) === 0;
}

/** A user header of the first format in the second. */
export function toSecond(header: number): number {
  const moved = (format.headerKey(header) << 4) | (format.headerLength(header) << 16);
  return (header & ~MOVED_BITS) | moved;
}

/** A user header of the second format in the first. */
export function toFirst(header: number): number {
  const moved = (((header >>> 16) & 0x3ff) << 4) | (((header >>> 4) & 0xfff) << 14);
  return (header & ~MOVED_BITS) | moved;
}

/** The word at a position, or outside the range of words when the flash failed. */
function* wordAt(log: Log, position: number): Steps<number> {
  const bytes = new Uint8Array(WORD_SIZE);
  const status = yield* readSpan(log, position, WORD_SIZE, bytes);
  return status === 'Done' ? new DataView(bytes.buffer).getInt32(0, true) : UNREADABLE;
}

/** The head of the oldest page in the second format, UNKNOWN when there is none, or the failure. */
export function* secondHead(log: Log): Steps<Result<number, StoreError>> {
  let oldest = UNKNOWN;
  for (let page = 0; page < log.format.numPages; page++) {
    const state = log.readInit(page) ?? (yield* log.settleInit(page));
    if (state === Info.FAILED) return Err(log.failure);
    if (state !== Info.VALID || !isSecondInit(log.info)) continue;
    const head = log.format.pageHead(log.info, page);
    if (oldest === UNKNOWN || head < oldest) oldest = head;
  }
  return Ok(oldest);
}

/** What a log in the second format holds. */
export interface SecondContent {
  readonly entries: ReadonlyMap<number, Uint8Array>;
  /** Position of an erase word: the pages of the first format are being erased. UNKNOWN: none. */
  readonly erase: number;
}

/**
 * Reads the entries of a store in the second format, as far as they are whole. InvalidStorage: there is no page of that format, or
 * something that was never written to one. StorageError: the flash failed.
 */
export function* readSecond(storage: Storage): Steps<Result<SecondContent, StoreError>> {
  const log = new Log(storage);
  const head = yield* secondHead(log);
  if (!head.ok) return head;
  return head.value === UNKNOWN ? Err('InvalidStorage') : yield* readLog(log, head.value);
}

/** The same from a position on. */
export function* readLog(log: Log, head: number): Steps<Result<SecondContent, StoreError>> {
  const entries = new Map<number, Uint8Array>();
  const end = log.format.pageBegin(head) + log.format.numPages * log.format.virtualPageSize;
  let erase = UNKNOWN;
  let position = head;
  while (position < end) {
    const word = yield* wordAt(log, position);
    if (word === UNREADABLE) return Err('StorageError');
    if (format.isHeader(word)) {
      const next = yield* readEntry(log, position, toFirst(word), entries);
      if (!next.ok) return next;
      if (next.value === position) break;
      position = next.value;
      continue;
    }
    const isErase = (word & 31) === Internal.ERASE && format.singleDifference(word) === 0;
    if (isErase) erase = position;
    else if (!format.isPadding(word)) break;
    position += 1;
  }
  return Ok({ entries, erase });
}

/** Adds the entry at a position, and returns the position after it: the same when it is not whole. */
function* readEntry(
  log: Log,
  position: number,
  header: number,
  entries: Map<number, Uint8Array>,
): Steps<Result<number, StoreError>> {
  const length = format.headerLength(header);
  const words = format.bytesToWords(length);
  if (length > log.format.maxValueLength) return Ok(position);
  const value = new Uint8Array(length);
  const status = yield* readSpan(log, position + 1, length, value);
  if (status !== 'Done') return Err(status);
  const last = words === 0 ? ERASED : yield* wordAt(log, position + words);
  if (last === UNREADABLE) return Err('StorageError');
  if (format.headerDifference(header) !== 32 - format.ones(last)) return Ok(position);
  if (format.isFlipped(header) && length > 0) value[length - 1] = 0xff;
  entries.set(format.headerKey(header), value);
  return Ok(position + 1 + words);
}
