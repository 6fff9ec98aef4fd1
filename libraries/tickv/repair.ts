// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a boot does with the leftovers of a cut: erasures are done again, torn objects filled, of two versions the older one goes.
 *
 * NON-TOCK: upstream claims nothing about a cut inside an operation, and looks for nothing at its start.
 */
import { Ok } from '#kernel/result';
import type { Hash64 } from '../sip-hash.ts';
import type { Steps } from '../store/storage.ts';
import type { TicKvResult } from './codes.ts';
import { discard } from './collection.ts';
import {
  BLANK,
  VERSION,
  WORD,
  buildObject,
  generationAt,
  hasHash,
  hashAt,
  isSound,
  isValidAt,
  lengthAt,
  nextGeneration,
} from './format.ts';
import { NONE, homeOf, type Region } from './region.ts';
import { error, placeOf, type Place, type Objects } from './objects.ts';

/** Opens a store, or makes a new one of blank flash. CorruptData: it is neither; nothing was written. */
export function* repair(kv: Objects, superKey: Hash64): Steps<TicKvResult> {
  const isOurs = yield* holdsSuperKey(kv, superKey);
  if (isOurs === undefined) return error('ReadFail');
  if (!isOurs) return yield* begin(kv, superKey);
  for (let region = 0; region < kv.regions; region++) {
    const mended = yield* mend(kv, region);
    if (!mended.ok) return mended;
  }
  for (let region = 0; region < kv.regions; region++) {
    const settled = yield* settle(kv, region);
    if (!settled.ok) return settled;
  }
  return Ok('Complete');
}

/** Whether some region holds the whole super key; undefined: the flash failed. */
function* holdsSuperKey(kv: Objects, superKey: Hash64): Steps<boolean | undefined> {
  for (let region = 0; region < kv.regions; region++) {
    const view = yield* kv.load(region);
    if (view === undefined) return undefined;
    const at = view.find(superKey);
    if (at !== NONE && isWhole(kv, view, at)) return true;
  }
  return false;
}

/** Writes the super key, or the rest of it. */
function* begin(kv: Objects, superKey: Hash64): Steps<TicKvResult> {
  const object = kv.padded(buildObject(superKey, new Uint8Array(0)));
  const home = homeOf(superKey, kv.regions);
  for (let region = 0; region < kv.regions; region++) {
    const view = yield* kv.load(region);
    if (view === undefined) return error('ReadFail');
    const { bytes } = view;
    const isNew = bytes.every((byte, at) => {
      const wanted = region === home ? (object[at] ?? BLANK) : BLANK;
      return (byte & wanted) === wanted;
    });
    if (!isNew) return error('CorruptData');
  }
  return (yield* kv.flash.write(home, 0, object)) ? Ok('Written') : error('WriteFail');
}

/** Ends an erasure that was cut; makes a region one in which objects follow each other up to blank flash. */
function* mend(kv: Objects, region: number): Steps<TicKvResult> {
  const view = yield* kv.load(region);
  if (view === undefined) return error('ReadFail');
  if (isMarked(kv, view))
    return (yield* kv.flash.erase(region)) ? Ok('Written') : error('EraseFail');
  const { live, from } = leftover(kv, view);
  const to = lastWordEnd(view, from);
  if (from >= to) return Ok('Complete');
  if (live === 0) return (yield* discard(kv, region)) ? Ok('Written') : error('EraseFail');
  // The first word goes last: until then it says that nothing behind it counts.
  const zeros = new Uint8Array(to - from);
  const isFilled =
    (yield* kv.flash.write(region, from + WORD, zeros.subarray(WORD))) &&
    (yield* kv.flash.write(region, from, zeros.subarray(0, WORD)));
  return isFilled ? Ok('Written') : error('WriteFail');
}

/** Valid objects of a region, and where what follows them is no object. */
function leftover(kv: Objects, view: Region): { live: number; from: number } {
  let live = 0;
  for (let at = view.first(); at !== NONE; at = view.after(at)) {
    if (!isValidAt(view.bytes, at)) continue;
    if (!isWhole(kv, view, at) && !isWhole(kv, view, view.endOf(at))) return { live, from: at };
    live += 1;
  }
  return { live, from: view.ending === 'full' ? kv.limit : view.end };
}

/** Whether a whole object stands somewhere. One that is not, before one that is, was not cut: it rotted. */
function isWhole(kv: Objects, { bytes }: Region, at: number): boolean {
  const length = lengthAt(bytes, at);
  const isObject = bytes[at] === VERSION && at + length <= kv.limit;
  return isObject && isSound(bytes, at, length);
}

/** The end of the last word from an offset on that is not blank, the mark's left out; the offset when all are. */
function lastWordEnd({ bytes, limit }: Region, from: number): number {
  let end = limit;
  while (end > from && bytes[end - 1] === BLANK) end -= 1;
  return Math.max(from, (end + WORD - 1) & -WORD);
}

function isMarked(kv: Objects, { bytes }: Region): boolean {
  for (let at = kv.limit; at < kv.regionSize; at++) if (bytes[at] !== BLANK) return true;
  return false;
}

/** Of two versions of a key, the newer is the last object of its region: what was to follow it did not happen. */
function* settle(kv: Objects, region: number): Steps<TicKvResult> {
  const view = yield* kv.load(region);
  if (view === undefined) return error('ReadFail');
  const last = lastOf(view);
  if (last === undefined || kv.isSuperKey(last.hash)) return Ok('Complete');
  const old = yield* otherVersion(kv, last);
  if (old === undefined) return error('ReadFail');
  if (old === 'none' || nextGeneration(old.generation) !== last.generation) return Ok('Complete');
  return yield* kv.invalidate(old);
}

type Last = Place & { readonly hash: Hash64 };

/** The last object of a region, if it is valid. */
function lastOf(view: Region): Last | undefined {
  let last = NONE;
  for (let at = view.first(); at !== NONE; at = view.after(at)) last = at;
  if (last === NONE || !isValidAt(view.bytes, last)) return undefined;
  return { ...placeOf(view, last), hash: hashAt(view.bytes, last) };
}

/** Another valid object with the same hash; undefined: the flash failed. */
function* otherVersion(kv: Objects, last: Last): Steps<Place | 'none' | undefined> {
  for (let region = 0; region < kv.regions; region++) {
    const view = yield* kv.load(region);
    if (view === undefined) return undefined;
    for (let at = view.first(); at !== NONE; at = view.after(at)) {
      const isItself = region === last.region && at === last.at;
      if (isItself || !isValidAt(view.bytes, at) || !hasHash(view.bytes, at, last.hash)) continue;
      if (generationAt(view.bytes, at) !== last.generation) return placeOf(view, at);
    }
  }
  return 'none';
}
