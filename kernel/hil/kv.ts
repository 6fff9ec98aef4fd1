// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for key-value stores, bare and with access permissions.
 *
 * Mirrors `kernel/src/hil/kv.rs`. Keys and values are views on buffers (Tock's `SubSliceMut`): a store
 * owns both from the call that it accepts until the callback, which returns the very same views, or
 * returns them at once with the error of a refusal. One operation at a time; no callback comes from
 * within a call.
 *
 * Errors, of a refusal or in a callback:
 * - BUSY: another operation is under way;
 * - INVAL: the key or the permissions are not lawful; RESERVE: the store has no buffer of its own;
 * - SIZE: the key or the value is longer than the store takes; on get, the value is longer than the
 *   buffer, which then holds its beginning;
 * - NOSUPPORT: get, update, delete of a key that is not there (or that the caller may not use); add of
 *   one that is;
 * - NOMEM: no room; FAIL: the flash below failed.
 */
import type { ErrorCode } from '../errorcode.ts';
import type { Result } from '../result.ts';
import type { StoragePermissions } from '../storage-permissions.ts';

/** Why an operation on a key and a value was refused, and both views. */
export type KvRejected = readonly [error: ErrorCode, key: Uint8Array, value: Uint8Array];

/** Why an operation on a key alone was refused, and its view. */
export type KeyRejected = readonly [error: ErrorCode, key: Uint8Array];

/** Who is told that an operation is over. */
export interface KvClient {
  /** The value is in the view, `length` bytes of it; with SIZE, `length` is the value's whole length. */
  getComplete(result: Result, key: Uint8Array, value: Uint8Array, length: number): void;
  setComplete(result: Result, key: Uint8Array, value: Uint8Array): void;
  addComplete(result: Result, key: Uint8Array, value: Uint8Array): void;
  updateComplete(result: Result, key: Uint8Array, value: Uint8Array): void;
  deleteComplete(result: Result, key: Uint8Array): void;
  garbageCollectionComplete(result: Result): void;
}

/** A store without permissions: every caller sees every key. */
export interface Kv {
  setClient(client: KvClient): void;
  /** Reads the value of a key into the view. */
  get(key: Uint8Array, value: Uint8Array): Result<void, KvRejected>;
  /** Gives a key a value, whether it had one or not. */
  set(key: Uint8Array, value: Uint8Array): Result<void, KvRejected>;
  /** Gives a value to a key that has none. */
  add(key: Uint8Array, value: Uint8Array): Result<void, KvRejected>;
  /** Replaces the value of a key that has one. */
  update(key: Uint8Array, value: Uint8Array): Result<void, KvRejected>;
  delete(key: Uint8Array): Result<void, KeyRejected>;
  /** Takes back the space of what was deleted, in advance. */
  garbageCollect(): Result;
}

/** A store that keeps with each value who wrote it, and judges each access by it. */
export interface KvPermissions {
  setClient(client: KvClient): void;
  /** Bytes at the start of each value's view that are the store's own: the caller leaves them free. */
  headerSize(): number;
  get(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, KvRejected>;
  /** INVAL: the permissions have no write id. `value` begins with `headerSize` free bytes. */
  set(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, KvRejected>;
  add(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, KvRejected>;
  update(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, KvRejected>;
  delete(key: Uint8Array, permissions: StoragePermissions): Result<void, KeyRejected>;
  garbageCollect(): Result;
}
