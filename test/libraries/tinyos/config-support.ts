// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A ConfigStorage on a flash in memory, and what it holds.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { ReadCounter } from '#libraries/store/read-counter';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import { ConfigStorage, type ConfigOptions } from '#libraries/tinyos/config-storage';
import type { TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { Volume } from '#libraries/tinyos/volume';

/** A flash of two units, or more; words may be programmed twice. */
export function geometry(pageSize = 128, numPages = 2, maxWordWrites = 2): Geometry {
  return { wordSize: 4, pageSize, numPages, maxWordWrites, maxPageErases: 100_000 };
}

/** How an operation ended: its value, or its fault. */
export function said<T>(outcome: TinyosOutcome<T>): T | string {
  return outcome.ok ? outcome.value : outcome.error;
}

/** The same of one that gives nothing: `Ok`, or its fault. */
export function ended(outcome: TinyosOutcome): string {
  return outcome.ok ? 'Ok' : outcome.error;
}

/** A storage on a flash in memory, booted. */
export class ConfigBench {
  readonly reads: ReadCounter;
  config: ConfigStorage;

  constructor(
    readonly options: ConfigOptions,
    readonly flash = new BufferStorage(geometry()),
  ) {
    this.reads = new ReadCounter(flash);
    this.config = this.fresh();
    expect(this.boot()).to.equal('Ok');
  }

  private fresh(): ConfigStorage {
    return new ConfigStorage(new Volume(this.reads), this.options);
  }

  /** Power goes, and comes. */
  boot(): string {
    this.config = this.fresh();
    return ended(runAtOnce(this.config.boot()));
  }

  insert(key: number, value: readonly number[] | Uint8Array): string {
    return ended(runAtOnce(this.config.insert(key, Uint8Array.from(value))));
  }

  remove(key: number): string {
    return ended(runAtOnce(this.config.remove(key)));
  }

  /** The bytes of a value, or the fault. */
  get(key: number, most = 255): number[] | string {
    const found = runAtOnce(this.config.retrieve(key, most));
    return found.ok ? [...found.value.value] : found.error;
  }

  get total(): number | string {
    return said(runAtOnce(this.config.totalKeys()));
  }

  /** Every key, as firstKey and nextKey give them, and how they ended. */
  get visited(): (number | string)[] {
    const visited: (number | string)[] = [];
    let next = said(runAtOnce(this.config.firstKey()));
    for (; typeof next === 'number'; next = said(runAtOnce(this.config.nextKey(next)))) {
      visited.push(next);
    }
    return [...visited, next];
  }

  /** All there is, as text. */
  get content(): string {
    const keys = runAtOnce(this.config.keys());
    if (!keys.ok) return keys.error;
    const sorted = keys.value.toSorted((a, b) => a - b);
    return sorted.map((key) => `${key}=${this.get(key).toString()}`).join(' ');
  }

  unit(unit: number): Uint8Array {
    const { pageSize } = this.flash;
    return this.flash.image.slice(unit * pageSize, (unit + 1) * pageSize);
  }
}

/** A value that tells its number by its bytes. */
export function value(number: number, length = 4): number[] {
  return Array.from({ length }, (_, at) => (number * 31 + at * 7 + 1) & 0xff);
}
