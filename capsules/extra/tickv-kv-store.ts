// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A key-value store on TicKV: a key is known by its SipHash, 64 bits of it.
 *
 * Mirrors `capsules/extra/src/tickv_kv_store.rs`, with the operations of TicKV's capsule that it calls. NON-TOCK: what Tock makes of
 * several operations of TicKV is one here, `put`, in either mode; and a store without room collects by itself.
 *
 *     KvStorePermissions      hil.kv.Kv
 *     TicKvKvStore            one operation at a time
 *     TicKv                   steps: read · write · erase
 *     PageWriteFlash          hil.flash.Flash, as Tock deploys it; or a StoreFlash that writes words
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import { sipHash } from '#libraries/sip-hash';
import type { Steps } from '#libraries/store/storage';
import type { TicKvError, TicKvResult } from '#libraries/tickv/codes';
import { superKeyOf } from '#libraries/tickv/definition';
import { HARDENED, type Mode } from '#libraries/tickv/mode';
import { TicKv } from '#libraries/tickv/tickv';
import { KvOnSteps, type KvWrite } from './kv-on-steps.ts';
import type { StoreFlash } from './store-flash.ts';

const METHODS = { set: 'put', add: 'add', update: 'update' } as const;

export class TicKvKvStore extends KvOnSteps {
  private kv: TicKv;

  constructor(
    flash: StoreFlash,
    private readonly mode: Mode = HARDENED,
  ) {
    super(flash);
    this.kv = new TicKv(flash.storage, mode);
  }

  protected *boot(): Steps<Result> {
    this.kv = new TicKv(this.flash.storage, this.mode);
    return resultOf(yield* this.kv.initialise(superKeyOf(this.mode)));
  }

  protected *look(key: Uint8Array): Steps<Result<Uint8Array>> {
    const found = yield* this.kv.value(sipHash(key));
    if (!found.ok) return Err(errorCodeOf(found.error));
    return found.value.isSound ? Ok(found.value.value) : Err(ErrorCode.FAIL);
  }

  protected *write(kind: KvWrite, key: Uint8Array, value: Uint8Array): Steps<Result> {
    return resultOf(yield* this.kv[METHODS[kind]](sipHash(key), value));
  }

  protected *remove(key: Uint8Array): Steps<Result> {
    return resultOf(yield* this.kv.invalidateKey(sipHash(key)));
  }

  protected *makeRoom(): Steps<Result> {
    return resultOf(yield* this.kv.garbageCollect());
  }

  protected takes(_keyLength: number, valueLength: number): boolean {
    return valueLength <= this.kv.maxValueLength;
  }
}

function resultOf(result: TicKvResult<unknown>): Result {
  return result.ok ? Ok() : Err(errorCodeOf(result.error));
}

/** What an error of TicKV is as an ErrorCode. */
function errorCodeOf({ kind }: TicKvError): ErrorCode {
  switch (kind) {
    case 'KeyNotFound':
    case 'KeyAlreadyExists':
      return ErrorCode.NOSUPPORT;
    case 'FlashFull':
      return ErrorCode.NOMEM;
    case 'ObjectTooLarge':
    case 'BufferTooSmall':
      return ErrorCode.SIZE;
    default:
      return ErrorCode.FAIL;
  }
}
