// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Erase units of a log as they lie in flash: an entry at a place, the first one, what is behind the last one.
 *
 * NON-TOCK: a part of `log-storage.ts`.
 */
import { Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { DirectStorage, TinyosOutcome } from './direct-storage.ts';
import type { LogHeader } from './log-format.ts';
import type { LogMode } from './log-mode.ts';

/** Bytes that are looked at together in search of one that is not blank. */
export const CHUNK = 64;

/** Where an entry is. */
export interface LogPlace {
  readonly unit: number;
  /** Bytes from the begin of the unit. */
  readonly at: number;
  /** The cookie that it has if it is whole. */
  readonly cookie: number;
}

/** A unit that holds entries of the log. */
export interface LogUnit {
  readonly unit: number;
  /** Cookie of its first entry. */
  readonly first: number;
}

/** What there is to read. */
export interface LogExtent {
  /** Units, the oldest first. */
  readonly log: readonly LogUnit[];
  /** The oldest entry; undefined: there is none. */
  readonly start: LogPlace | undefined;
  /** Where the next entry comes. */
  readonly end: LogPlace;
}

/** An entry, or what is left of it. */
export interface LogEntry extends LogHeader {
  /** Its data if it is whole; where entries are trusted, without having looked at it. */
  readonly isWhole: boolean;
  /** Where the next one begins in the unit. */
  readonly end: number;
}

/** A unit, from its first entry to the last. */
export interface LogWalk {
  /** Cookie after the last whole entry. */
  readonly next: number;
  /** Where the entries end; undefined: something is behind them that is none, or the last one is not whole. */
  readonly end: number | undefined;
}

export class LogUnits {
  readonly count: number;
  readonly size: number;

  constructor(
    private readonly volume: DirectStorage,
    private readonly mode: LogMode,
  ) {
    this.count = volume.settings.getTotalEraseUnits();
    this.size = volume.settings.getEraseUnitSize();
  }

  /** The header of an entry, as bytes; undefined: there is no room for one. */
  private *headerAt(unit: number, at: number): Steps<TinyosOutcome<Uint8Array | undefined>> {
    const { headerSize } = this.mode;
    if (at + headerSize > this.size) return Ok(undefined as Uint8Array | undefined);
    return yield* this.volume.read(unit * this.size + at, headerSize);
  }

  /** What the header at a place says, and where the next one is; undefined: no entry begins here. */
  *peek(unit: number, at: number): Steps<TinyosOutcome<(LogHeader & { end: number }) | undefined>> {
    const bytes = yield* this.headerAt(unit, at);
    if (!bytes.ok) return bytes;
    return Ok(bytes.value && this.opened(bytes.value, at));
  }

  private opened(bytes: Uint8Array, at: number): (LogHeader & { end: number }) | undefined {
    const header = this.mode.open(bytes);
    return header && { ...header, end: at + this.mode.sizeOf(header.length) };
  }

  /** The entry at a place; undefined: none begins here. `cookie`: the one that it must have, where that is known. */
  *entryAt(unit: number, at: number, cookie?: number): Steps<TinyosOutcome<LogEntry | undefined>> {
    const bytes = yield* this.headerAt(unit, at);
    if (!bytes.ok) return bytes;
    const header = bytes.value && this.opened(bytes.value, at);
    if (bytes.value === undefined || header === undefined)
      return Ok(undefined as LogEntry | undefined);
    if (this.mode.trusts) return Ok({ ...header, isWhole: true });
    const data = yield* this.dataAt(unit, at, header.length);
    if (!data.ok) return data;
    const isNext = cookie === undefined || cookie === header.cookie;
    return Ok({ ...header, isWhole: isNext && this.mode.isWhole(bytes.value, data.value) });
  }

  /** The data of an entry; of one that leaves its unit, what is inside. */
  *dataAt(unit: number, at: number, length: number): Steps<TinyosOutcome<Uint8Array>> {
    const from = at + this.mode.headerSize;
    return yield* this.volume.read(unit * this.size + from, Math.min(length, this.size - from));
  }

  /** The cookie of the first entry of a unit, also when that is not whole and one after it is; undefined: there is none. */
  *firstOf(unit: number): Steps<TinyosOutcome<number | undefined>> {
    let at = 0;
    for (let index = 0; ; index++) {
      const entry = yield* this.entryAt(unit, at);
      if (!entry.ok) return entry;
      if (entry.value === undefined) return Ok(undefined as number | undefined);
      if (entry.value.isWhole) {
        const first = entry.value.cookie - index;
        return Ok(first < 0 ? undefined : first);
      }
      at = entry.value.end;
    }
  }

  /** Goes through a unit whose first cookie is known. */
  *walk(unit: number, first: number): Steps<TinyosOutcome<LogWalk>> {
    let [at, next, cookie] = [0, first, first];
    let isWhole = true;
    for (; ; cookie++) {
      const entry = yield* this.entryAt(unit, at, cookie);
      if (!entry.ok) return entry;
      if (entry.value === undefined) break;
      ({ isWhole, end: at } = entry.value);
      if (isWhole) next = entry.value.cookie + 1;
    }
    if (!this.mode.checksEnd) return Ok({ next, end: Math.min(at, this.size) });
    const isBlank = yield* this.isBlank(unit, at);
    if (!isBlank.ok) return isBlank;
    return Ok({ next, end: isWhole && isBlank.value ? at : undefined });
  }

  /**
   * The first of the last entries of a unit that are all whole, up to the cookie before `limit`; undefined: that one is
   * not whole itself.
   */
  *wholeBefore(
    unit: number,
    first: number,
    limit: number,
  ): Steps<TinyosOutcome<LogPlace | undefined>> {
    let begin: LogPlace | undefined;
    let at = 0;
    for (let cookie = first; cookie < limit; cookie++) {
      const entry = yield* this.entryAt(unit, at, cookie);
      if (!entry.ok) return entry;
      if (entry.value === undefined) return Ok(undefined as LogPlace | undefined);
      if (!entry.value.isWhole) begin = undefined;
      else begin ??= { unit, at, cookie };
      at = entry.value.end;
    }
    return Ok(begin);
  }

  /** Whether a unit is blank from a place on. */
  *isBlank(unit: number, from: number): Steps<TinyosOutcome<boolean>> {
    for (let at = from; at < this.size; at += CHUNK) {
      const length = Math.min(CHUNK, this.size - at);
      const bytes = yield* this.volume.read(unit * this.size + at, length);
      if (!bytes.ok) return bytes;
      if (bytes.value.some((byte) => byte !== 0xff)) return Ok(false);
    }
    return Ok(true);
  }

  /** Erases a unit, unless that is known to change nothing. */
  *erase(unit: number): Steps<TinyosOutcome> {
    if (!this.mode.erasesBlank) {
      const isBlank = yield* this.isBlank(unit, 0);
      if (!isBlank.ok || isBlank.value) return isBlank.ok ? Ok() : isBlank;
    }
    return yield* this.volume.erase(unit);
  }

  /** Programs an entry at a place, its commit last. It is durable when the volume is flushed. */
  *program({ unit, at, cookie }: LogPlace, data: Uint8Array): Steps<TinyosOutcome> {
    const { commitSize } = this.mode;
    const bytes = this.mode.encode(cookie, data);
    const addr = unit * this.size + at;
    const body = yield* this.volume.write(addr + commitSize, bytes.subarray(commitSize));
    if (!body.ok || commitSize === 0) return body;
    return yield* this.volume.write(addr, bytes.subarray(0, commitSize));
  }
}
