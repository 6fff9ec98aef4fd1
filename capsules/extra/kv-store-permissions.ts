// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Adds to each value of a key-value store who wrote it, and lets only those touch it who may.
 *
 * Mirrors `capsules/extra/src/kv_store_permissions.rs`. A value begins with nine bytes: version 0, length
 * (u32, little-endian), write id (u32). What may not be read looks as if it were not there. To set,
 * update or delete a key, its header is read first. Where Tock's code and its TRD on storage differ, the
 * board's profile decides: whose id an overwritten value carries, and what a process without one hears.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { StoragePermissions } from '#kernel/storage-permissions';

const HEADER_VERSION = 0;
/** Bytes of the header. */
export const HEADER_LENGTH = 9;
const LENGTH_AT = 1;
const WRITE_ID_AT = 5;

type Kind = 'get' | 'set' | 'add' | 'update' | 'delete' | 'garbage-collect';

/** The operation under way; `value` is empty where there is none. */
interface Operation {
  readonly kind: Kind;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly permissions: StoragePermissions;
}

const NONE = new Uint8Array(0);

export class KvStorePermissions implements hil.kv.KvPermissions, hil.kv.KvClient {
  private client: hil.kv.KvClient | undefined;
  private operation: Operation | undefined;
  /** Where the header of the value in place is read to. */
  private readonly header = new Uint8Array(HEADER_LENGTH);

  /** @param rules see `Profile.storageRules`. */
  constructor(
    private readonly kv: hil.kv.Kv,
    private readonly rules: 'code' | 'trd' = 'code',
  ) {
    kv.setClient(this);
  }

  setClient(client: hil.kv.KvClient): void {
    this.client = client;
  }

  headerSize(): number {
    return HEADER_LENGTH;
  }

  // --- Downcalls ---------------------------------------------------------------------------------

  get(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, hil.kv.KvRejected> {
    if (this.operation !== undefined) return Err([ErrorCode.BUSY, key, value]);
    return this.begin({ kind: 'get', key, value, permissions }, this.kv.get(key, value));
  }

  set(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, hil.kv.KvRejected> {
    return this.write({ kind: 'set', key, value, permissions });
  }

  add(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, hil.kv.KvRejected> {
    return this.write({ kind: 'add', key, value, permissions });
  }

  update(
    key: Uint8Array,
    value: Uint8Array,
    permissions: StoragePermissions,
  ): Result<void, hil.kv.KvRejected> {
    return this.write({ kind: 'update', key, value, permissions });
  }

  delete(key: Uint8Array, permissions: StoragePermissions): Result<void, hil.kv.KeyRejected> {
    if (this.operation !== undefined) return Err([ErrorCode.BUSY, key]);
    const begun = this.begin(
      { kind: 'delete', key, value: NONE, permissions },
      this.kv.get(key, this.header),
    );
    return begun.ok ? begun : Err([begun.error[0], key]);
  }

  garbageCollect(): Result {
    if (this.operation !== undefined) return Err(ErrorCode.BUSY);
    const started = this.kv.garbageCollect();
    if (started.ok) this.operation = GARBAGE_COLLECTION;
    return started;
  }

  private write(operation: Operation): Result<void, hil.kv.KvRejected> {
    const { kind, key, value, permissions } = operation;
    const { writeId } = permissions;
    if (writeId === undefined) {
      return Err([this.rules === 'code' ? ErrorCode.INVAL : ErrorCode.NOSUPPORT, key, value]);
    }
    if (this.operation !== undefined) return Err([ErrorCode.BUSY, key, value]);
    if (value.length < HEADER_LENGTH) return Err([ErrorCode.SIZE, key, value]);
    value[0] = HEADER_VERSION;
    putWord(value, LENGTH_AT, value.length - HEADER_LENGTH);
    putWord(value, WRITE_ID_AT, writeId);
    if (kind === 'add') return this.begin(operation, this.kv.add(key, value));
    const begun = this.begin(operation, this.kv.get(key, this.header));
    return begun.ok ? begun : Err([begun.error[0], key, value]);
  }

  private begin(
    operation: Operation,
    started: Result<void, hil.kv.KvRejected>,
  ): Result<void, hil.kv.KvRejected> {
    if (started.ok) this.operation = operation;
    return started;
  }

  // --- Callbacks ---------------------------------------------------------------------------------

  /** A value that was asked for, or the header of one that is to be changed. */
  getComplete(result: Result, key: Uint8Array, value: Uint8Array, length: number): void {
    const { operation } = this;
    if (operation === undefined) return;
    if (operation.kind === 'get') this.giveValue(operation, result, key, value, length);
    else this.changeIfAllowed(operation, result, value, length);
  }

  private giveValue(
    { permissions }: Operation,
    result: Result,
    key: Uint8Array,
    value: Uint8Array,
    length: number,
  ): void {
    this.operation = undefined;
    if (!result.ok && result.error !== ErrorCode.SIZE) {
      this.client?.getComplete(result, key, value, 0);
      return;
    }
    const writer = writerOf(value, length);
    const allowed = writer !== undefined && permissions.checkReadPermission(writer);
    if (allowed) this.client?.getComplete(result, key, value, length - HEADER_LENGTH);
    else this.client?.getComplete(Err(ErrorCode.NOSUPPORT), key, value, 0);
  }

  /** The header in place is known: goes on with the change, or refuses it. SIZE is no error here. */
  private changeIfAllowed(
    operation: Operation,
    result: Result,
    header: Uint8Array,
    length: number,
  ): void {
    const found = result.ok || result.error === ErrorCode.SIZE;
    const writer = found ? writerOf(header, length) : undefined;
    const refused = found ? refusalOf(operation, writer) : absent(operation, result);
    if (writer !== undefined && this.rules === 'trd') putWord(operation.value, WRITE_ID_AT, writer);
    const started = refused.ok ? this.change(operation) : refused;
    if (!started.ok) this.finish(operation, started);
  }

  private change({ kind, key, value }: Operation): Result {
    const started = kind === 'delete' ? this.kv.delete(key) : this.kv.set(key, value);
    return started.ok ? Ok() : Err(started.error[0]);
  }

  setComplete(result: Result): void {
    if (this.operation !== undefined) this.finish(this.operation, result);
  }

  addComplete(result: Result): void {
    if (this.operation !== undefined) this.finish(this.operation, result);
  }

  updateComplete(result: Result): void {
    if (this.operation !== undefined) this.finish(this.operation, result);
  }

  deleteComplete(result: Result): void {
    if (this.operation !== undefined) this.finish(this.operation, result);
  }

  garbageCollectionComplete(result: Result): void {
    if (this.operation !== undefined) this.finish(this.operation, result);
  }

  /** Tells the client, which may begin the next operation at once. */
  private finish({ kind, key, value }: Operation, result: Result): void {
    this.operation = undefined;
    const { client } = this;
    switch (kind) {
      case 'get':
        client?.getComplete(result, key, value, 0);
        return;
      case 'set':
        client?.setComplete(result, key, value);
        return;
      case 'add':
        client?.addComplete(result, key, value);
        return;
      case 'update':
        client?.updateComplete(result, key, value);
        return;
      case 'delete':
        client?.deleteComplete(result, key);
        return;
      case 'garbage-collect':
        client?.garbageCollectionComplete(result);
    }
  }
}

/** Whether a value of this writer may be changed: NOSUPPORT if not. */
function refusalOf({ permissions }: Operation, writer: number | undefined): Result {
  const allowed = writer !== undefined && permissions.checkModifyPermission(writer);
  return allowed ? Ok() : Err(ErrorCode.NOSUPPORT);
}

/** A key that is not there can be set, and nothing else. */
function absent({ kind }: Operation, result: Result): Result {
  return !result.ok && result.error === ErrorCode.NOSUPPORT && kind === 'set' ? Ok() : result;
}

const GARBAGE_COLLECTION: Operation = {
  kind: 'garbage-collect',
  key: NONE,
  value: NONE,
  permissions: StoragePermissions.NULL,
};

/** Puts a 32-bit number, little-endian, where there is room for it. */
function putWord(bytes: Uint8Array, at: number, word: number): void {
  for (let byte = 0; byte < 4; byte++) bytes[at + byte] = (word >>> (8 * byte)) & 0xff;
}

/** Who wrote a value; undefined when it has no header of a version that is known. */
function writerOf(value: Uint8Array, length: number): number | undefined {
  if (length < HEADER_LENGTH || value[0] !== HEADER_VERSION) return undefined;
  let writer = 0;
  for (let byte = 3; byte >= 0; byte--) writer = writer * 256 + (value[WRITE_ID_AT + byte] ?? 0);
  return writer;
}
