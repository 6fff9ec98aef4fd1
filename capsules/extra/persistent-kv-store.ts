// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A key-value store on the persistent store: keys of bytes, whole keys compared, safe against power loss.
 *
 * Mirrors the place of `capsules/extra/src/tickv_kv_store.rs` in Tock's KV stack. NON-TOCK: another store
 * below, so an update is atomic and two keys of one hash are two keys. It is opened by its first operation, so
 * that a store nobody uses costs nothing.
 *
 *     KvStorePermissions      hil.kv.Kv
 *     PersistentKvStore       one operation at a time
 *     ByteKeyStore · Store    steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import {
  ByteKeyStore,
  LONGEST_KEY,
  valueStart,
  type ByteKeyError,
} from '#libraries/byte-key-store';
import type { Steps } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { StoreFlash } from './store-flash.ts';
import { StoreReads, type ReadCharge } from './store-reads.ts';

/** What each error of the store is as an ErrorCode. */
const ERROR_CODES: Readonly<Record<ByteKeyError, ErrorCode>> = {
  NotFound: ErrorCode.NOSUPPORT,
  Exists: ErrorCode.NOSUPPORT,
  InvalidArgument: ErrorCode.SIZE,
  NoCapacity: ErrorCode.NOMEM,
  NoLifetime: ErrorCode.OFF,
  StorageError: ErrorCode.FAIL,
  InvalidStorage: ErrorCode.FAIL,
};

/** Bytes of key and value for which garbage collection makes room: a 64-byte key and 512 bytes. */
const PREPARED_BYTES = 576;

type Kind = 'set' | 'add' | 'update';

/** What an operation leaves for its client. */
interface Ended {
  readonly error: ByteKeyError | undefined;
  /** What a get found, with the key before it. */
  readonly record: Uint8Array | undefined;
}

/** An operation that was accepted: what it does, and whom it tells. */
interface Accepted {
  readonly steps: () => Steps<Ended>;
  readonly done: (ended: Ended) => void;
}

/** What the store is wired to. */
export interface PersistentKvStoreOptions extends ReadCharge {
  readonly flash: StoreFlash;
}

export class PersistentKvStore implements hil.kv.Kv {
  private readonly keys: ByteKeyStore;
  private readonly reads: StoreReads;
  private readonly flash: StoreFlash;
  private client: hil.kv.KvClient | undefined;
  private accepted: Accepted | undefined;
  /** False before the first recovery, and after the flash failed, until the next. */
  private open = false;

  constructor(options: PersistentKvStoreOptions) {
    this.flash = options.flash;
    this.keys = new ByteKeyStore(new Store(options.flash.storage));
    this.reads = new StoreReads(this.keys.store, options);
    this.flash.onStep = () => {
      this.reads.settle();
    };
  }

  setClient(client: hil.kv.KvClient): void {
    this.client = client;
  }

  /** Read calls of the store since power-on. */
  get readCalls(): number {
    return this.reads.calls;
  }

  // --- hil.kv.Kv ---------------------------------------------------------------------------------

  get(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    const error = this.refusal(key, 0);
    if (error !== undefined) return Err([error, key, value]);
    return this.accept({
      steps: () => this.look(key),
      done: ({ error: failed, record }) => {
        const start = valueStart(key);
        const length = record === undefined ? 0 : record.length - start;
        const count = Math.min(length, value.length);
        for (let at = 0; at < count; at++) value[at] = record?.[start + at] ?? 0;
        const result =
          failed === undefined && length > count ? Err(ErrorCode.SIZE) : resultOf(failed);
        this.client?.getComplete(result, key, value, length);
      },
    });
  }

  set(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.write('set', key, value, (result) => this.client?.setComplete(result, key, value));
  }

  add(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.write('add', key, value, (result) => this.client?.addComplete(result, key, value));
  }

  update(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.write('update', key, value, (result) =>
      this.client?.updateComplete(result, key, value),
    );
  }

  delete(key: Uint8Array): Result<void, hil.kv.KeyRejected> {
    const error = this.refusal(key, 0);
    if (error !== undefined) return Err([error, key]);
    return this.accept({
      steps: () => this.change(this.keys.delete(key)),
      done: ({ error: failed }) => this.client?.deleteComplete(resultOf(failed), key),
    });
  }

  garbageCollect(): Result {
    if (this.accepted !== undefined) return Err(ErrorCode.BUSY);
    return this.accept({
      steps: () => this.change(this.keys.prepare(PREPARED_BYTES)),
      done: ({ error }) => this.client?.garbageCollectionComplete(resultOf(error)),
    });
  }

  private write(
    kind: Kind,
    key: Uint8Array,
    value: Uint8Array,
    done: (result: Result) => void,
  ): Result<void, hil.kv.KvRejected> {
    const error = this.refusal(key, value.length);
    if (error !== undefined) return Err([error, key, value]);
    return this.accept({
      steps: () => this.change(this.keys[kind](key, value)),
      done: ({ error: failed }) => {
        done(resultOf(failed));
      },
    });
  }

  private refusal(key: Uint8Array, valueLength: number): ErrorCode | undefined {
    if (this.accepted !== undefined) return ErrorCode.BUSY;
    const record = 1 + key.length + valueLength;
    const fits = key.length <= LONGEST_KEY && record <= this.keys.store.maxValueLength;
    return fits ? undefined : ErrorCode.SIZE;
  }

  // --- Running -----------------------------------------------------------------------------------

  private accept(accepted: Accepted): Result<void, never> {
    this.accepted = accepted;
    this.flash.start(this.whenOpen(accepted.steps), (ended) => {
      this.accepted = undefined;
      accepted.done(ended);
    });
    return Ok();
  }

  /** An operation, after a recovery if the store is not open. */
  private *whenOpen(steps: () => Steps<Ended>): Steps<Ended> {
    if (!this.open) {
      const error = yield* this.recover();
      if (error !== undefined) return { error, record: undefined };
    }
    const ended = yield* steps();
    if (ended.error === 'StorageError') this.open = false;
    return ended;
  }

  private *recover(): Steps<ByteKeyError | undefined> {
    const opened = yield* this.keys.store.recover();
    this.open = opened.ok;
    return opened.ok ? undefined : opened.error;
  }

  private *look(key: Uint8Array): Steps<Ended> {
    const got = yield* this.keys.get(key);
    return got.ok
      ? { error: undefined, record: got.value }
      : { error: got.error, record: undefined };
  }

  private *change(steps: Steps<Result<void, ByteKeyError>>): Steps<Ended> {
    const changed = yield* steps;
    return { error: changed.ok ? undefined : changed.error, record: undefined };
  }
}

function resultOf(error: ByteKeyError | undefined): Result {
  return error === undefined ? Ok() : Err(ERROR_CODES[error]);
}
