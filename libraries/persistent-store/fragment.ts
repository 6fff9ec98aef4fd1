// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Values longer than one entry, cut into chunks under a sequence of keys.
 *
 * NON-TOCK: the fragmented entries of OpenSK's `libraries/persistent_store`, with the same reads and writes.
 *
 * The first keys of the sequence hold chunks of the longest length, the next one what is left, the others nothing.
 * A sequence of fewer than no keys, as a range whose ends are reversed, is InvalidArgument here; the crate panics.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { Handle, Store, StoreError, Update } from './store.ts';

/** Keys in an order. The two functions undo each other; InvalidArgument when they are seen not to. */
export interface Keys {
  /** How many keys there are. */
  readonly length: number;
  /** The position of a key from 0 on, or undefined when it is none of these. */
  positionOf(key: number): number | undefined;
  /** The key at a position below `length`. */
  keyAt(position: number): number;
}

/** The keys from `first` up to and without `end`. */
export function keyRange(first: number, end: number): Keys {
  return {
    length: end - first,
    positionOf: (key) => (key >= first && key < end ? key - first : undefined),
    keyAt: (position) => first + position,
  };
}

/** The whole value, or undefined when no key is there. InvalidStorage: the keys that are there are not the first ones. */
export function* readFragments(
  store: Store,
  keys: Keys,
): Steps<Result<Uint8Array | undefined, StoreError>> {
  const found = handlesOf(store, keys);
  if (!found.ok) return found;
  if (found.value.length === 0) return Ok(undefined);
  const whole = new Uint8Array(found.value.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const handle of found.value) {
    const chunk = yield* store.value(handle);
    if (!chunk.ok) return chunk;
    whole.set(chunk.value, offset);
    offset += chunk.value.length;
  }
  return Ok(whole);
}

/**
 * Bytes `start` up to and without `end` of the value, as far as it goes, or undefined when no key is there. Only the
 * chunks it takes are read. InvalidArgument: `start` is above `end`. InvalidStorage: as for readFragments.
 */
export function* readFragmentRange(
  store: Store,
  keys: Keys,
  start: number,
  end: number,
): Steps<Result<Uint8Array | undefined, StoreError>> {
  if (!(start >= 0 && start <= end)) return Err('InvalidArgument');
  const found = handlesOf(store, keys);
  if (!found.ok) return found;
  if (found.value.length === 0) return Ok(undefined);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const handle of found.value) {
    const length = yield* store.length(handle);
    if (!length.ok) return length;
    const from = Math.max(0, start - offset);
    const to = Math.min(Math.max(0, end - offset), length.value);
    offset += length.value;
    if (from >= to) continue;
    const chunk = yield* store.value(handle);
    if (!chunk.ok) return chunk;
    parts.push(chunk.value.subarray(from, to));
  }
  return Ok(concatenate(parts));
}

/**
 * Sets the value, in one transaction that writes only the chunks that change; the value must not change until the operation ends.
 * An empty value is none. InvalidArgument: more chunks than keys, or more than 31 of them change. InvalidStorage: as
 * for readFragments. NoCapacity, NoLifetime: as for a transaction.
 */
export function* writeFragments(
  store: Store,
  keys: Keys,
  value: Uint8Array,
): Steps<Result<void, StoreError>> {
  const found = handlesOf(store, keys);
  if (!found.ok) return found;
  const handles = found.value;
  const size = store.maxValueLength;
  const chunks = Math.ceil(value.length / size);
  const updates: Update[] = [];
  for (let position = 0; position < Math.min(chunks, keys.length); position++) {
    const chunk = value.subarray(position * size, (position + 1) * size);
    const handle = handles[position];
    const same = handle === undefined ? Ok(false) : yield* holds(store, handle, chunk);
    if (!same.ok) return same;
    if (!same.value) updates.push({ op: 'insert', key: keys.keyAt(position), value: chunk });
  }
  for (const { key } of handles.slice(chunks)) updates.push({ op: 'remove', key });
  if (chunks > keys.length) return Err('InvalidArgument');
  return yield* store.transaction(updates);
}

/** Removes the value, in one transaction. InvalidArgument: more than 31 keys are there. InvalidStorage: as for readFragments. */
export function* deleteFragments(store: Store, keys: Keys): Steps<Result<void, StoreError>> {
  const found = handlesOf(store, keys);
  if (!found.ok) return found;
  return yield* store.transaction(found.value.map(({ key }): Update => ({ op: 'remove', key })));
}

function* holds(
  store: Store,
  handle: Handle,
  chunk: Uint8Array,
): Steps<Result<boolean, StoreError>> {
  const stored = yield* store.value(handle);
  if (!stored.ok) return stored;
  const { value } = stored;
  return Ok(value.length === chunk.length && value.every((byte, at) => byte === chunk[at]));
}

/** The handles of the keys that are there, in the order of the sequence. */
function handlesOf(store: Store, keys: Keys): Result<Handle[], StoreError> {
  if (!Number.isInteger(keys.length) || keys.length < 0) return Err('InvalidArgument');
  const all = store.handles();
  if (!all.ok) return all;
  const found = new Map<number, Handle>();
  for (const handle of all.value) {
    const position = keys.positionOf(handle.key);
    if (position === undefined) continue;
    const other = found.get(position);
    // Two entries of one key stand in a crafted image only.
    if (other?.key === handle.key) return Err('InvalidStorage');
    if (other !== undefined || !(position < keys.length)) return Err('InvalidArgument');
    found.set(position, handle);
  }
  return inOrder(found);
}

function inOrder(found: ReadonlyMap<number, Handle>): Result<Handle[], StoreError> {
  const handles: Handle[] = [];
  for (let position = 0; position < found.size; position++) {
    const handle = found.get(position);
    if (handle === undefined) return Err('InvalidStorage');
    handles.push(handle);
  }
  return Ok(handles);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
