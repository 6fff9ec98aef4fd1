// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the tests of the store share: geometries, an open store at once, hashes, files.
 *
 * NON-TOCK: test support.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { Inspection } from '#libraries/persistent-store/inspect';
import { MODES } from '#libraries/persistent-store/mode';
import { inspect } from '#libraries/persistent-store/inspect';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps, Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { Result } from '#kernel/result';
import { expect } from 'chai';

/** The root of the checkout, seen from dist/test/libraries/persistent-store. */
const ROOT = join(import.meta.dirname, '../../../..');

/** A file of the checkout as text. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** SHA-256 as lower-case hexadecimal text. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A flash with two writes a word. */
export function geometry(pageSize: number, numPages: number, maxPageErases = 10_000): Geometry {
  return { wordSize: 4, pageSize, numPages, maxWordWrites: 2, maxPageErases };
}

/** A flash in memory and the store open on it; `call` runs an operation that must succeed. */
export class Desk {
  readonly flash: BufferStorage;
  store: Store;

  constructor(
    shape: Geometry,
    readonly makeStorage: (flash: BufferStorage) => Storage = (flash) => flash,
  ) {
    this.flash = new BufferStorage(shape);
    this.store = new Store(makeStorage(this.flash));
    this.call(this.store.boot());
  }

  /** Drops the store and opens it anew on the same flash. */
  reboot(): void {
    this.store = new Store(this.makeStorage(this.flash));
    this.call(this.store.boot());
  }

  run<T>(steps: Steps<T>): T {
    return runAtOnce(steps, this.flash);
  }

  call<T>(steps: Steps<Result<T, string>>): T {
    const result = this.run(steps);
    if (!result.ok) expect.fail(`the store said ${result.error}`);
    return result.value;
  }

  /** Why an operation fails, or Ok. */
  outcome(steps: Steps<Result<unknown, string>>): string {
    const result = this.run(steps);
    return result.ok ? 'Ok' : result.error;
  }

  /** Keys and values, by key. */
  entries(): [number, number[]][] {
    const handles = this.store.handles();
    if (!handles.ok) expect.fail(handles.error);
    return handles.value
      .map((handle): [number, number[]] => [handle.key, [...this.call(this.store.value(handle))]])
      .sort(([a], [b]) => a - b);
  }
}

/** Looks into an image whose geometry is lawful, as the crate would open it. */
export function look(image: Uint8Array, shape: Geometry): Inspection {
  const seen = inspect(image, shape, MODES.upstream);
  if (!seen.ok) expect.fail(seen.error);
  return seen.value;
}
