// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * LogStorage: entries of up to 255 bytes in the order in which they came, on any volume. Linear and circular.
 *
 * NON-TOCK: TinyOS's TEP 129, section 3, with LogRead and LogWrite of TEP 103.
 *
 *     unit     2          0          1          3
 *              entries    entries    entries    blank, or the oldest: the next to be erased
 *              40 … 81    82 … 130   131 … 140
 *              ^ start                      ^ next, at `end`
 *
 * A cookie is the number of an entry. None is left out, and none crosses a unit.
 */
import { Err, Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { DirectStorage, TinyosOutcome } from './direct-storage.ts';
import { MAX_LENGTH } from './log-format.ts';
import type { LogMode } from './log-mode.ts';
import { LogReader } from './log-reader.ts';
import { LogUnits, type LogExtent, type LogPlace, type LogUnit } from './log-units.ts';

/** `seek` to the oldest entry: TinyOS's. */
export const SEEK_BEGINNING = 0;

/** What kind of log. */
export interface LogOptions {
  readonly mode: LogMode;
  /** Whether it gives up its oldest unit for a new one, or is full some day. */
  readonly circular: boolean;
  /** The cookie of the first entry in a volume that is blank. Default: 0. */
  readonly firstCookie?: number;
}

/** How an append ended. */
export interface Appended {
  /** Whether older entries were given up since the append before. */
  readonly recordsLost: boolean;
}

/** Begins off: `boot` comes before all else. */
export class LogStorage {
  private readonly mode: LogMode;
  private readonly units: LogUnits;
  private readonly reader: LogReader;
  /** Units of the log, the oldest first. */
  private log: readonly LogUnit[] = [];
  /** The oldest entry, in the first of these. */
  private start: LogPlace | undefined;
  /** The unit that is being filled, where that goes on, and the next cookie. */
  private end: LogPlace = { unit: 0, at: Infinity, cookie: 0 };
  private recordsLost = false;

  constructor(
    private readonly volume: DirectStorage,
    private readonly options: LogOptions,
  ) {
    this.mode = options.mode;
    this.units = new LogUnits(volume, options.mode);
    this.reader = new LogReader(this.units, options.mode);
  }

  // --- Boot ----------------------------------------------------------------------------------------

  /** Finds both ends of the log, and writes nothing. Reading begins with the oldest entry. StorageError. */
  *boot(): Steps<TinyosOutcome> {
    this.forget();
    const log: LogUnit[] = [];
    for (let unit = 0; unit < this.units.count; unit++) {
      const first = yield* this.units.firstOf(unit);
      if (!first.ok) return first;
      if (first.value !== undefined) log.push({ unit, first: first.value });
    }
    this.log = log.sort((a, b) => a.first - b.first);
    const ended = yield* this.findEnd();
    return ended.ok ? yield* this.findStart() : ended;
  }

  /** An empty log. Its first entry comes to the first unit. */
  private forget(): void {
    this.log = [];
    this.start = undefined;
    this.end = { unit: this.units.count - 1, at: Infinity, cookie: this.options.firstCookie ?? 0 };
    this.recordsLost = false;
    this.reader.rewind();
  }

  /** The newest unit is the one with the greatest cookie: its entries end where the next one comes. */
  private *findEnd(): Steps<TinyosOutcome> {
    const newest = this.log.at(-1);
    if (newest === undefined) return Ok();
    const walk = yield* this.units.walk(newest.unit, newest.first);
    if (!walk.ok) return walk;
    const { next: cookie, end: at = Infinity } = walk.value;
    this.end = { unit: newest.unit, at, cookie };
    return Ok();
  }

  /**
   * The oldest unit is the one with the smallest cookie. Where it is the next to be erased, that may have been begun: then
   * what is before the last damage is given up.
   */
  private *findStart(): Steps<TinyosOutcome> {
    const [oldest, second] = this.log;
    if (oldest === undefined) return Ok();
    const isNext = second !== undefined && oldest.unit === this.following;
    if (!this.mode.checksStart || !this.options.circular || !isNext) {
      this.beginWith(oldest);
      return Ok();
    }
    const { unit, first } = oldest;
    const place = yield* this.units.wholeBefore(unit, first, second.first);
    if (!place.ok) return place;
    this.recordsLost = place.value?.cookie !== first;
    if (place.value === undefined) this.giveUp(unit);
    else this.start = place.value;
    return Ok();
  }

  private beginWith(oldest: LogUnit | undefined): void {
    this.start = oldest && { unit: oldest.unit, at: 0, cookie: oldest.first };
  }

  /** Takes a unit out of the log, so that the next one is its begin. */
  private giveUp(unit: number): void {
    this.log = this.log.filter((each) => each.unit !== unit);
    if (this.start === undefined || this.start.unit === unit) this.beginWith(this.log[0]);
  }

  // --- LogWrite ------------------------------------------------------------------------------------

  /** The longest entry, bytes. */
  get maxLength(): number {
    return Math.min(MAX_LENGTH, this.units.size - this.mode.headerSize);
  }

  /** The cookie of the next entry. */
  get currentOffset(): number {
    return this.end.cookie;
  }

  /**
   * Adds an entry, which may be empty; it is durable with `sync`, and at once on a volume without buffers. TooLong;
   * NoCapacity: the linear log is full; NoLifetime: there is no cookie left until the log is erased; StorageError: boot
   * before going on.
   */
  *append(data: Uint8Array): Steps<TinyosOutcome<Appended>> {
    if (data.length > this.maxLength) return Err('TooLong');
    if (this.end.cookie > this.mode.lastCookie) return Err('NoLifetime');
    const size = this.mode.sizeOf(data.length);
    if (this.end.at + size > this.units.size) {
      const turned = yield* this.turn();
      if (!turned.ok) return turned;
    }
    const place = this.end;
    // Until it is there, nothing else is to come to its place.
    this.end = { ...place, at: Infinity };
    const done = yield* this.units.program(place, data);
    if (!done.ok) return done;
    this.commit(place, size);
    const { recordsLost } = this;
    this.recordsLost = false;
    return Ok({ recordsLost });
  }

  private commit({ unit, at, cookie }: LogPlace, size: number): void {
    if (at === 0) {
      this.log = [...this.log, { unit, first: cookie }];
      if (this.start === undefined) this.beginWith(this.log[0]);
    }
    const next = this.mode.trusts ? (cookie + 1) >>> 0 : cookie + 1;
    this.end = { unit, at: at + size, cookie: next };
  }

  /** The unit after the one that is being filled; that one again when it holds no entry. */
  private get following(): number {
    const last = this.log.at(-1)?.unit ?? this.units.count - 1;
    return (last + 1) % this.units.count;
  }

  /** Goes on with the next unit, erased. */
  private *turn(): Steps<TinyosOutcome> {
    const unit = this.following;
    if (this.log.some((each) => each.unit === unit)) {
      if (!this.options.circular) return Err('NoCapacity');
      this.giveUp(unit);
      this.recordsLost = true;
    }
    const erased = yield* this.units.erase(unit);
    if (erased.ok) this.end = { unit, at: 0, cookie: this.end.cookie };
    return erased;
  }

  /** Makes durable what was appended. StorageError. */
  *sync(): Steps<TinyosOutcome> {
    return yield* this.volume.flush();
  }

  /**
   * Takes all entries away, the oldest first: a cut leaves the newest. Cookies begin again. StorageError: boot before going
   * on.
   */
  *erase(): Steps<TinyosOutcome> {
    const held = this.log.map(({ unit }) => unit);
    const all = Array.from({ length: this.units.count }, (_, unit) => unit);
    const others = all.filter((unit) => !held.includes(unit));
    this.end = { ...this.end, at: Infinity };
    for (const unit of this.mode.trusts ? all : [...others, ...held]) {
      const erased = yield* this.units.erase(unit);
      if (!erased.ok) return erased;
    }
    this.forget();
    return yield* this.sync();
  }

  // --- LogRead -------------------------------------------------------------------------------------

  /** The next record from where reading is; undefined at the end of the log. Corrupt: it is damaged, and passed over. */
  *readRecord(): Steps<TinyosOutcome<Uint8Array | undefined>> {
    return yield* this.reader.readRecord(this.held);
  }

  /** The next bytes, of as many records as it takes; fewer at the end of the log, or before a record that is Corrupt. */
  *read(length: number): Steps<TinyosOutcome<Uint8Array>> {
    return yield* this.reader.read(this.held, length);
  }

  /**
   * Goes on reading with the entry of a cookie; with the oldest one where that was given up. InvalidArgument: no entry has
   * it yet. Corrupt: the way to it is damaged.
   */
  *seek(cookie: number): Steps<TinyosOutcome> {
    return yield* this.reader.seek(this.held, cookie);
  }

  /** The cookie of the record that is being read, or is the next; SEEK_BEGINNING where that was given up. */
  get readOffset(): number {
    return this.reader.offset(this.held) ?? SEEK_BEGINNING;
  }

  /** Bytes of the volume: what TEP 103 calls the approximate capacity. */
  getSize(): number {
    return this.volume.settings.getVolumeSize();
  }

  /** All that is whole, the oldest first. Reading stays where it is. */
  *records(): Steps<TinyosOutcome<readonly Uint8Array[]>> {
    const reader = new LogReader(this.units, this.mode);
    const all: Uint8Array[] = [];
    for (;;) {
      const record = yield* reader.readRecord(this.held);
      if (record.ok && record.value === undefined) return Ok(all);
      if (record.ok && record.value !== undefined) all.push(record.value);
      else if (!record.ok && record.error !== 'Corrupt') return record;
    }
  }

  private get held(): LogExtent {
    const { log, start, end } = this;
    return { log, start, end };
  }
}
