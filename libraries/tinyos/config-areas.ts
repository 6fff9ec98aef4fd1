// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume as areas of units, and the entries in an area: what ConfigStorage reads and writes with.
 *
 * NON-TOCK: TinyOS. A read that gives `undefined`, and a write that gives false, is a flash that failed.
 */
import type { Steps } from '../store/storage.ts';
import { MAGIC_AT, MAX_LENGTH, parseAreaHeader, type Header } from './config-format.ts';
import type { AreaSight, ConfigMode } from './config-mode.ts';
import type { DirectStorage, TinyosOutcome } from './direct-storage.ts';

/** Where an entry is. */
export interface Place {
  readonly area: number;
  /** Bytes from the begin of the area. */
  readonly at: number;
  /** Bytes of its value. */
  readonly length: number;
}

/** An entry in flash. */
export interface Entry extends Header, Place {}

/** Whether two places are one. */
export function isSame(one: Place, other: Place | undefined): boolean {
  return one.area === other?.area && one.at === other.at;
}

/** What is at a place now. */
export interface Loaded {
  readonly header: Header | 'blank' | 'torn';
  readonly value: Uint8Array;
}

/** Where the entries of an area end. `torn`: at what is no entry; `full`: at its end; else at blank flash, as far as was read. */
export interface AreaEnd {
  readonly at: number;
  readonly why: 'blank' | 'torn' | 'full';
}

/** A volume as areas. Whether there are any, and of what size, is to be looked at before it is used. */
export class Areas {
  /** How many there are. */
  readonly count: number;
  /** Bytes of one. */
  readonly size: number;
  /** Units of one. */
  private readonly units: number;

  constructor(
    private readonly storage: DirectStorage,
    readonly mode: ConfigMode,
  ) {
    const { settings } = storage;
    const units = settings.getTotalEraseUnits();
    this.units = mode.areaUnits(units);
    this.count = this.units === 0 ? 0 : Math.floor(units / this.units);
    this.size = this.units * settings.getEraseUnitSize();
  }

  /** Bytes that entries may take in one. */
  get room(): number {
    return this.size - this.mode.areaHeader;
  }

  /** The longest value. */
  get maxValueLength(): number {
    return Math.min(MAX_LENGTH, this.room - this.mode.headerSize);
  }

  /** Bytes of flash of an entry with a value of so many. */
  sizeOf(length: number): number {
    const { headerSize, align } = this.mode;
    return Math.ceil((headerSize + length) / align) * align;
  }

  /** The bytes of an entry, filled up. */
  build(key: number, value: Uint8Array): Uint8Array {
    const header = this.mode.build(key, value);
    const bytes = new Uint8Array(this.sizeOf(value.length)).fill(0xff);
    bytes.set(header);
    bytes.set(value, header.length);
    return bytes;
  }

  /** Bytes of an area. */
  read(area: number, at: number, length: number): Steps<TinyosOutcome<Uint8Array>> {
    return this.storage.read(area * this.size + at, length);
  }

  /** Programs bytes of an area. */
  write(area: number, at: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    return this.storage.write(area * this.size + at, bytes);
  }

  /** What was written is durable, and comes before what is written after. */
  flush(): Steps<TinyosOutcome> {
    return this.storage.flush();
  }

  *erase(area: number): Steps<boolean> {
    for (let unit = 0; unit < this.units; unit++) {
      if (!(yield* this.storage.erase(area * this.units + unit)).ok) return false;
    }
    return (yield* this.flush()).ok;
  }

  /** Whether bytes of an area are all ones, from one up to another. */
  *isBlank(area: number, from = 0, to = this.size): Steps<boolean | undefined> {
    const bytes = yield* this.read(area, from, to - from);
    return bytes.ok ? bytes.value.every((byte) => byte === 0xff) : undefined;
  }

  /** The first look at an area. */
  *look(area: number): Steps<AreaSight | undefined> {
    const { areaHeader, headerSize } = this.mode;
    const bytes = yield* this.read(area, 0, areaHeader + headerSize);
    if (!bytes.ok) return undefined;
    const sequence = areaHeader === 0 ? undefined : parseAreaHeader(bytes.value);
    const isBegun = this.mode.parse(bytes.value.subarray(areaHeader)) !== 'blank';
    return { area, sequence, isBegun };
  }

  /** The entry at a place; or where the entries end, if there is none. */
  *entry(area: number, at: number): Steps<Entry | AreaEnd | undefined> {
    const { headerSize } = this.mode;
    if (at + headerSize > this.size) return { at, why: 'full' };
    const bytes = yield* this.read(area, at, headerSize);
    if (!bytes.ok) return undefined;
    const header = this.mode.parse(bytes.value);
    if (typeof header === 'string') return { at, why: header };
    if (at + this.sizeOf(header.length) > this.size) return { at, why: 'torn' };
    const { key, length, crc, isLive } = header;
    return { key, length, crc, isLive, area, at };
  }

  /** Shows the live entries of an area, the oldest first, and says where it ends. */
  *walk(area: number, visit: (entry: Entry) => void): Steps<AreaEnd | undefined> {
    for (let at = this.mode.areaHeader; ;) {
      const entry = yield* this.entry(area, at);
      if (entry === undefined || 'why' in entry) return entry;
      if (entry.isLive) visit(entry);
      at += this.sizeOf(entry.length);
    }
  }

  /** Header and value of an entry. */
  *load({ area, at, length }: Place): Steps<Loaded | undefined> {
    const { headerSize } = this.mode;
    const bytes = yield* this.read(area, at, headerSize + length);
    if (!bytes.ok) return undefined;
    return { header: this.mode.parse(bytes.value), value: bytes.value.slice(headerSize) };
  }

  /** An entry counts no longer. */
  *kill({ area, at }: Place): Steps<boolean> {
    const killed = yield* this.write(area, at + MAGIC_AT, Uint8Array.of(this.mode.dead));
    return killed.ok && (yield* this.flush()).ok;
  }
}
