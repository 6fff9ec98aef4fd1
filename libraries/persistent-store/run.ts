// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A run of the driver as data: shape, start and steps, to be repeated from JSON text.
 *
 * NON-TOCK: the crate's fuzz driver prints what it did; here it can be read back.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { BufferStorage } from '../store/buffer-storage.ts';
import { buildInit } from './format.ts';
import type { Change } from './model.ts';
import type { Geometry } from '../store/storage.ts';
import { fromHex, isObject, toHex } from './vector-reader.ts';

/** A loss of power: after so many writes and erases went through; the bits of the next that moved, as in `bitChoice`. */
export interface Cut {
  readonly delay: number;
  readonly corruption: string;
}

/** One step of a run: an operation, a boot of a store that is off, or switching it off between operations. */
export type DriverStep =
  | { readonly change: Change; readonly cut?: Cut }
  | { readonly boot: true; readonly cut?: Cut }
  | { readonly off: true };

/** How the flash is at the begin: blank, aged by whole cycles, or holding an image (hexadecimal, then blank). */
export type Start =
  | { readonly kind: 'clean' }
  | { readonly kind: 'used'; readonly cycle: number }
  | { readonly kind: 'dirty'; readonly image: string };

/** All that is needed to repeat a run. */
export interface Run {
  readonly geometry: Geometry;
  readonly start: Start;
  /** Every access of the store is a request, nothing is answered at once. */
  readonly deferred: boolean;
  readonly steps: readonly DriverStep[];
}

/** The flash that a run begins with. */
export function startFlash(geometry: Geometry, start: Start): BufferStorage {
  const flash = new BufferStorage(geometry, start.kind !== 'dirty');
  if (start.kind === 'dirty') {
    for (let at = 0; at < start.image.length / 2 && at < flash.image.length; at++) {
      flash.image[at] = Number.parseInt(start.image.slice(2 * at, 2 * at + 2), 16);
    }
  }
  if (start.kind === 'used') {
    flash.pageErases.fill(start.cycle);
    writeWord(flash, 0, buildInit(start.cycle, 0));
    // One word of padding: otherwise the store takes the flash for one whose first word was half written.
    writeWord(flash, 8, 0);
  }
  return flash;
}

function writeWord(flash: BufferStorage, byteOffset: number, word: number): void {
  flash.write(0, byteOffset, new Uint8Array(Int32Array.of(word).buffer), 0, 4);
}

/** A run as JSON text, values as hexadecimal. */
export function runToText(run: Run): string {
  return JSON.stringify(run, (_key, value: unknown) =>
    value instanceof Uint8Array ? toHex(value) : value,
  );
}

/** The run that `runToText` made a text of; a sentence when it is no such text. Trusts what the fields hold. */
export function runFromText(source: string): Result<Run, string> {
  let run: unknown;
  try {
    run = JSON.parse(source, (key, value: unknown) =>
      key === 'value' && typeof value === 'string' ? fromHex(value) : value,
    );
  } catch {
    return Err('the run is not JSON');
  }
  if (isObject(run) && isObject(run['geometry']) && Array.isArray(run['steps'])) {
    return Ok(run as unknown as Run);
  }
  return Err('the run has no geometry or no steps');
}
