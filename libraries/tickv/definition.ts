// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TicKV under the contract that all stores share, in both of its modes.
 *
 * NON-TOCK: this project's own. A number's hash has the number in its upper half, so that keys can be listed, and what it is
 * scattered to in its lower one, which chooses the region.
 */
import { Err, Ok } from '#kernel/result';
import { sipHash, type Hash64 } from '../sip-hash.ts';
import { BufferStorage } from '../store/buffer-storage.ts';
import type { Claim } from '../store/claim.ts';
import type { MapDefinition, MapStore, Outcome, RamUse, StoreFault } from '../store/definition.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Geometry, Steps, Storage } from '../store/storage.ts';
import { CLAIM, LITERAL_CLAIM } from './claim.ts';
import type { TicKvError, TicKvResult } from './codes.ts';
import { MAX_OBJECT, OVERHEAD, WORD, objectLength } from './format.ts';
import { HARDENED, LITERAL, programsPerWord, type Mode } from './mode.ts';
import { TicKv } from './tickv.ts';

/** The largest key. */
export const MAX_KEY = 0xffff;

/** What upstream's boards call the object that says that a flash is TicKV's. */
const SUPER_KEY = sipHash(new TextEncoder().encode('tickv-super-key'));
/** Objects at whole words are another format: neither mode is to take the other's flash for its own. */
const ALIGNED_SUPER_KEY = sipHash(new TextEncoder().encode('tickv-aligned-super-key'));

/** The super key of a mode. */
export function superKeyOf({ aligns }: Mode): Hash64 {
  return aligns ? ALIGNED_SUPER_KEY : SUPER_KEY;
}

/** The hash of a numeric key. */
export function hashOf(key: number): Hash64 {
  return { high: key, low: scatter(key) };
}

/** The finish of MurmurHash3: each bit of the number moves about half of the bits. */
function scatter(key: number): number {
  let x = key + 1;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

class TicKvMap implements MapStore {
  private kv: TicKv;

  constructor(
    private readonly storage: Storage,
    private readonly mode: Mode,
  ) {
    this.kv = new TicKv(storage, mode);
  }

  *boot(): Steps<Outcome> {
    this.kv = new TicKv(this.storage, this.mode);
    return outcome(yield* this.kv.initialise(superKeyOf(this.mode)));
  }

  *put(key: number, value: Uint8Array): Steps<Outcome> {
    if (!isKey(key) || value.length > this.kv.maxValueLength) return Err('InvalidArgument');
    return outcome(yield* this.kv.put(hashOf(key), value));
  }

  *delete(key: number): Steps<Outcome> {
    if (!isKey(key)) return Err('InvalidArgument');
    const done = yield* this.kv.invalidateKey(hashOf(key));
    return !done.ok && done.error.kind === 'KeyNotFound' ? Ok() : outcome(done);
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    if (!isKey(key)) return Ok(undefined);
    const found = yield* this.kv.value(hashOf(key));
    if (!found.ok)
      return found.error.kind === 'KeyNotFound' ? Ok(undefined) : Err(faultOf(found.error));
    return found.value.isSound ? Ok(found.value.value) : Err('InvalidStorage');
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    const hashes = yield* this.kv.hashes();
    if (!hashes.ok) return Err(faultOf(hashes.error));
    const ours = hashes.value.filter(({ high, low }) => isKey(high) && low === scatter(high));
    return Ok(ours.map(({ high }) => high));
  }

  *collect(): Steps<Outcome<boolean>> {
    const collected = yield* this.kv.collect();
    return collected.ok ? collected : Err(faultOf(collected.error));
  }

  /** The region in RAM. */
  ram(): RamUse {
    return { fixed: this.storage.pageSize, content: 0 };
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}

function outcome(result: TicKvResult): Outcome {
  return result.ok ? Ok() : Err(faultOf(result.error));
}

/** A failure in words that all stores share. */
export function faultOf({ kind }: TicKvError): StoreFault {
  switch (kind) {
    case 'FlashFull':
      return 'NoCapacity';
    case 'ObjectTooLarge':
      return 'InvalidArgument';
    case 'ReadFail':
    case 'WriteFail':
    case 'EraseFail':
      return 'StorageError';
    default:
      return 'InvalidStorage';
  }
}

function maxValueLength({ pageSize }: Geometry, { marks }: Mode): number {
  return Math.min(MAX_OBJECT, pageSize - (marks ? WORD : 0)) - OVERHEAD;
}

function refusal(geometry: Geometry, mode: Mode): string | undefined {
  const { pageSize, numPages, maxWordWrites } = geometry;
  const programs = programsPerWord(mode);
  if (maxWordWrites < programs) return `needs a flash whose words take ${programs} programs`;
  const fits = pageSize % WORD === 0 && pageSize >= 32 && pageSize <= 65_536 && numPages >= 2;
  return fits ? undefined : 'needs 2 pages or more of 32 to 65536 bytes, in whole words';
}

/** Whether the super key is there. */
function recognises(image: Uint8Array, geometry: Geometry, mode: Mode): boolean {
  const flash = new BufferStorage(geometry, false);
  flash.image.set(image.subarray(0, flash.image.length));
  const found = runAtOnce(new TicKv(flash, mode).value(superKeyOf(mode)));
  return found.ok && found.value.isSound;
}

/** TicKV in some mode, under a name. */
export function ticKv(name: string, description: string, claim: Claim, mode: Mode): MapDefinition {
  return {
    kind: 'map',
    name,
    description,
    claim,
    complexity:
      'a boot walks all regions; an operation walks the region of its key, and as many others as that overflowed into, all of them for a key that is not there',
    defaults: { pageSize: 256, pages: 5 },
    refuses: (geometry) => refusal(geometry, mode),
    shape: (geometry) => ({
      maxKey: MAX_KEY,
      maxValueLength: maxValueLength(geometry, mode),
      capacity: (geometry.pageSize * geometry.numPages) / 2,
      exact: false,
      unitsOf: (length) => objectLength(length) + ((mode.aligns ? -objectLength(length) : 0) & 3),
    }),
    open: (storage) => new TicKvMap(storage, mode),
    recognises: (image, geometry) => recognises(image, geometry, mode),
  };
}

/** TicKV without its defects. */
export const TICKV = ticKv('tickv', 'TicKV of Tock, without its known defects', CLAIM, HARDENED);

/** TicKV as it is. */
export const TICKV_LITERAL = ticKv(
  'tickv-literal',
  'the same as upstream has it, defects included',
  LITERAL_CLAIM,
  LITERAL,
);
