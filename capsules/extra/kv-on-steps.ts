// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `hil.kv.Kv` over a store whose operations are steps: one at a time, opened by the first.
 *
 * NON-TOCK: what the key-value stores share. Tock's are one capsule a store.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import { OneAtATime } from './one-at-a-time.ts';
import type { StoreFlash } from './store-flash.ts';

/** How a key is given a value. */
export type KvWrite = 'set' | 'add' | 'update';

/** An operation that was accepted: what it does, and whom it tells. */
interface Accepted {
  readonly steps: () => Steps<Result<Uint8Array | undefined>>;
  readonly done: (result: Result<Uint8Array | undefined>) => void;
}

export abstract class KvOnSteps implements hil.kv.Kv {
  private client: hil.kv.KvClient | undefined;
  private readonly operations: OneAtATime<ErrorCode>;

  constructor(protected readonly flash: StoreFlash) {
    this.operations = new OneAtATime<ErrorCode>({
      flash,
      boot: () => this.boot(),
      closes: (error) => error === ErrorCode.FAIL,
    });
  }

  // --- The store ---------------------------------------------------------------------------------

  /** Makes it ready, again after a failure. */
  protected abstract boot(): Steps<Result>;
  /** A fresh copy of a key's whole value. NOSUPPORT: there is none. */
  protected abstract look(key: Uint8Array): Steps<Result<Uint8Array>>;
  /** NOSUPPORT: `add` of a key that is there, `update` of one that is not. NOMEM: no room. */
  protected abstract write(kind: KvWrite, key: Uint8Array, value: Uint8Array): Steps<Result>;
  /** NOSUPPORT: there is no such key. */
  protected abstract remove(key: Uint8Array): Steps<Result>;
  /** Makes room in advance. */
  protected abstract makeRoom(): Steps<Result>;
  /** Whether a key and a value of these lengths can be stored at all. */
  protected abstract takes(keyLength: number, valueLength: number): boolean;

  // --- hil.kv.Kv ---------------------------------------------------------------------------------

  setClient(client: hil.kv.KvClient): void {
    this.client = client;
  }

  get(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    const error = this.refusal(key, 0);
    if (error !== undefined) return Err([error, key, value]);
    return this.accept({
      steps: () => this.look(key),
      done: (looked) => {
        const found = (looked.ok ? looked.value : undefined) ?? NOTHING;
        value.set(found.subarray(0, value.length));
        const result =
          looked.ok && found.length > value.length ? Err(ErrorCode.SIZE) : done(looked);
        this.client?.getComplete(result, key, value, found.length);
      },
    });
  }

  set(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.change('set', key, value, (result) => this.client?.setComplete(result, key, value));
  }

  add(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.change('add', key, value, (result) => this.client?.addComplete(result, key, value));
  }

  update(key: Uint8Array, value: Uint8Array): Result<void, hil.kv.KvRejected> {
    return this.change('update', key, value, (result) =>
      this.client?.updateComplete(result, key, value),
    );
  }

  delete(key: Uint8Array): Result<void, hil.kv.KeyRejected> {
    const error = this.refusal(key, 0);
    if (error !== undefined) return Err([error, key]);
    return this.accept({
      steps: () => valueless(this.remove(key)),
      done: (removed) => this.client?.deleteComplete(done(removed), key),
    });
  }

  garbageCollect(): Result {
    if (this.operations.isBusy) return Err(ErrorCode.BUSY);
    return this.accept({
      steps: () => valueless(this.makeRoom()),
      done: (made) => this.client?.garbageCollectionComplete(done(made)),
    });
  }

  private change(
    kind: KvWrite,
    key: Uint8Array,
    value: Uint8Array,
    tell: (result: Result) => void,
  ): Result<void, hil.kv.KvRejected> {
    const error = this.refusal(key, value.length);
    if (error !== undefined) return Err([error, key, value]);
    return this.accept({
      steps: () => valueless(this.write(kind, key, value)),
      done: (written) => {
        tell(done(written));
      },
    });
  }

  private refusal(key: Uint8Array, valueLength: number): ErrorCode | undefined {
    if (this.operations.isBusy) return ErrorCode.BUSY;
    return this.takes(key.length, valueLength) ? undefined : ErrorCode.SIZE;
  }

  private accept({ steps, done }: Accepted): Result<void, never> {
    this.operations.start(steps, done);
    return Ok();
  }
}

const NOTHING = new Uint8Array(0);

function* valueless(steps: Steps<Result>): Steps<Result<undefined>> {
  const result = yield* steps;
  return result.ok ? Ok(undefined) : result;
}

/** A result without the value. */
function done(result: Result<unknown>): Result {
  return result.ok ? Ok() : result;
}
