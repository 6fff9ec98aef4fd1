// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A storage of TinyOS on a volume of a part: what each update asks of the flash, and how long that goes well.
 *
 * NON-TOCK: see `lab/studies/tinyos-parts.ts`. The storages are the same on all parts; between them and the flash is a volume,
 * with a buffer where the part programs more at a time than they write.
 */
import { assert } from '#kernel/assert';
import { RewriteRule } from '#chips/silicon/rewrite-rule';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { BufferedVolume, bufferedRam } from '#libraries/tinyos/buffered-volume';
import { LOG } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import type { DirectStorage, TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { HARDENED } from '#libraries/tinyos/log-mode';
import { LogStorage } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';
import { chance, valueOf } from '../stores/loads.ts';
import { MeteredFlash, between, geometryOf, type Meter } from '../stores/metered-flash.ts';
import type { StudyPart } from '../workload/parts.ts';

/** The storages, as TinyOS calls them. */
export const STORAGES = ['BlockStorage', 'LogStorage', 'ConfigStorage'] as const;
/** One of them. */
export type StorageName = (typeof STORAGES)[number];

/** Bytes of an update, and keys of a configuration. */
export const UPDATE_BYTES = 16;
const KEYS = 16;

/** Bytes of a volume at least, and its erase units. */
const LEAST_BYTES = 131_072;
const LEAST_UNITS = 4;
/** Times that all units are erased, on average, before the measurement and in it; and updates at least and at most. */
const WARM_ROUNDS = 1;
const ROUNDS = 1;
const LEAST_UPDATES = 1000;
const MOST_UPDATES = 120_000;

/** What was found. Plain data. */
export interface OnPart {
  readonly units: number;
  /** Whether there is a buffer between storage and flash, and its bytes. */
  readonly buffer: number;
  readonly updates: number;
  readonly meter: Meter;
  /** The longest update, ms. */
  readonly worst: number;
  /** Programs of a unit of programming between two erasures, at most. */
  readonly unitPrograms: number;
  /** Pages that were overdue to be written again at the end; undefined where a part has no such rule. */
  readonly overdue: number | undefined;
  readonly violation: string | undefined;
}

/** Counts programs of whole units of programming, and pages that others disturbed for too long. */
class PartFlash extends MeteredFlash {
  most = 0;
  private readonly unit: number;
  private readonly unitPrograms: Uint32Array;
  readonly rule: RewriteRule | undefined;
  /** Operations within which a page has to be written again; 0: there is no such rule. */
  readonly within: number;

  constructor({ sheet, ...part }: StudyPart, cells: BufferStorage) {
    super(cells, { ...part, sheet });
    const { rewriteSector, rewriteWithin, program } = sheet;
    this.unit = program.unit.value;
    this.within = rewriteWithin?.value ?? 0;
    this.unitPrograms = new Uint32Array(Math.ceil(cells.image.length / this.unit));
    if (rewriteSector !== undefined && rewriteWithin !== undefined) {
      this.rule = new RewriteRule(cells.numPages, rewriteSector.value, rewriteWithin.value);
    }
  }

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    const from = page * this.pageSize + byteOffset;
    for (let at = from - (from % this.unit); at < from + length; at += this.unit) {
      const programs = (this.unitPrograms[at / this.unit] ?? 0) + 1;
      this.unitPrograms[at / this.unit] = programs;
      this.most = Math.max(this.most, programs);
    }
    // The erasure before it is part of the same operation there.
    this.rule?.note(page);
    return super.write(page, byteOffset, bytes, start, length);
  }

  override erase(page: number): boolean | undefined {
    const units = this.pageSize / this.unit;
    this.unitPrograms.fill(0, page * units, (page + 1) * units);
    return super.erase(page);
  }
}

/** Whether a part programs more at a time, and less often, than a storage writes. */
function needsBuffer({ sheet }: StudyPart, storage: StorageName): boolean {
  const { unit, programsPerUnit } = sheet.program;
  const written = storage === 'BlockStorage' ? UPDATE_BYTES : 4;
  return programsPerUnit !== undefined && unit.value > written;
}

/** Runs a storage on a part. */
export function onPart(part: StudyPart, storage: StorageName): OnPart {
  const pageSize = part.sheet.pageSize.value;
  const units = Math.max(LEAST_UNITS, LEAST_BYTES / pageSize);
  const flash = new PartFlash(part, new BufferStorage(geometryOf(part, units)));
  const plain = new Volume(flash);
  const isBuffered = needsBuffer(part, storage);
  const volume = isBuffered ? new BufferedVolume(plain, true) : plain;
  const update = UPDATERS[storage](volume);
  const buffer = isBuffered ? bufferedRam(plain.settings) : 0;
  return { units, buffer, ...measured(flash, update) };
}

function measured(flash: PartFlash, update: () => void): Omit<OnPart, 'units' | 'buffer'> {
  let worst = 0;
  const until = (erases: number): number => {
    const start = flash.meter();
    for (let count = 0; count < MOST_UPDATES; count++) {
      const isEnough = count >= LEAST_UPDATES && between(start, flash.meter()).erases >= erases;
      if (isEnough) return count;
      const before = flash.meter().time;
      update();
      worst = Math.max(worst, flash.meter().time - before);
    }
    return MOST_UPDATES;
  };
  until(WARM_ROUNDS * flash.numPages);
  worst = 0;
  const before = flash.meter();
  // Where pages have to be written again in time, long enough that they could be late.
  const updates = until(Math.max(ROUNDS * flash.numPages, 2 * flash.within));
  return {
    updates,
    meter: between(before, flash.meter()),
    worst: worst / 1e6,
    unitPrograms: flash.most,
    overdue: flash.rule?.overdue().length,
    violation: flash.cells.violation,
  };
}

function must<T>(steps: Steps<TinyosOutcome<T>>): T | undefined {
  const outcome = runAtOnce(steps);
  const error = outcome.ok ? undefined : outcome.error;
  assert(error === undefined, `the storage answered ${error}`);
  return outcome.ok ? outcome.value : undefined;
}

/** What is done over and over, each time durable. */
const UPDATERS: Readonly<Record<StorageName, (volume: DirectStorage) => () => void>> = {
  BlockStorage(volume) {
    const block = new BlockStorage(volume);
    const random = chance();
    let at = 0;
    return () => {
      if (at + UPDATE_BYTES > block.settings.getVolumeSize()) {
        must(block.erase());
        at = 0;
      }
      must(block.write(at, valueOf(random, UPDATE_BYTES)));
      must(block.flush());
      at += UPDATE_BYTES;
    };
  },
  LogStorage(volume) {
    const log = new LogStorage(volume, { mode: HARDENED, circular: true });
    const random = chance();
    must(log.boot());
    return () => {
      must(log.append(valueOf(random, UPDATE_BYTES)));
      must(log.sync());
    };
  },
  ConfigStorage(volume) {
    const config = new ConfigStorage(volume, { mode: LOG, cache: KEYS });
    const random = chance();
    must(config.boot());
    return () => {
      must(config.insert(random.below(KEYS), valueOf(random, UPDATE_BYTES)));
      must(volume.flush());
    };
  },
};
