// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Plays operations of the store that a page writes down line by line, and says what they did to the flash.
 *
 * NON-TOCK: test support for doc/FLASH-FORMAT.md.
 */
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { Store, type StoreError, type Update } from '#libraries/persistent-store/store';
import type { Result } from '#kernel/result';

type Operation = Steps<Result<unknown, StoreError>>;

/** A word as pages write it. */
export function wordText(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}

/** Bytes that a page writes as `01 02 03`. */
export function bytesOf(text: string): Uint8Array {
  const found = text.match(/[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(found, (each) => Number.parseInt(each, 16));
}

/** A flash that writes down what is done to it. */
class ScriptFlash extends BufferStorage {
  readonly events: string[] = [];

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const done = super.write(page, byteOffset, bytes, start, length);
    if (!done) return done;
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
    const words = Array.from({ length: length / 4 }, (_, index) =>
      wordText(view.getUint32(index * 4, true)),
    );
    this.events.push(`write page ${page} byte ${byteOffset}: ${words.join(' ')}`);
    return done;
  }

  override erase(page: number): boolean {
    const done = super.erase(page);
    if (done) this.events.push(`erase page ${page}`);
    return done;
  }
}

function updateOf(text: string): Update {
  const [, op = '', key = '', value = ''] = /^(insert|remove) (\d+):?(.*)$/.exec(text.trim()) ?? [];
  return op === 'insert'
    ? { op, key: Number(key), value: bytesOf(value) }
    : { op: 'remove', key: Number(key) };
}

function operationOf(store: Store, text: string): Operation {
  const [, verb = '', rest = ''] = /^(\w+):? ?(.*)$/.exec(text) ?? [];
  switch (verb) {
    case 'boot':
      return store.boot();
    case 'insert': {
      const update = updateOf(text);
      return store.transaction([update]);
    }
    case 'remove':
      return store.remove(Number(rest));
    case 'clear':
      return store.clear(Number(rest));
    case 'prepare':
      return store.prepare(Number(rest));
    case 'transaction':
      return store.transaction(rest.split(';').map(updateOf));
    default:
      throw new Error(`no such operation: ${text}`);
  }
}

/** A flash and a store on it, played line by line. */
export class StoreScript {
  readonly flash: ScriptFlash;
  private store: Store;

  constructor(pageSize: number, numPages: number) {
    const limits = { wordSize: 4, maxWordWrites: 2, maxPageErases: 10_000 };
    this.flash = new ScriptFlash({ ...limits, pageSize, numPages });
    this.store = new Store(this.flash);
  }

  /**
   * Plays `boot`, `insert KEY: BYTES`, `remove KEY`, `clear KEY`, `prepare WORDS` or `transaction: …; …`, each also behind
   * `cut after N: `, which lets N writes and erasures through and then takes the power away. Returns a line for each
   * write and erasure, and the error if it failed without a cut.
   */
  play(line: string): string[] {
    const [, count, operation = ''] = /^(?:cut after (\d+): )?(.*)$/.exec(line) ?? [];
    this.flash.events.length = 0;
    if (operation === 'boot') this.store = new Store(this.flash);
    if (count !== undefined) this.flash.arm(Number(count));
    const result = runAtOnce(operationOf(this.store, operation));
    this.flash.corrupt(() => false);
    const isFailure = !result.ok && count === undefined;
    return isFailure ? [...this.flash.events, result.error] : [...this.flash.events];
  }
}
