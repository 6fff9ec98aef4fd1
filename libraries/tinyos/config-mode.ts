// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage as TEP 129 has it, and the two that survive a cut at any bit: what differs, as data and small functions.
 *
 * NON-TOCK: TinyOS. CONFIG-STORAGE.md tells each difference with the cut that made it necessary.
 */
import {
  AREA_HEADER,
  DEAD,
  INVALID,
  buildHeader,
  buildSeedHeader,
  parseHeader,
  parseSeedHeader,
  type Header,
} from './config-format.ts';

/** An area as a boot sees it first. */
export interface AreaSight {
  readonly area: number;
  /** The number in its header; undefined when that is blank or torn, or there is none. */
  readonly sequence: number | undefined;
  /** Whether its first entry was begun. */
  readonly isBegun: boolean;
}

/** In what two of these storages may differ. An area is what is filled, copied and erased as a whole: units in a row. */
export interface ConfigMode {
  /** Units of an area, of so many in the volume. */
  areaUnits(units: number): number;
  /** Areas that may hold entries at a time, of so many. */
  liveAreas(areas: number): number;
  /** Bytes before the first entry of an area. */
  readonly areaHeader: number;
  /** Bytes before a value. */
  readonly headerSize: number;
  /** Bytes that an entry begins and ends at a multiple of. */
  readonly align: number;
  build(key: number, value: Uint8Array): Uint8Array;
  parse(bytes: Uint8Array): Header | 'blank' | 'torn';
  /** What is written over the magic of an entry that is to count no longer. */
  readonly dead: number;
  /** Whether the second word of a header is written behind all else of an entry; or an entry as it lies. */
  readonly commitsLast: boolean;
  /** Whether the header of an area is written behind its content; or before. */
  readonly sealsLast: boolean;
  /** Whether a new value takes the place of the old one in a copy; or comes after the copy. */
  readonly replacesInCopy: boolean;
  /** Whether a boot kills the older of two entries with a key. */
  readonly killsDoubles: boolean;
  /** Whether a boot erases the areas that do not count. */
  readonly erasesRest: boolean;
  /** Whether a boot looks if what it takes for free is blank. */
  readonly checksTail: boolean;
  /** The areas that count, oldest first, at most so many. */
  arrange(sights: readonly AreaSight[], most: number): readonly number[];
  /** Programs that a word of flash must endure. */
  readonly programsPerWord: number;
}

const HARDENED = {
  areaUnits: () => 1,
  areaHeader: AREA_HEADER,
  headerSize: 8,
  align: 4,
  build: buildHeader,
  parse: parseHeader,
  dead: DEAD,
  commitsLast: true,
  sealsLast: true,
  replacesInCopy: true,
  killsDoubles: true,
  erasesRest: true,
  checksTail: true,
  programsPerWord: 2,
  /** Those with the greatest numbers: an older one beyond that was copied, and was to be erased. */
  arrange(sights: readonly AreaSight[], most: number): readonly number[] {
    const whole = sights.filter(({ sequence }) => sequence !== undefined);
    whole.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    return whole.slice(-most).map(({ area }) => area);
  },
} as const;

/** One unit at a time holds everything; the others are blank. Half the volume, where it has two units. */
export const RING: ConfigMode = { ...HARDENED, liveAreas: () => 1 };

/** All units but one hold entries; the oldest is copied, and erased. */
export const LOG: ConfigMode = { ...HARDENED, liveAreas: (areas) => areas - 1 };

/** What TEP 129 says and no more: two halves of the volume, and headers of seven bytes back to back. */
export const LITERAL: ConfigMode = {
  areaUnits: (units) => units >> 1,
  liveAreas: () => 1,
  areaHeader: 0,
  headerSize: 7,
  align: 1,
  build: buildSeedHeader,
  parse: parseSeedHeader,
  dead: INVALID,
  commitsLast: false,
  sealsLast: false,
  replacesInCopy: false,
  killsDoubles: false,
  erasesRest: false,
  checksTail: false,
  // A word may hold the magic of an entry and the begin of the next: two programs, and a third for the magic.
  programsPerWord: 3,
  /** The first that was begun. */
  arrange(sights) {
    const begun = sights.find(({ isBegun }) => isBegun);
    return begun === undefined ? [] : [begun.area];
  },
};
