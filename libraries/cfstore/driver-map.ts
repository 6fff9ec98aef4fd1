// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A map from numbers over CFSTORE as a client calls it: each put is a create or an open, a write, a close, and a flush where it
 * takes one to make it durable.
 *
 * NON-TOCK: this project's own, for the contract that all stores share. A number is the name `k` and four digits to the
 * base 16: names of one length, so that room depends on the value alone.
 */
import { Err, Ok } from '#kernel/result';
import type { MapStore, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import type { Steps } from '../store/storage.ts';
import { CfstoreError, type CfstoreDriver, type Hkey, type Status } from './driver.ts';

/** The largest key. */
export const MAX_KEY = 0xffff;
/** Characters of each name. */
export const NAME_LENGTH = 5;

const NAMES = 'k*';
const NAME = /^k[0-9a-f]{4}$/;

/** The name of a number. */
export function nameOf(key: number): string {
  return `k${key.toString(16).padStart(4, '0')}`;
}

/** How the map uses its store. */
export interface DriverMapOptions {
  /** Whether each change is flushed. */
  readonly flushes: boolean;
  /** The longest value that is handed on, bytes. */
  readonly maxValueLength: number;
  /** How often the store has repaired itself: an operation that failed meanwhile is done again. Left out: never. */
  readonly repairs?: () => number;
}

export class DriverMap implements MapStore {
  constructor(
    private readonly driver: CfstoreDriver,
    private readonly options: DriverMapOptions,
  ) {}

  *boot(): Steps<Outcome> {
    return outcome(yield* this.driver.initialize());
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    if (!isKey(key) || value.length > this.options.maxValueLength) return Err('InvalidArgument');
    return yield* this.repeated(() => this.putOnce(key, value));
  }

  /** Does something again while it fails and the store repairs itself. */
  private *repeated(operation: () => Steps<Outcome>): Steps<Outcome> {
    for (;;) {
      const before = this.options.repairs?.();
      const done = yield* operation();
      const isFailed = !done.ok && done.error === 'StorageError';
      if (!isFailed || this.options.repairs?.() === before) return done;
    }
  }

  private *putOnce(key: number, value: Uint8Array): Steps<Outcome> {
    const hkey = yield* this.openToWrite(nameOf(key), value.length);
    if (hkey < 0) return outcome(hkey);
    return yield* this.finish(hkey, yield* this.driver.write(hkey, value));
  }

  /** A handle on a key of this length, new or not. */
  private *openToWrite(name: string, length: number): Steps<Status> {
    const { driver } = this;
    const resized = yield* driver.create(name, length);
    if (resized === CfstoreError.INVALID_KEY_DESCRIPTOR) {
      return yield* driver.create(name, length, { acl: 0, mode: {} });
    }
    if (resized !== 0) return resized;
    // A store that gives no handle on a key which has this length already.
    return yield* driver.open(name, { read: true, write: true });
  }

  *delete(key: number): Steps<Outcome> {
    if (!isKey(key)) return Err('InvalidArgument');
    return yield* this.repeated(() => this.deleteOnce(key));
  }

  private *deleteOnce(key: number): Steps<Outcome> {
    const hkey = yield* this.driver.open(nameOf(key), { read: true });
    if (hkey === CfstoreError.KEY_NOT_FOUND) return Ok();
    if (hkey < 0) return outcome(hkey);
    return yield* this.finish(hkey, yield* this.driver.delete(hkey));
  }

  /** Closes a handle, and makes durable what was done; the first thing that failed counts. */
  private *finish(hkey: Hkey, done: Status): Steps<Outcome> {
    const closed = yield* this.driver.close(hkey);
    if (done < 0 || closed < 0) return outcome(Math.min(done, closed));
    return this.options.flushes ? outcome(yield* this.driver.flush()) : Ok();
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    const { driver } = this;
    if (!isKey(key)) return Ok(undefined);
    const hkey = yield* driver.open(nameOf(key), { read: true });
    if (hkey === CfstoreError.KEY_NOT_FOUND) return Ok(undefined);
    if (hkey < 0) return Err(faultOf(hkey));
    const length = yield* driver.valueLength(hkey);
    const value = new Uint8Array(Math.max(0, length));
    const read = length < 0 ? length : yield* driver.read(hkey, value);
    const closed = yield* driver.close(hkey);
    if (read < 0 || closed < 0) return Err(faultOf(Math.min(read, closed)));
    return read === length ? Ok(value) : Err('InvalidStorage');
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const { driver } = this;
    const keys: number[] = [];
    let hkey = yield* driver.find(NAMES);
    for (; hkey > 0; hkey = yield* driver.find(NAMES, hkey)) {
      const name = yield* driver.keyName(hkey);
      if (typeof name === 'number') return Err(faultOf(name));
      if (NAME.test(name)) keys.push(parseInt(name.slice(1), 16));
    }
    return hkey === CfstoreError.KEY_NOT_FOUND ? Ok(keys) : Err(faultOf(hkey));
  }

  ram(): RamUse {
    const { kvbufs, handles, state, heap } = this.driver.ram();
    return { fixed: kvbufs + handles + state, content: heap };
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}

function outcome(status: Status): Outcome {
  return status < 0 ? Err(faultOf(status)) : Ok();
}

/** A status in the words that all stores share. */
export function faultOf(status: Status): StoreFault {
  switch (status) {
    case CfstoreError.INVALID_VALUE_SIZE:
    case CfstoreError.INVALID_KEY_NAME:
    case CfstoreError.INVALID_KEY_LEN:
      return 'InvalidArgument';
    case CfstoreError.OUT_OF_MEMORY:
    case CfstoreError.HANDLE_COUNT_MAX:
      return 'NoCapacity';
    case CfstoreError.JOURNAL_FAILED:
    case CfstoreError.UNINITIALISED:
      return 'StorageError';
    default:
      return 'InvalidStorage';
  }
}
