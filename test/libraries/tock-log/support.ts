// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A log on a flash in memory, and entries for it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import type { LogMode } from '#libraries/tock-log/mode';
import { TockLog } from '#libraries/tock-log/tock-log';

/** A flash whose words may be programmed once. */
export function geometry(pageSize: number, numPages: number): Geometry {
  return { wordSize: 4, pageSize, numPages, maxWordWrites: 1, maxPageErases: 100_000 };
}

/** A log on a flash in memory. */
export class Bench {
  log: TockLog;

  constructor(
    readonly mode: LogMode,
    pageSize = 64,
    numPages = 4,
    readonly circular = true,
    readonly flash = new BufferStorage(geometry(pageSize, numPages)),
  ) {
    this.log = this.boot();
  }

  boot(): TockLog {
    const { mode, circular } = this;
    this.log = new TockLog(this.flash, { mode, circular });
    expect(runAtOnce(this.log.boot()).ok).to.equal(true);
    return this.log;
  }

  append(...entries: readonly Uint8Array[]): string {
    for (const entry of entries) {
      const outcome = runAtOnce(this.log.append(entry));
      if (!outcome.ok) return outcome.error;
    }
    return 'Ok';
  }

  sync(): string {
    const outcome = runAtOnce(this.log.sync());
    return outcome.ok ? 'Ok' : outcome.error;
  }

  get shown(): readonly Uint8Array[] | string {
    const entries = runAtOnce(this.log.entries());
    return entries.ok ? entries.value : entries.error;
  }

  page(page: number): Uint8Array {
    const { pageSize } = this.flash;
    return this.flash.image.slice(page * pageSize, (page + 1) * pageSize);
  }
}

/** An entry that tells its number by its bytes. */
export function entry(number: number, length = 16): Uint8Array {
  return new Uint8Array(length).map((_, at) => number * 31 + at * 7 + 1);
}

/** Entries of these numbers. */
export function entries(from: number, to: number, length = 16): Uint8Array[] {
  return Array.from({ length: to - from }, (_, number) => entry(from + number, length));
}
