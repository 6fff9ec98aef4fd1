// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A map from numbers over CFSTORE as a client calls it: each put is a create or an open, a write, a close, and a flush where it
 * takes one to make it durable.
 *
 * NON-TOCK: this project's own, for the contract that all stores share. A number is a name of eight digits to the base 16: names of
 * one length, so that room depends on the value alone.
 */
import { Err, Ok } from '#kernel/result';
import type { MapStore, NamedValue, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import type { Steps } from '../store/storage.ts';
import {
  Acl,
  CfstoreError,
  type CfstoreDriver,
  type Hkey,
  type KeyDescriptor,
  type Status,
} from './driver.ts';

/** The largest key. */
export const MAX_KEY = 0xffff_ffff;
/** Characters of each name. */
export const NAME_LENGTH = 8;

const DESCRIPTOR: KeyDescriptor = {
  acl: Acl.OWNER_READ | Acl.OWNER_WRITE,
  mode: { read: true, write: true },
};

/** The name of a number. */
export function nameOf(key: number): string {
  return key.toString(16).padStart(NAME_LENGTH, '0');
}

/** The number that a name stands for. */
function keyOf(name: string): number | undefined {
  return /^[0-9a-f]{8}$/.test(name) ? parseInt(name, 16) : undefined;
}

/** How the map uses its store. */
export interface DriverMapOptions {
  /** Whether each change is flushed. */
  readonly flushes: boolean;
  /** The longest value that is handed on, bytes. */
  readonly maxValueLength: number;
  /** Bytes that a write must be a multiple of, where the store takes no others: values are filled up. Left out: any. */
  readonly unit?: number;
  /** How often the store has repaired itself: an operation that failed meanwhile is done again. Left out: never. */
  readonly repairs?: () => number;
}

export class DriverMap implements MapStore {
  constructor(
    readonly driver: CfstoreDriver,
    private readonly options: DriverMapOptions,
  ) {}

  *boot(): Steps<Outcome> {
    return this.outcome(yield* this.driver.initialize());
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
    if (hkey < 0) return this.outcome(hkey);
    return yield* this.finish(hkey, yield* this.driver.write(hkey, this.filledUp(value)));
  }

  private filledUp(value: Uint8Array): Uint8Array {
    const { unit = 1 } = this.options;
    const length = Math.ceil(value.length / unit) * unit;
    if (length === value.length) return value;
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set(value);
    return bytes;
  }

  /** A handle on a key of this length, new or not. */
  private *openToWrite(name: string, length: number): Steps<Status> {
    const { driver } = this;
    const resized = yield* driver.create(name, length);
    if (resized === CfstoreError.INVALID_KEY_DESCRIPTOR) {
      return yield* driver.create(name, length, DESCRIPTOR);
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
    if (hkey < 0) return this.outcome(hkey);
    return yield* this.finish(hkey, yield* this.driver.delete(hkey));
  }

  /** Closes a handle, and makes durable what was done; the first thing that failed counts. */
  private *finish(hkey: Hkey, done: Status): Steps<Outcome> {
    const closed = yield* this.driver.close(hkey);
    if (done < 0 || closed < 0) return this.outcome(Math.min(done, closed));
    return this.options.flushes ? this.outcome(yield* this.driver.flush()) : Ok();
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    if (!isKey(key)) return Ok(undefined);
    const hkey = yield* this.driver.open(nameOf(key), { read: true });
    if (hkey === CfstoreError.KEY_NOT_FOUND) return Ok(undefined);
    if (hkey < 0) return Err(this.faultOf(hkey));
    const value = yield* this.valueOf(hkey);
    const closed = yield* this.driver.close(hkey);
    return value.ok && closed < 0 ? Err(this.faultOf(closed)) : value;
  }

  /** All bytes behind a handle. */
  private *valueOf(hkey: Hkey): Steps<Outcome<Uint8Array>> {
    const { driver } = this;
    const length = yield* driver.valueLength(hkey);
    const value = new Uint8Array(Math.max(0, length));
    const read = length < 0 ? length : yield* driver.read(hkey, value);
    if (read < 0) return Err(this.faultOf(read));
    return read === length ? Ok(value) : Err('InvalidStorage');
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const keys: number[] = [];
    const ended = yield* this.walk(function* (name) {
      const key = keyOf(name);
      if (key !== undefined) keys.push(key);
      return Ok();
    });
    return ended.ok ? Ok(keys) : ended;
  }

  /** Keys that are no numbers of this map. */
  *named(): Steps<Outcome<readonly NamedValue[]>> {
    const named: NamedValue[] = [];
    const valueOf = (hkey: Hkey): Steps<Outcome<Uint8Array>> => this.valueOf(hkey);
    const ended = yield* this.walk(function* (name, hkey) {
      if (keyOf(name) !== undefined) return Ok();
      const value = yield* valueOf(hkey);
      if (value.ok) named.push({ name, value: value.value });
      return value.ok ? Ok() : value;
    });
    return ended.ok ? Ok(named) : ended;
  }

  /** Visits every key under a handle to read it. */
  private *walk(visit: (name: string, hkey: Hkey) => Steps<Outcome>): Steps<Outcome> {
    const { driver } = this;
    let hkey = yield* driver.find('*');
    for (; hkey > 0; hkey = yield* driver.find('*', hkey)) {
      const name = yield* driver.keyName(hkey);
      const visited = typeof name === 'number' ? this.outcome(name) : yield* visit(name, hkey);
      if (visited.ok) continue;
      yield* driver.close(hkey);
      return visited;
    }
    return hkey === CfstoreError.KEY_NOT_FOUND ? Ok() : this.outcome(hkey);
  }

  ram(): RamUse {
    const { kvbufs, handles, state, heap } = this.driver.ram();
    return { fixed: kvbufs + handles + state, content: heap };
  }

  private outcome(status: Status): Outcome {
    return status < 0 ? Err(this.faultOf(status)) : Ok();
  }

  /** A status in the words that all stores share. */
  private faultOf(status: Status): StoreFault {
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
        return this.driver.hasFlashFailed === false ? 'InvalidStorage' : 'StorageError';
      default:
        return 'InvalidStorage';
    }
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}
