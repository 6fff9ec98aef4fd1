// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A TicKV on flash in memory, and hashes whose home is known.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Hash64 } from '#libraries/sip-hash';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { TicKvResult } from '#libraries/tickv/codes';
import { LITERAL, HARDENED, programsPerWord, type Mode } from '#libraries/tickv/mode';
import { TicKv } from '#libraries/tickv/tickv';

/** Both modes, by name. */
export const MODES: readonly (readonly [string, Mode])[] = [
  ['hardened', HARDENED],
  ['literal', LITERAL],
];

/** A super key, at home in region 0. */
export const SUPER: Hash64 = { high: 0x5353_5353, low: 0x5353_0000 };

/** A hash whose home is a region, of so many. */
export function hashIn(region: number, id: number): Hash64 {
  return { high: 0x1000_0000 + id, low: 0x7777_0000 + region };
}

/** Four regions of 128 bytes: six objects with values of 4 bytes go into one, aligned or not. */
export const SMALL = { pageSize: 128, numPages: 4 };

/** A flash for a mode. */
export function flashFor(
  mode: Mode,
  shape: Pick<Geometry, 'pageSize' | 'numPages'> = SMALL,
): BufferStorage {
  const maxWordWrites = programsPerWord(mode);
  return new BufferStorage({ ...shape, wordSize: 4, maxWordWrites, maxPageErases: 10_000 });
}

/** A store that has begun. */
export function opened(flash: BufferStorage, mode: Mode): TicKv {
  const kv = new TicKv(flash, mode);
  expect(runAtOnce(kv.initialise(SUPER)).ok).to.equal(true);
  return kv;
}

/** How an operation ended, in a word. */
export function said(steps: Steps<TicKvResult<unknown>>): unknown {
  const result = runAtOnce(steps);
  return result.ok ? result.value : result.error.kind;
}

/** The value of a hash as text of numbers, or the error. */
export function read(kv: TicKv, hash: Hash64): string {
  const buffer = new Uint8Array(64);
  const got = runAtOnce(kv.getKey(hash, buffer));
  return got.ok ? buffer.subarray(0, got.value).join() : got.error.kind;
}

/** The bytes of a region. */
export function regionOf(flash: BufferStorage, region: number): Uint8Array {
  return flash.image.subarray(region * flash.pageSize, (region + 1) * flash.pageSize);
}
