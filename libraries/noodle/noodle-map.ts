// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * noodle as a map: each change is a record of its own, or all changes of a batch are one.
 *
 * NON-TOCK: this project's own.
 */
import { Err, Ok } from '#kernel/result';
import { itemSize } from '../sequential-storage/format.ts';
import type { MapStore, MapUpdate, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { decodeBytes, encodeBytes } from './cbor.ts';
import { dataSize } from './element.ts';
import { KEY_LENGTH, MAX_KEY, keyOf, maxValueLength, nameOf, totalCapacity } from './format.ts';
import { NodeList } from './nodes.ts';
import {
  KEPT,
  Noodle,
  type NoodleFault,
  type NoodleOptions,
  type NoodleOutcome,
} from './noodle.ts';
import { HARDENED, type Rules } from './rules.ts';

/** Bytes of a place of an item: page and offset, two bytes each. */
const PLACE_SIZE = 4;
/** Bytes of a node beside key and value: a link, the state, two lengths. */
const NODE_SIZE = 8;
/** Bytes of RAM that a record under the reader takes, beside two places: number, seal, count, state. */
const READER_SIZE = 12;

const FAULTS: Readonly<Record<NoodleFault, StoreFault>> = {
  NeedsFirstRead: 'StorageError',
  NeedsGarbageCollect: 'NoCapacity',
  ElementTooLong: 'InvalidArgument',
  NumbersUsedUp: 'NoLifetime',
  WriteVerificationFailed: 'StorageError',
  InconsistentFlash: 'InvalidStorage',
  StorageError: 'StorageError',
};

export class NoodleMap implements MapStore {
  private readonly nodes = new NodeList('adopted');
  private readonly noodle: Noodle;
  private readonly kept: number;
  private readonly longest: number;
  private readonly capacity: number;
  private readonly rules: Rules;

  constructor(
    private readonly storage: Storage,
    options: NoodleOptions,
  ) {
    this.rules = options.rules ?? HARDENED;
    this.kept = options.kept ?? KEPT;
    this.longest = maxValueLength(storage, this.kept);
    this.capacity = totalCapacity(storage, this.kept);
    this.noodle = new Noodle(storage, this.nodes, options);
  }

  *boot(): Steps<Outcome> {
    this.nodes.clear();
    const read = yield* this.noodle.read();
    return read.ok ? read : Err(FAULTS[read.error]);
  }

  put(key: number, value: Uint8Array): Steps<Outcome> {
    return this.putAll([{ key, value }]);
  }

  delete(key: number): Steps<Outcome> {
    return this.putAll([{ key }]);
  }

  /** All changes are one record. Without room for it, garbage is collected first, as much as it takes. */
  *putAll(updates: readonly MapUpdate[]): Steps<Outcome> {
    if (!updates.every((update) => this.isLawful(update))) return Err('InvalidArgument');
    const saved = this.nodes.save();
    for (const { key, value } of updates) {
      if (value === undefined) this.nodes.detach(nameOf(key));
      else this.nodes.set(nameOf(key), encodeBytes(value));
    }
    if (!this.nodes.needsWrite()) return Ok();
    const mayGrow = updates.some(({ value }) => value !== undefined);
    const isTooMuch = this.rules.reserves && mayGrow && this.used() > this.capacity;
    const written = isTooMuch ? Err('NoCapacity' as const) : yield* this.write();
    if (!written.ok) this.nodes.restore(saved);
    return written;
  }

  private isLawful({ key, value }: MapUpdate): boolean {
    const isKey = Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
    return isKey && (value?.length ?? 0) <= this.longest;
  }

  private *write(): Steps<Outcome> {
    for (;;) {
      const written = yield* this.noodle.write();
      if (written.ok) return Ok();
      if (written.error !== 'NeedsGarbageCollect') return Err(FAULTS[written.error]);
      const made = yield* this.makeRoom();
      if (!made.ok) return Err(FAULTS[made.error]);
      if (!made.value) return Err('NoCapacity');
    }
  }

  /** One piece of making room for a record; whether there was one. */
  private *makeRoom(): Steps<NoodleOutcome<boolean>> {
    const collected = yield* this.noodle.collect();
    const isDone = !collected.ok || collected.value;
    return isDone || !this.rules.reserves ? collected : yield* this.noodle.reclaim();
  }

  /** Bytes of flash that the list takes in a record. */
  private used(): number {
    let used = 0;
    for (const { key, value } of this.nodes.pairs()) {
      used += itemSize(dataSize(key.length, value.length));
    }
    return used;
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    const value = this.nodes.get(nameOf(key));
    return Ok(value && decodeBytes(value));
  }

  /** Keys of names that are none of ours, and values that are no byte strings, are not shown; they stay in the list. */
  *keys(): Steps<Outcome<readonly number[]>> {
    const keys: number[] = [];
    for (const name of this.nodes.keys()) {
      const key = keyOf(name);
      if (key !== undefined && this.has(name)) keys.push(key);
    }
    return Ok(keys);
  }

  private has(name: string): boolean {
    const value = this.nodes.get(name);
    return value !== undefined && decodeBytes(value) !== undefined;
  }

  *collect(): Steps<Outcome<boolean>> {
    const collected = yield* this.noodle.collect();
    return collected.ok ? collected : Err(FAULTS[collected.error]);
  }

  /** Whether flash holds a record that counts. */
  holdsRecord(): boolean {
    return this.noodle.holdsRecord;
  }

  /** The list with its values, one element, and the places of the records that are kept. */
  ram(): RamUse {
    let content = 0;
    for (const { key, value } of this.nodes.pairs())
      content += NODE_SIZE + key.length + value.length;
    const element = dataSize(KEY_LENGTH, this.longest);
    const states = this.storage.numPages;
    return { fixed: element + states + (this.kept + 1) * (3 * PLACE_SIZE + READER_SIZE), content };
  }
}
