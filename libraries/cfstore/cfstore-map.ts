// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE as a map from numbers: a key is a name of eight digits.
 *
 * NON-TOCK: this project's own.
 */
import { Err, Ok } from '#kernel/result';
import type { MapStore, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { Cfstore } from './cfstore.ts';
import type { CfstoreConfig } from './config.ts';
import { Acl, CfstoreError, type FileMode, type KeyDescriptor, type Status } from './driver.ts';
import { up } from './format.ts';

/** The largest key. */
export const MAX_KEY = 0xffff_ffff;
/** Letters of a name. */
export const NAME_LENGTH = 8;

const READ: FileMode = { read: true };
const DESCRIPTOR: KeyDescriptor = {
  acl: Acl.OWNER_READ | Acl.OWNER_WRITE,
  mode: { read: true, write: true },
};

export class CfstoreMap implements MapStore {
  readonly store: Cfstore;

  constructor(
    private readonly storage: Storage,
    private readonly config: CfstoreConfig,
    private readonly maxValueLength: number,
  ) {
    this.store = new Cfstore(storage, config);
  }

  *boot(): Steps<Outcome> {
    const status = yield* this.store.initialize();
    return status < 0 ? Err(this.faultOf(status)) : Ok();
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    if (!isKey(key) || value.length > this.maxValueLength) return Err('InvalidArgument');
    const { store } = this;
    const name = nameOf(key);
    let hkey = yield* store.create(name, value.length);
    if (hkey === CfstoreError.INVALID_KEY_DESCRIPTOR) {
      hkey = yield* store.create(name, value.length, DESCRIPTOR);
    }
    if (hkey < 0) return Err(this.faultOf(hkey));
    const written = yield* store.write(hkey, this.padded(value));
    if (written < 0) return Err(this.faultOf(written));
    const closed = yield* store.close(hkey);
    return closed < 0 ? Err(this.faultOf(closed)) : Ok();
  }

  /** The design takes whole program units only. */
  private padded(value: Uint8Array): Uint8Array {
    if (this.config.mode.keepsRest) return value;
    const bytes = new Uint8Array(up(value.length, this.storage.wordSize)).fill(0xff);
    bytes.set(value);
    return bytes;
  }

  *delete(key: number): Steps<Outcome> {
    if (!isKey(key)) return Err('InvalidArgument');
    const { store } = this;
    const hkey = yield* store.open(nameOf(key), READ);
    if (hkey === CfstoreError.KEY_NOT_FOUND) return Ok();
    if (hkey < 0) return Err(this.faultOf(hkey));
    yield* store.delete(hkey);
    const closed = yield* store.close(hkey);
    return closed < 0 ? Err(this.faultOf(closed)) : Ok();
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    if (!isKey(key)) return Ok(undefined);
    const { store } = this;
    const hkey = yield* store.open(nameOf(key), READ);
    if (hkey === CfstoreError.KEY_NOT_FOUND) return Ok(undefined);
    if (hkey < 0) return Err(this.faultOf(hkey));
    const length = yield* store.valueLength(hkey);
    const value = new Uint8Array(Math.max(0, length));
    const read = yield* store.read(hkey, value);
    const closed = yield* store.close(hkey);
    const status = Math.min(length, read, closed);
    return status < 0 ? Err(this.faultOf(status)) : Ok(value);
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const { store } = this;
    const keys: number[] = [];
    let hkey = yield* store.find('*');
    while (hkey > 0) {
      const name = yield* store.keyName(hkey);
      const key = typeof name === 'string' ? keyOf(name) : undefined;
      if (key !== undefined) keys.push(key);
      hkey = yield* store.find('*', hkey);
    }
    return hkey === CfstoreError.KEY_NOT_FOUND ? Ok(keys) : Err(this.faultOf(hkey));
  }

  ram(): RamUse {
    const { kvbufs, handles, state, heap } = this.store.ram();
    return { fixed: kvbufs + handles + state, content: heap };
  }

  /** A status in words that all stores share. */
  private faultOf(status: Status): StoreFault {
    switch (status) {
      case CfstoreError.OUT_OF_MEMORY:
        return 'NoCapacity';
      case CfstoreError.INVALID_VALUE_SIZE:
        return 'InvalidArgument';
      default:
        return this.store.hasFlashFailed ? 'StorageError' : 'InvalidStorage';
    }
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}

/** The name of a key. */
export function nameOf(key: number): string {
  return key.toString(16).padStart(NAME_LENGTH, '0');
}

function keyOf(name: string): number | undefined {
  return /^[0-9a-f]{8}$/.test(name) ? parseInt(name, 16) : undefined;
}
