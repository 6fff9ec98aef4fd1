// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Settings that each have a number, for capsules: ConfigStorage of TEP 129.
 *
 * NON-TOCK: TinyOS. It is opened by its first operation, so that a storage nobody uses costs nothing.
 *
 *     ConfigStorageDriver     one operation of each process
 *     TinyosConfigStorage     one operation at a time
 *     ConfigStorage           steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import type { Steps } from '#libraries/store/storage';
import { MAX_LENGTH, NO_KEY } from '#libraries/tinyos/config-format';
import type { TinyosFault, TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { OneAtATime } from './one-at-a-time.ts';
import type { StoreFlash } from './store-flash.ts';
import { closes, isIndex, isLength, resultOf } from './tinyos-errors.ts';

/** A value as far as it was asked for, and its whole size. */
export interface Retrieved {
  readonly value: Uint8Array;
  readonly size: number;
}

/** The operations in steps; both kinds of `libraries/tinyos` have them. */
export interface ConfigSteps {
  boot(): Steps<TinyosOutcome>;
  insert(key: number, value: Uint8Array): Steps<TinyosOutcome>;
  retrieve(key: number, maxValueSize: number): Steps<TinyosOutcome<Retrieved>>;
  remove(key: number): Steps<TinyosOutcome>;
  totalKeys(): Steps<TinyosOutcome<number>>;
  firstKey(): Steps<TinyosOutcome<number>>;
  nextKey(presentKey: number): Steps<TinyosOutcome<number>>;
  lastKey(): number;
}

type Client = hil.configStorage.ConfigStorageClient;

export class TinyosConfigStorage implements hil.configStorage.ConfigStorage {
  private client: Client | undefined;
  private readonly operations: OneAtATime<TinyosFault>;

  /** @param config a storage on the flash's storage, not booted. */
  constructor(
    flash: StoreFlash,
    private readonly config: ConfigSteps,
  ) {
    this.operations = new OneAtATime<TinyosFault>({ flash, boot: () => config.boot(), closes });
  }

  setClient(client: Client): void {
    this.client = client;
  }

  getTotalKeys(): Result {
    return this.start(
      undefined,
      () => this.config.totalKeys(),
      (client, outcome) => {
        client.totalKeys(outcome.ok ? outcome.value : 0, resultOf(outcome));
      },
    );
  }

  insert(key: number, value: Uint8Array, valueSize: number): Result<void, Rejected<Uint8Array>> {
    const error =
      refusal(key, value, valueSize) ?? (valueSize > MAX_LENGTH ? ErrorCode.SIZE : undefined);
    const started = this.start(
      error,
      () => this.config.insert(key, value.subarray(0, valueSize)),
      (client, outcome) => {
        client.inserted(key, value, valueSize, resultOf(outcome));
      },
    );
    return started.ok ? started : Err([started.error, value]);
  }

  retrieve(
    key: number,
    valueHolder: Uint8Array,
    maxValueSize: number,
  ): Result<void, Rejected<Uint8Array>> {
    const started = this.start(
      refusal(key, valueHolder, maxValueSize),
      () => this.config.retrieve(key, maxValueSize),
      (client, outcome) => {
        if (!outcome.ok) {
          client.retrieved(key, valueHolder, 0, resultOf(outcome));
          return;
        }
        const { value, size } = outcome.value;
        valueHolder.set(value.subarray(0, maxValueSize));
        const fits = size <= maxValueSize;
        client.retrieved(key, valueHolder, size, fits ? Ok() : Err(ErrorCode.SIZE));
      },
    );
    return started.ok ? started : Err([started.error, valueHolder]);
  }

  remove(key: number): Result {
    return this.start(
      keyRefusal(key),
      () => this.config.remove(key),
      (client, outcome) => {
        client.removed(key, resultOf(outcome));
      },
    );
  }

  getFirstKey(): Result {
    return this.start(undefined, () => this.config.firstKey(), tellKey);
  }

  getLastKey(): number {
    return this.operations.isOpen ? this.config.lastKey() : NO_KEY;
  }

  getNextKey(presentKey: number): Result {
    return this.start(keyRefusal(presentKey), () => this.config.nextKey(presentKey), tellKey);
  }

  private start<T>(
    error: ErrorCode | undefined,
    steps: () => Steps<TinyosOutcome<T>>,
    tell: (client: Client, outcome: TinyosOutcome<T>) => void,
  ): Result {
    return this.operations.startFor(this.client, error, steps, tell);
  }
}

function tellKey(client: Client, outcome: TinyosOutcome<number>): void {
  client.nextKey(outcome.ok ? outcome.value : NO_KEY, resultOf(outcome));
}

function keyRefusal(key: number): ErrorCode | undefined {
  return isIndex(key, NO_KEY) ? undefined : ErrorCode.INVAL;
}

function refusal(key: number, value: Uint8Array, size: number): ErrorCode | undefined {
  return isLength(size, value.length) ? keyRefusal(key) : ErrorCode.INVAL;
}
