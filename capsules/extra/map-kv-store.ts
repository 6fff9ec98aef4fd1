// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A key-value store on any store that is a map: keys of bytes, whole keys compared, as safe as the store below.
 *
 * Mirrors the place of `capsules/extra/src/tickv_kv_store.rs` in Tock's KV stack. NON-TOCK: another store
 * below, the persistent one where nothing else is asked for, and two keys of one hash are two keys. It is opened by its
 * first operation, so that a store nobody uses costs nothing.
 *
 *     KvStorePermissions      hil.kv.Kv
 *     MapKvStore       one operation at a time
 *     ByteKeyStore · Slots    steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import {
  ByteKeyStore,
  LONGEST_KEY,
  valueStart,
  type ByteKeyError,
} from '#libraries/byte-key-store';
import type { Steps } from '#libraries/store/storage';
import type { MapDefinition } from '#libraries/store/definition';
import { PERSISTENT } from '#libraries/persistent-store/definition';
import { slotsOn, type Slots } from '#libraries/slots';
import { KvOnSteps, type KvWrite } from './kv-on-steps.ts';
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

/** What the store is wired to. */
export interface MapKvStoreOptions extends ReadCharge {
  readonly flash: StoreFlash;
  /** The store below; default: the persistent one. */
  readonly store?: MapDefinition;
}

export class MapKvStore extends KvOnSteps {
  private readonly slots: Slots;
  private readonly keys: ByteKeyStore;
  private readonly reads: StoreReads;

  constructor(options: MapKvStoreOptions) {
    super(options.flash);
    this.slots = slotsOn(options.store ?? PERSISTENT, options.flash.storage);
    this.keys = new ByteKeyStore(this.slots);
    this.reads = new StoreReads(this.slots, options);
    this.flash.onStep = () => {
      this.reads.settle();
    };
  }

  /** Read calls of the store since power-on. */
  get readCalls(): number {
    return this.reads.calls;
  }

  protected *boot(): Steps<Result> {
    return resultOf(yield* this.slots.boot());
  }

  protected *look(key: Uint8Array): Steps<Result<Uint8Array>> {
    const got = yield* this.keys.get(key);
    return got.ok ? Ok(got.value.subarray(valueStart(key))) : Err(ERROR_CODES[got.error]);
  }

  protected *write(kind: KvWrite, key: Uint8Array, value: Uint8Array): Steps<Result> {
    return resultOf(yield* this.keys[kind](key, value));
  }

  protected *remove(key: Uint8Array): Steps<Result> {
    return resultOf(yield* this.keys.delete(key));
  }

  protected *makeRoom(): Steps<Result> {
    return resultOf(yield* this.keys.prepare(PREPARED_BYTES));
  }

  protected takes(keyLength: number, valueLength: number): boolean {
    return keyLength <= LONGEST_KEY && 1 + keyLength + valueLength <= this.slots.maxRecordLength;
  }
}

function resultOf(result: Result<void, ByteKeyError>): Result {
  return result.ok ? Ok() : Err(ERROR_CODES[result.error]);
}
