// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TicKV: values under 64-bit hashes, each in the region that its hash names, or near it.
 *
 * Mirrors `libraries/tickv/src/tickv.rs`; README.md draws the flash. Beside its operations stand `put` and `collect`, which Tock's
 * capsule makes of several of them. A region is a page.
 */
import { assert } from '#kernel/assert';
import { Err, Ok } from '#kernel/result';
import type { Hash64 } from '../sip-hash.ts';
import type { Steps, Storage } from '../store/storage.ts';
import type { TicKvResult } from './codes.ts';
import { collectRegion } from './collection.ts';
import {
  CHECKSUM_LENGTH,
  HEADER_LENGTH,
  MAX_OBJECT,
  OVERHEAD,
  hashAt,
  isSound,
  isValidAt,
  nextGeneration,
  objectLength,
} from './format.ts';
import type { Mode } from './mode.ts';
import { FRESH, Objects, error, type Search } from './objects.ts';
import { NONE } from './region.ts';
import { repair } from './repair.ts';

const NOTHING = new Uint8Array(0);

export class TicKv {
  private readonly objects: Objects;

  constructor(
    storage: Storage,
    private readonly mode: Mode,
  ) {
    this.objects = new Objects(storage, mode);
  }

  /** The longest value that a region takes. */
  get maxValueLength(): number {
    return Math.min(MAX_OBJECT, this.objects.limit) - OVERHEAD;
  }

  // --- Beginning -------------------------------------------------------------------------------

  /**
   * Looks for the super key, and writes it where it is not. Complete: it was there. CorruptData: the flash is not this store's, and
   * is left alone; upstream erases it instead.
   */
  *initialise(superKey: Hash64): Steps<TicKvResult> {
    this.objects.superKey = superKey;
    if (this.mode.repairs) return yield* repair(this.objects, superKey);
    const found = yield* this.getKey(superKey, NOTHING);
    if (found.ok) return Ok('Complete');
    for (let region = 0; region < this.objects.regions; region++) {
      if (!(yield* this.objects.flash.erase(region))) return error('EraseFail');
    }
    return yield* this.objects.append(superKey, NOTHING, FRESH);
  }

  // --- Operations ------------------------------------------------------------------------------

  /** Stores a value under a hash that has none. FlashFull: no region has room; collecting may make some. */
  *appendKey(hash: Hash64, value: Uint8Array): Steps<TicKvResult> {
    assertHash(hash);
    if (!this.mode.searchesBehindFull) return yield* this.objects.append(hash, value, FRESH);
    const found = yield* this.objects.find(hash);
    if (found.ok) return error('KeyAlreadyExists');
    if (found.error.kind !== 'KeyNotFound') return found;
    return yield* this.objects.append(hash, value, { ...FRESH, replaces: true });
  }

  /**
   * Reads a value into a buffer; the result is its length. BufferTooSmall: the buffer holds as much as it can. InvalidCheckSum: it
   * holds what is there.
   */
  *getKey(hash: Hash64, buffer: Uint8Array): Steps<TicKvResult<number>> {
    const found = yield* this.value(hash);
    if (!found.ok) return found;
    const { value, isSound: sound } = found.value;
    buffer.set(value.subarray(0, buffer.length));
    if (value.length > buffer.length) return Err({ kind: 'BufferTooSmall', length: value.length });
    return sound ? Ok(value.length) : error('InvalidCheckSum');
  }

  /** A fresh copy of a value, and whether its checksum fits. */
  *value(hash: Hash64): Steps<TicKvResult<{ value: Uint8Array; isSound: boolean }>> {
    const found = yield* this.objects.find(hash);
    if (!found.ok) return found;
    const { at, length } = found.value;
    const { bytes } = this.objects.view;
    // Upstream would panic on an object that leaves its region.
    if (at + length > this.objects.limit) return error('CorruptData');
    const value = bytes.slice(at + HEADER_LENGTH, at + length - CHECKSUM_LENGTH);
    return Ok({ value, isSound: isSound(bytes, at, length) });
  }

  /** The hashes of all valid objects, the super key's among them. */
  *hashes(): Steps<TicKvResult<Hash64[]>> {
    const hashes: Hash64[] = [];
    for (let region = 0; region < this.objects.regions; region++) {
      const view = yield* this.objects.load(region);
      if (view === undefined) return error('ReadFail');
      for (let at = view.first(); at !== NONE; at = view.after(at)) {
        if (isValidAt(view.bytes, at)) hashes.push(hashAt(view.bytes, at));
      }
    }
    return Ok(hashes);
  }

  /** Invalidates an object: one bit of flash. */
  *invalidateKey(hash: Hash64): Steps<TicKvResult> {
    const found = yield* this.objects.find(hash);
    return found.ok ? yield* this.objects.invalidate(found.value) : found;
  }

  /** Invalidates an object, then overwrites value and checksum with zeros. */
  *zeroiseKey(hash: Hash64): Steps<TicKvResult> {
    const found = yield* this.objects.find(hash);
    if (!found.ok) return found;
    const { region, at, length } = found.value;
    const done = yield* this.objects.invalidate(found.value);
    if (!done.ok) return done;
    const zeros = new Uint8Array(length - HEADER_LENGTH);
    const isWritten = yield* this.objects.flash.writeBytes(region, at + HEADER_LENGTH, zeros);
    return isWritten ? done : error('WriteFail');
  }

  /** Erases each region in which nothing is valid; the result is the bytes made free. */
  *garbageCollect(): Steps<TicKvResult<number>> {
    let freed = 0;
    for (let region = 0; region < this.objects.regions; region++) {
      const collected = yield* collectRegion(this.objects, region);
      if (!collected.ok) return collected;
      freed += collected.value;
    }
    return Ok(freed);
  }

  /** Erases the first region that can be; whether there was one. */
  *collect(): Steps<TicKvResult<boolean>> {
    for (let region = 0; region < this.objects.regions; region++) {
      const collected = yield* collectRegion(this.objects, region);
      if (!collected.ok) return collected;
      if (collected.value > 0) return Ok(true);
    }
    return Ok(false);
  }

  /** As `appendKey`; collects when there is no room. */
  add(hash: Hash64, value: Uint8Array): Steps<TicKvResult> {
    return this.withRoom(() => this.appendKey(hash, value));
  }

  /** Replaces the value of a hash; collects when there is no room. KeyNotFound. */
  *update(hash: Hash64, value: Uint8Array): Steps<TicKvResult> {
    const found = yield* this.objects.find(hash);
    return found.ok ? yield* this.put(hash, value) : found;
  }

  /** Sets the value of a hash, whether it has one or not; collects when there is no room. */
  *put(hash: Hash64, value: Uint8Array): Steps<TicKvResult> {
    assertHash(hash);
    const found = yield* this.objects.search(hash, objectLength(value.length));
    if (!found.ok) return found;
    const { place: old } = found.value;
    if (this.mode.appendsFirst) return yield* this.replace(hash, value, found.value);
    if (old !== undefined) {
      const done = yield* this.objects.invalidate(old);
      if (!done.ok) return done;
    }
    return yield* this.withRoom(() => this.objects.append(hash, value, FRESH));
  }

  /** The new one wins from the moment that it is whole: its generation follows the old one's. */
  private *replace(
    hash: Hash64,
    value: Uint8Array,
    { place: old, full }: Search,
  ): Steps<TicKvResult> {
    const generation = old === undefined ? 0 : nextGeneration(old.generation);
    const appended = yield* this.withRoom(
      (known) =>
        this.objects.append(hash, value, { ...FRESH, generation, replaces: true, full: known }),
      full,
    );
    return appended.ok && old !== undefined ? yield* this.objects.invalidate(old) : appended;
  }

  /** Does something once more, after collecting, when there was no room. `full`: what is known, before that, of full regions. */
  private *withRoom(attempt: (full: number) => Steps<TicKvResult>, full = 0): Steps<TicKvResult> {
    const done = yield* attempt(full);
    if (done.ok || done.error.kind !== 'FlashFull') return done;
    const freed = yield* this.garbageCollect();
    if (!freed.ok) return freed;
    return freed.value > 0 ? yield* attempt(0) : done;
  }
}

/** Upstream asserts the same. */
function assertHash({ high, low }: Hash64): void {
  const isLawful = (high | low) !== 0 && (high & low) >>> 0 !== 0xffff_ffff;
  assert(isLawful, 'the hash of a key is neither all zeros nor all ones');
}
