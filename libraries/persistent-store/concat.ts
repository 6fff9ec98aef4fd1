// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Several small values under one key, each with an index, as one entry.
 *
 * NON-TOCK: the concatenated entries of OpenSK's `libraries/persistent_store`, to the byte.
 *
 * The entry is a row of records: a byte of index, a byte of length, the value. New ones go to the end; their order
 * means nothing. Every change writes the whole entry anew, so it is as atomic as an insertion.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { Store, StoreError } from './store.ts';

const MAX_BYTE = 255;
/** Bytes before the value of a record. */
const RECORD_HEADER = 2;

/** Where a record stands in an entry: its first byte, and one past its last. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * A fresh copy of the value at an index (0..255) of a key, or undefined when it is not there. InvalidArgument: no such
 * index can be. InvalidStorage: the records up to it run past the end of the entry.
 */
export function* readConcat(
  store: Store,
  key: number,
  index: number,
): Steps<Result<Uint8Array | undefined, StoreError>> {
  if (!isByte(index)) return Err('InvalidArgument');
  const entry = yield* store.find(key);
  if (!entry.ok || entry.value === undefined) return entry;
  const place = findRecord(entry.value, index);
  if (!place.ok || place.value === undefined) return place.ok ? Ok(undefined) : place;
  return Ok(entry.value.slice(place.value.start + RECORD_HEADER, place.value.end));
}

/**
 * Sets the value (at most 255 bytes) at an index of a key. InvalidArgument: index, key or length out of range, or the
 * records together are longer than the longest value. InvalidStorage: as for readConcat. Else as for Store.insert.
 */
export function* writeConcat(
  store: Store,
  key: number,
  index: number,
  value: Uint8Array,
): Steps<Result<void, StoreError>> {
  if (!isByte(index) || value.length > MAX_BYTE) return Err('InvalidArgument');
  const found = yield* store.find(key);
  if (!found.ok) return found;
  const entry = found.value ?? new Uint8Array(0);
  const place = findRecord(entry, index);
  if (!place.ok) return place;
  const record = Uint8Array.of(index, value.length, ...value);
  const { start, end } = place.value ?? { start: entry.length, end: entry.length };
  return yield* store.insert(key, splice(entry, start, end, record));
}

/**
 * Removes the value at an index of a key; it need not be there. The last one leaves an empty entry. Errors as for
 * writeConcat: there must be room for what is left before the entry goes.
 */
export function* deleteConcat(
  store: Store,
  key: number,
  index: number,
): Steps<Result<void, StoreError>> {
  if (!isByte(index)) return Err('InvalidArgument');
  const entry = yield* store.find(key);
  if (!entry.ok) return entry;
  if (entry.value === undefined) return Ok();
  const place = findRecord(entry.value, index);
  if (!place.ok) return place;
  if (place.value === undefined) return Ok();
  const { start, end } = place.value;
  return yield* store.insert(key, splice(entry.value, start, end, new Uint8Array(0)));
}

function isByte(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index <= MAX_BYTE;
}

/** The first record with an index. What follows it is not looked at. */
function findRecord(entry: Uint8Array, index: number): Result<Place | undefined, StoreError> {
  let start = 0;
  while (start < entry.length) {
    const end = start + RECORD_HEADER + (entry[start + 1] ?? 0);
    if (end > entry.length) return Err('InvalidStorage');
    if (entry[start] === index) return Ok({ start, end });
    start = end;
  }
  return Ok(undefined);
}

/** The bytes with those from `start` up to `end` replaced. */
function splice(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length - (end - start) + by.length);
  whole.set(bytes.subarray(0, start));
  whole.set(by, start);
  whole.set(bytes.subarray(end), start + by.length);
  return whole;
}
