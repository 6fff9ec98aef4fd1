// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log under the contract that all stores share: circular and linear, hardened and as TEP 129 has it.
 *
 * NON-TOCK: this project's own.
 */
import { Ok } from '#kernel/result';
import type { Claim } from '../store/claim.ts';
import type { LogDefinition, LogShape, LogStore, Outcome, RamUse } from '../store/definition.ts';
import type { Geometry, Steps, Storage } from '../store/storage.ts';
import { asStore } from './direct-storage.ts';
import { LOG_CLAIM, LOG_LITERAL_CLAIM } from './log-claim.ts';
import { CRC_AT, MAX_LENGTH, checkOf } from './log-format.ts';
import { HARDENED, LITERAL, type LogMode } from './log-mode.ts';
import { LogStorage, type LogOptions } from './log-storage.ts';
import { CHUNK } from './log-units.ts';
import { NO_LARGE_UNITS, Volume, WORD, whyNoVolume } from './volume.ts';

const LEAST_UNIT_SIZE = 16;

/** Bytes that are kept of the state: both ends, the place of the reader, flags. */
const STATE_SIZE = 32;
/** Bytes for each unit: its first cookie. */
const UNIT_STATE_SIZE = 4;

/** What a log of a mode takes on a flash of some shape. */
export function logShapeOf(
  { pageSize, numPages }: Geometry,
  mode: LogMode,
  circular: boolean,
): LogShape {
  const units = numPages - (circular ? 1 : 0);
  const maxEntryLength = Math.min(MAX_LENGTH, pageSize - mode.headerSize);
  return {
    maxEntryLength,
    unitsOf: (length) => mode.sizeOf(length),
    circular,
    // However many appends were cut, a unit of the log holds an entry.
    retained: mode.trusts
      ? filled(units, pageSize, mode.sizeOf(maxEntryLength))
      : units * mode.sizeOf(0),
  };
}

/** Bytes of entries in units that were filled without a cut: each until an entry did not fit, two in a row more than one has room for. */
export function filled(units: number, unitSize: number, largest: number): number {
  return Math.max(units * (unitSize - largest + 1), Math.floor(units / 2) * (unitSize + 1));
}

interface Kind {
  readonly name: string;
  readonly description: string;
  readonly claim: Claim;
  readonly mode: LogMode;
  readonly circular: boolean;
}

function refuses(geometry: Geometry): string | undefined {
  if (geometry.wordSize > WORD) return NO_LARGE_UNITS;
  return geometry.pageSize >= LEAST_UNIT_SIZE
    ? whyNoVolume(geometry)
    : `needs erase units of ${LEAST_UNIT_SIZE} bytes at least`;
}

function tepLog({ name, description, claim, mode, circular }: Kind): LogDefinition {
  return {
    kind: 'log',
    name,
    description,
    claim,
    complexity:
      'a boot reads the first entry of each unit and all of the newest; an append is two programs, and an erasure now and then',
    defaults: { pageSize: 128, pages: 4 },
    refuses,
    shape: (geometry) => logShapeOf(geometry, mode, circular),
    open: (storage) => new VolumeLog(storage, { mode, circular }),
    recognises: (image, geometry) => isLog(image, geometry, mode),
  };
}

/** A log on all of a flash, durable with each append. */
export class VolumeLog implements LogStore {
  readonly log: LogStorage;

  constructor(
    private readonly storage: Storage,
    private readonly options: LogOptions,
  ) {
    this.log = new LogStorage(new Volume(storage), options);
  }

  boot(): Steps<Outcome> {
    return asStore(this.log.boot());
  }

  *append(entry: Uint8Array): Steps<Outcome> {
    const done = yield* asStore(this.log.append(entry));
    return done.ok ? Ok() : done;
  }

  /** Entries that decayed are left out: `readRecord` of the log tells of them. */
  entries(): Steps<Outcome<readonly Uint8Array[]>> {
    return asStore(this.log.records());
  }

  clear(): Steps<Outcome> {
    return asStore(this.log.erase());
  }

  /** An entry at a time, a piece of a unit, what is known of each unit. */
  ram(): RamUse {
    const { numPages } = this.storage;
    const entry = this.options.mode.sizeOf(this.log.maxLength);
    return { fixed: STATE_SIZE + CHUNK + entry + UNIT_STATE_SIZE * numPages, content: 0 };
  }
}

/**
 * Whether an image holds a log. Hardened: a unit begins with a whole entry. Else each unit that is not blank must hold entries
 * in a row, with the CRC that was written for them, and nothing behind.
 */
function isLog(image: Uint8Array, { pageSize, numPages }: Geometry, mode: LogMode): boolean {
  const counts = Array.from({ length: numPages }, (_, unit) =>
    entriesIn(image.subarray(unit * pageSize, (unit + 1) * pageSize), mode),
  );
  const isAny = counts.some((count) => count > 0);
  return mode.trusts ? isAny && counts.every((count) => count >= 0) : isAny;
}

/** How many entries a unit begins with; those of the trusting mode and something else: -1. */
function entriesIn(unit: Uint8Array, mode: LogMode): number {
  let [at, count, cookie] = [0, 0, 0];
  for (;;) {
    const bytes = unit.subarray(at, at + mode.headerSize);
    const header = bytes.length === mode.headerSize ? mode.open(bytes) : undefined;
    if (header === undefined) break;
    const data = unit.subarray(at + mode.headerSize, at + mode.headerSize + header.length);
    const isNext = count === 0 || header.cookie === cookie + 1;
    if (!isNext || checkOf(bytes, data) !== bytes[CRC_AT] || !mode.isWhole(bytes, data)) break;
    [at, count, cookie] = [at + mode.sizeOf(header.length), count + 1, header.cookie];
  }
  return mode.trusts && unit.subarray(at).some((byte) => byte !== 0xff) ? -1 : count;
}

/** The log that gives up its oldest entries, hardened. */
export const TEP_LOG = tepLog({
  name: 'tep-log',
  description: "TinyOS's circular log (TEP 129), hardened: no cut deceives it",
  claim: LOG_CLAIM,
  mode: HARDENED,
  circular: true,
});

/** The one that is full some day, hardened. */
export const TEP_LOG_LINEAR = tepLog({
  name: 'tep-log-linear',
  description: "TinyOS's linear log, hardened",
  claim: LOG_CLAIM,
  mode: HARDENED,
  circular: false,
});

/** As TEP 129 has it. */
export const TEP_LOG_LITERAL = tepLog({
  name: 'tep-log-literal',
  description: 'the same, as TEP 129 has it: headers are believed',
  claim: LOG_LITERAL_CLAIM,
  mode: LITERAL,
  circular: true,
});

/** The linear one as TEP 129 has it. */
export const TEP_LOG_LINEAR_LITERAL = tepLog({
  name: 'tep-log-linear-literal',
  description: "TinyOS's linear log, as TEP 129 has it",
  claim: LOG_LITERAL_CLAIM,
  mode: LITERAL,
  circular: false,
});
