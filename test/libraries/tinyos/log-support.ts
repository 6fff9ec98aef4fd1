// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log on a flash in memory, and entries for it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps } from '#libraries/store/storage';
import type { TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { HARDENED, type LogMode } from '#libraries/tinyos/log-mode';
import { LogStorage, type LogOptions } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';

/** A flash whose words may be programmed as often as a mode does. */
export function geometry(pageSize: number, numPages: number, mode: LogMode): Geometry {
  const maxWordWrites = mode === HARDENED ? 1 : 2;
  return { wordSize: 4, pageSize, numPages, maxWordWrites, maxPageErases: 100_000 };
}

/** A log on a flash of its own. */
export class LogBench {
  readonly flash: BufferStorage;
  readonly options: LogOptions;
  log: LogStorage;

  constructor(
    readonly pageSize = 128,
    units = 4,
    options: Partial<LogOptions> = {},
    flash?: BufferStorage,
  ) {
    this.options = { mode: HARDENED, circular: true, ...options };
    this.flash = flash ?? new BufferStorage(geometry(pageSize, units, this.options.mode));
    this.log = this.boot();
  }

  /** Power comes again. */
  boot(): LogStorage {
    this.log = new LogStorage(new Volume(this.flash), this.options);
    expect(said(this.log.boot())).to.equal('Ok');
    return this.log;
  }

  /** Appends, and says how the last one ended. */
  append(...entries: readonly Uint8Array[]): string {
    return entries.map((entry) => said(this.log.append(entry))).at(-1) ?? 'Ok';
  }

  /** Appends, and says whether older entries were given up. */
  loses(entry: Uint8Array): boolean {
    return valueOf(this.log.append(entry)).recordsLost;
  }

  get shown(): readonly Uint8Array[] {
    return valueOf(this.log.records());
  }

  unit(unit: number): Uint8Array {
    return this.flash.image.slice(unit * this.pageSize, (unit + 1) * this.pageSize);
  }

  /** The next write or erase but `calls` leaves some bits, and power comes again. */
  cut(calls: number, entry: Uint8Array, isMoved: (index: number, total: number) => boolean): void {
    this.flash.arm(calls);
    expect(this.append(entry)).to.equal('StorageError');
    this.flash.corrupt(isMoved);
    this.boot();
  }

  /** Turns a bit over. */
  flip(at: number, bit = 0): void {
    this.flash.image[at] = (this.flash.image[at] ?? 0) ^ (1 << bit);
  }
}

/** How an operation ended. */
export function said(steps: Steps<TinyosOutcome<unknown>>): string {
  const outcome = runAtOnce(steps);
  return outcome.ok ? 'Ok' : outcome.error;
}

/** What an operation gave. */
export function valueOf<T>(steps: Steps<TinyosOutcome<T>>): T {
  const outcome = runAtOnce(steps);
  return outcome.ok ? outcome.value : expect.fail(outcome.error);
}

/** An entry that tells its number by its bytes. */
export function entry(number: number, length = 16): Uint8Array {
  return new Uint8Array(length).map((_, at) => number * 31 + at * 7 + 1);
}

/** Entries of these numbers. */
export function entries(from: number, to: number, length = 16): Uint8Array[] {
  return Array.from({ length: to - from }, (_, nth) => entry(from + nth, length));
}
