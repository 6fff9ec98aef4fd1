// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ConfigStorage of TEP 129 under the contract that all stores share: as a ring, as a log, and to the letter.
 *
 * NON-TOCK: TinyOS.
 */
import { Err, Ok } from '#kernel/result';
import { BufferStorage } from '../store/buffer-storage.ts';
import type { Claim } from '../store/claim.ts';
import type { MapDefinition, MapStore, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry, Steps, Storage } from '../store/storage.ts';
import { Areas } from './config-areas.ts';
import { CLAIM, LITERAL_CLAIM } from './config-claim.ts';
import { NO_KEY } from './config-format.ts';
import { LITERAL, LOG, RING, type ConfigMode } from './config-mode.ts';
import { ConfigStorage } from './config-storage.ts';
import type { TinyosFault } from './direct-storage.ts';
import { NO_LARGE_UNITS, Volume, WORD, whyNoVolume } from './volume.ts';

/** Keys whose places are kept in RAM, at most. To the letter there are none: after a cut a place would not be the only one. */
const CACHE = 256;

/** Bytes of a unit that holds a header of its own, and an entry of a word. */
const SMALLEST_UNIT = 20;

/** What the contract says of a fault. */
function faultOf(fault: TinyosFault): StoreFault {
  switch (fault) {
    case 'TooLong':
      return 'InvalidArgument';
    case 'NotFound':
    case 'OutOfRange':
    case 'Corrupt':
      return 'InvalidStorage';
    default:
      return fault;
  }
}

class ConfigMap implements MapStore {
  private readonly config: ConfigStorage;

  constructor(storage: Storage, mode: ConfigMode) {
    const { maxWordWrites } = storage;
    const cache = mode.killsDoubles ? CACHE : 0;
    this.config = new ConfigStorage(new Volume(storage), { mode, cache, maxWordWrites });
  }

  *boot(): Steps<Outcome> {
    const done = yield* this.config.boot();
    return done.ok ? done : Err(faultOf(done.error));
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    const done = yield* this.config.insert(key, value);
    return done.ok ? done : Err(faultOf(done.error));
  }

  *delete(key: number): Steps<Outcome> {
    const done = yield* this.config.remove(key);
    return done.ok || done.error === 'NotFound' ? Ok() : Err(faultOf(done.error));
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    const found = yield* this.config.retrieve(key, this.config.maxValueLength);
    if (found.ok) return Ok(found.value.value);
    return found.error === 'NotFound' ? Ok(undefined) : Err(faultOf(found.error));
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const keys = yield* this.config.keys();
    return keys.ok ? keys : Err(faultOf(keys.error));
  }

  ram(): RamUse {
    return this.config.ram();
  }
}

function refuses(geometry: Geometry, mode: ConfigMode): string | undefined {
  const { programsPerWord } = mode;
  if (geometry.wordSize > WORD) return NO_LARGE_UNITS;
  if (geometry.maxWordWrites < programsPerWord) {
    return `needs a flash whose words take ${programsPerWord} programs`;
  }
  if (geometry.pageSize < SMALLEST_UNIT) return `needs units of ${SMALLEST_UNIT} bytes at least`;
  return whyNoVolume(geometry);
}

/** Whether an image boots without a write, and holds an entry. */
function recognises(image: Uint8Array, geometry: Geometry, mode: ConfigMode): boolean {
  if (refuses(geometry, mode) !== undefined) return false;
  const flash = new BufferStorage(geometry, false);
  flash.image.set(image.subarray(0, flash.image.length));
  const config = new ConfigStorage(new Volume(flash), { mode });
  if (!runAtOnce(config.boot()).ok) return false;
  const keys = runAtOnce(config.keys());
  if (!keys.ok || keys.value.length === 0) return false;
  return keys.value.every((key) => runAtOnce(config.retrieve(key, 255)).ok);
}

/** What makes one of these stores. */
export interface Variant {
  readonly name: string;
  readonly description: string;
  readonly mode: ConfigMode;
  readonly claim: Claim;
}

/** ConfigStorage in some mode, under a name. */
export function configStorage({ mode, ...variant }: Variant): MapDefinition {
  return {
    kind: 'map',
    ...variant,
    complexity:
      'a boot and a listing walk all entries, and so does a key that is not cached; an insert appends, and now and then copies a unit',
    defaults: { pageSize: 128, pages: 4 },
    refuses: (geometry) => refuses(geometry, mode),
    shape: (geometry) => {
      const areas = new Areas(new Volume(new BufferStorage(geometry)), mode);
      const most = mode.liveAreas(areas.count);
      const half = (geometry.pageSize * geometry.numPages) / 2;
      return {
        maxKey: NO_KEY - 1,
        maxValueLength: areas.maxValueLength,
        capacity: Math.min(most * areas.room, Math.floor(half)),
        exact: most === 1,
        holdsBoth: !mode.replacesInCopy,
        unitsOf: (length) => areas.sizeOf(length),
      };
    },
    open: (storage) => new ConfigMap(storage, mode),
    recognises: (image, geometry) => recognises(image, geometry, mode),
  };
}

/** One unit at a time, made to survive a cut at any bit. */
export const TEP_CONFIG = configStorage({
  name: 'tep-config',
  description: 'ConfigStorage of TEP 129, a unit at a time, made to survive a cut at any bit',
  mode: RING,
  claim: CLAIM,
});

/** All units, made to survive a cut at any bit. */
export const TEP_CONFIG_LOG = configStorage({
  name: 'tep-config-log',
  description: 'the same over all units: the oldest is copied, and erased',
  mode: LOG,
  claim: CLAIM,
});

/** What TEP 129 says. */
export const TEP_CONFIG_LITERAL = configStorage({
  name: 'tep-config-literal',
  description: 'the same to the letter of TEP 129, in two halves',
  mode: LITERAL,
  claim: LITERAL_CLAIM,
});
