// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A configuration store in RAM for tests of what stands above: each operation asks the flash once, so that it takes time.
 *
 * NON-TOCK: tests. What is written to a key is seen by others once it is closed.
 */
import {
  CfstoreError,
  type CfstoreDriver,
  type FileMode,
  type RamMeter,
  type Status,
} from '#libraries/cfstore/driver';
import { fits } from '#libraries/cfstore/names';
import type { Steps } from '#libraries/store/storage';

interface Open {
  readonly name: string;
  readonly mode: FileMode;
  value: Uint8Array;
  readAt: number;
  writeAt: number;
}

const { KEY_NOT_FOUND, INVALID_HANDLE, PREEXISTING_KEY, KEY_READ_ONLY, INVALID_SEEK } =
  CfstoreError;
/** Bytes of the longest value. */
const LONGEST = 4096;
const LOOK = {
  operation: 'read',
  page: 0,
  byteOffset: 0,
  length: 4,
  bytes: new Uint8Array(4),
} as const;

export class FakeCfstore implements CfstoreDriver {
  /** What is committed. */
  readonly keys = new Map<string, Uint8Array>();
  readonly opened = new Map<number, Open>();
  /** What the flash was asked for, in words: `read 1`. */
  readonly log: string[] = [];
  private readonly doomed = new Set<string>();
  private initialised = false;
  /** What names are made of. */
  lawful = /^[A-Za-z0-9.{}-]+$/;
  /** How often it cannot be initialised yet. */
  failures = 0;
  /** Whether the flash fails from now on, until it is initialised. */
  isFailing = false;

  private *does(text: string): Steps<void> {
    this.log.push(`${text} …`);
    yield LOOK;
    this.log.push(text);
  }

  *initialize(): Steps<Status> {
    yield* this.does('initialize');
    if (this.failures-- > 0) return CfstoreError.JOURNAL_FAILED;
    this.initialised = true;
    this.isFailing = false;
    this.opened.clear();
    return 0;
  }

  *uninitialize(): Steps<Status> {
    yield* this.does('uninitialize');
    this.initialised = false;
    this.opened.clear();
    return 0;
  }

  *create(name: string, valueLength: number): Steps<Status> {
    yield* this.does(`create ${name}`);
    if (!this.initialised) return CfstoreError.UNINITIALISED;
    if (!this.lawful.test(name)) return CfstoreError.INVALID_KEY_NAME;
    if (valueLength > LONGEST) return CfstoreError.INVALID_VALUE_SIZE;
    if (this.keys.has(name)) return PREEXISTING_KEY;
    return this.add(name, { write: true }, new Uint8Array(valueLength).fill(0xff));
  }

  *open(name: string, mode: FileMode): Steps<Status> {
    yield* this.does(`open ${name}`);
    const value = this.keys.get(name);
    return value === undefined ? KEY_NOT_FOUND : this.add(name, mode, value.slice());
  }

  private add(name: string, mode: FileMode, value: Uint8Array): Status {
    let handle = 1;
    while (this.opened.has(handle)) handle++;
    this.opened.set(handle, { name, mode, value, readAt: 0, writeAt: 0 });
    return handle;
  }

  *read(hkey: number, data: Uint8Array): Steps<Status> {
    yield* this.does(`read ${hkey}`);
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    const bytes = open.value.subarray(open.readAt, open.readAt + data.length);
    data.set(bytes);
    open.readAt += bytes.length;
    return bytes.length;
  }

  *write(hkey: number, data: Uint8Array): Steps<Status> {
    yield* this.does(`write ${hkey}`);
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    if (open.mode.write !== true) return KEY_READ_ONLY;
    if (this.isFailing) return CfstoreError.JOURNAL_FAILED;
    if (open.writeAt + data.length > open.value.length) return CfstoreError.INVALID_WRITE_BUFFER;
    open.value.set(data, open.writeAt);
    open.writeAt += data.length;
    return data.length;
  }

  *rseek(hkey: number, offset: number): Steps<Status> {
    yield* this.does(`rseek ${hkey}`);
    return this.seek(hkey, 'readAt', offset);
  }

  *wseek(hkey: number, offset: number): Steps<Status> {
    yield* this.does(`wseek ${hkey}`);
    return this.seek(hkey, 'writeAt', offset);
  }

  private seek(hkey: number, position: 'readAt' | 'writeAt', offset: number): Status {
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    if (offset > open.value.length) return INVALID_SEEK;
    open[position] = offset;
    return 0;
  }

  *close(hkey: number): Steps<Status> {
    yield* this.does(`close ${hkey}`);
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    if (open.mode.write === true) this.keys.set(open.name, open.value);
    this.leave(hkey, open.name);
    return 0;
  }

  *abandon(hkey: number): Steps<Status> {
    yield* this.does(`abandon ${hkey}`);
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    this.leave(hkey, open.name);
    return 0;
  }

  private leave(hkey: number, name: string): void {
    this.opened.delete(hkey);
    const isOpen = [...this.opened.values()].some((each) => each.name === name);
    if (!isOpen && this.doomed.delete(name)) this.keys.delete(name);
  }

  *delete(hkey: number): Steps<Status> {
    yield* this.does(`delete ${hkey}`);
    const open = this.opened.get(hkey);
    if (open === undefined) return INVALID_HANDLE;
    this.doomed.add(open.name);
    return 0;
  }

  *find(query: string, previous?: number): Steps<Status> {
    yield* this.does(`find ${query}`);
    if (!/^[A-Za-z0-9.{}*-]+$/.test(query)) return CfstoreError.INVALID_KEY_NAME;
    const names = [...this.keys.keys()];
    const before = previous === undefined ? undefined : this.opened.get(previous)?.name;
    if (previous !== undefined) this.opened.delete(previous);
    const from = before === undefined ? 0 : names.indexOf(before) + 1;
    const name = names.slice(from).find((each) => fits(each, query));
    const value = this.keys.get(name ?? '');
    if (name === undefined || value === undefined) return KEY_NOT_FOUND;
    return this.add(name, { read: true }, value.slice());
  }

  *flush(): Steps<Status> {
    yield* this.does('flush');
    return this.opened.size > 0 ? CfstoreError.OPERATION_PENDING : 0;
  }

  *keyName(hkey: number): Steps<string | Status> {
    yield* this.does(`name ${hkey}`);
    return this.opened.get(hkey)?.name ?? INVALID_HANDLE;
  }

  *valueLength(hkey: number): Steps<Status> {
    yield* this.does(`length ${hkey}`);
    return this.opened.get(hkey)?.value.length ?? INVALID_HANDLE;
  }

  ram(): RamMeter {
    return { kvbufs: 1, handles: 2, state: 3, heap: 4 };
  }
}
