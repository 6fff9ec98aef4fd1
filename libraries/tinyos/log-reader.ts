// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where a reader of the log is, and how it goes on: LogRead of TEP 103.
 *
 * NON-TOCK: a part of `log-storage.ts`.
 */
import { Err, Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { TinyosOutcome } from './direct-storage.ts';
import type { LogMode } from './log-mode.ts';
import type { LogExtent, LogPlace, LogUnit, LogUnits } from './log-units.ts';

/** A record, and the place after it. */
interface Found {
  readonly next: LogPlace;
  /** Undefined: it is damaged. */
  readonly data: Uint8Array | undefined;
}

export class LogReader {
  /** The record that is read next; undefined: the oldest. */
  private place: LogPlace | undefined;
  /** Bytes of it that were read already. */
  private within = 0;

  constructor(
    private readonly units: LogUnits,
    private readonly mode: LogMode,
  ) {}

  /** Back to the oldest. */
  rewind(): void {
    this.moveTo(undefined);
  }

  private moveTo(place: LogPlace | undefined): void {
    this.place = place;
    this.within = 0;
  }

  /** The cookie of the record that is read next; undefined: the oldest, also where that record was given up. */
  offset({ log, start }: LogExtent): number | undefined {
    const { place } = this;
    const held = log.find(({ unit }) => unit === place?.unit);
    if (place === undefined || held === undefined || place.cookie < held.first) return undefined;
    const isBefore = place.unit === start?.unit && place.cookie < start.cookie;
    return isBefore ? undefined : place.cookie;
  }

  /** See LogStorage. */
  *readRecord(extent: LogExtent): Steps<TinyosOutcome<Uint8Array | undefined>> {
    const record = yield* this.find(extent);
    if (!record.ok) return record;
    if (record.value === undefined) return Ok(undefined as Uint8Array | undefined);
    const { next, data } = record.value;
    const rest = data?.slice(this.within);
    this.moveTo(next);
    return rest === undefined ? Err('Corrupt') : Ok(rest);
  }

  /** See LogStorage. */
  *read(extent: LogExtent, length: number): Steps<TinyosOutcome<Uint8Array>> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const record = yield* this.find(extent);
      if (!record.ok) return record;
      const { next, data } = record.value ?? {};
      if (next === undefined || (data === undefined && filled > 0)) break;
      if (data === undefined) {
        this.moveTo(next);
        return Err('Corrupt');
      }
      filled += this.take(data, bytes.subarray(filled), next);
    }
    return Ok(bytes.subarray(0, filled));
  }

  /** Gives what is left of a record, as much as there is room for. */
  private take(data: Uint8Array, room: Uint8Array, next: LogPlace): number {
    const part = data.subarray(this.within, this.within + room.length);
    room.set(part);
    if (this.within + part.length === data.length) this.moveTo(next);
    else this.within += part.length;
    return part.length;
  }

  /** The record at hand; undefined at the end of the log. */
  private *find(extent: LogExtent): Steps<TinyosOutcome<Found | undefined>> {
    if (this.offset(extent) === undefined) this.moveTo(extent.start);
    for (;;) {
      const { place } = this;
      if (place === undefined) return Ok(undefined as Found | undefined);
      const record = yield* this.recordAt(place, limitOf(extent, place));
      if (!record.ok || record.value !== undefined) return record;
      const following = unitAfter(extent, place);
      if (following === undefined) return Ok(undefined as Found | undefined);
      this.moveTo({ unit: following.unit, at: 0, cookie: following.first });
    }
  }

  /** The record at a place; undefined: the unit holds no more of the log. */
  private *recordAt(place: LogPlace, limit: number): Steps<TinyosOutcome<Found | undefined>> {
    const { unit, at, cookie } = place;
    const none = Ok(undefined as Found | undefined);
    if (cookie >= limit && !this.mode.trusts) return none;
    const entry = yield* this.units.entryAt(unit, at, cookie);
    if (!entry.ok) return entry;
    if (entry.value === undefined) {
      // Where the rest of the unit begins is not known: all of it is passed over at once.
      const next = { unit, at: this.units.size, cookie: limit };
      return this.mode.trusts ? none : Ok({ next, data: undefined } as Found | undefined);
    }
    const { isWhole, length, end } = entry.value;
    const next = { unit, at: end, cookie: cookie + 1 };
    if (!isWhole) return Ok({ next, data: undefined } as Found | undefined);
    const data = yield* this.units.dataAt(unit, at, length);
    return data.ok ? Ok({ next, data: data.value } as Found | undefined) : data;
  }

  /** See LogStorage. */
  *seek(extent: LogExtent, cookie: number): Steps<TinyosOutcome> {
    const { log, start, end } = extent;
    if (cookie > end.cookie) return Err('InvalidArgument');
    const held = log.findLast((each) => each.first <= cookie);
    if (start === undefined || held === undefined || cookie <= start.cookie) {
      this.rewind();
      return Ok();
    }
    const { unit, first } = held;
    let at = 0;
    for (let before = first; before < cookie; before++) {
      const header = yield* this.units.peek(unit, at);
      if (!header.ok) return header;
      if (header.value === undefined) return Err('Corrupt');
      at = header.value.end;
    }
    this.moveTo({ unit, at, cookie });
    return Ok();
  }
}

/** The cookie after the last entry of the unit of a place. */
function limitOf(extent: LogExtent, place: LogPlace): number {
  return unitAfter(extent, place)?.first ?? extent.end.cookie;
}

/** The unit after that of a place in the log. */
function unitAfter({ log }: LogExtent, { unit }: LogPlace): LogUnit | undefined {
  const nth = log.findIndex((each) => each.unit === unit);
  return nth < 0 ? undefined : log[nth + 1];
}
