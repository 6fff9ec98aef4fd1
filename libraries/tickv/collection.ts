// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Erasing a region in which nothing is valid any more.
 *
 * Mirrors `garbage_collect_region` of `libraries/tickv/src/tickv.rs`. NON-TOCK: the mark that comes before the erasure, and the move
 * of the super key, without which its region is never collected.
 */
import { Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { TicKvResult } from './codes.ts';
import { WORD, hashAt, isValidAt } from './format.ts';
import { NONE, type Region } from './region.ts';
import { FRESH, error, type Objects } from './objects.ts';

const NOTHING = new Uint8Array(0);
const MARK = new Uint8Array(WORD);

/** Erases a region unless it is blank, or holds something valid; the result is the bytes made free. */
export function* collectRegion(kv: Objects, region: number): Steps<TicKvResult<number>> {
  const view = yield* kv.load(region);
  if (view === undefined) return error('ReadFail');
  const rest = restOf(kv, view);
  if (rest === 'in use' || rest === 'blank') return Ok(0);
  if (rest === 'UnsupportedVersion') return error(rest);
  if (rest === 'super key') {
    const moved = yield* moveSuperKey(kv, region);
    if (!moved.ok) return moved.error.kind === 'FlashFull' ? Ok(0) : moved;
  }
  return (yield* discard(kv, region)) ? Ok(kv.regionSize) : error('EraseFail');
}

type Rest = 'blank' | 'dead' | 'super key' | 'in use' | 'UnsupportedVersion';

/** What is left in a region. */
function restOf(kv: Objects, view: Region): Rest {
  let dead = 0;
  let superKeys = 0;
  for (let at = view.first(); at !== NONE; at = view.after(at)) {
    if (!isValidAt(view.bytes, at)) dead += 1;
    else if (kv.mode.marks && kv.isSuperKey(hashAt(view.bytes, at))) superKeys += 1;
    else return 'in use';
  }
  if (view.ending === 'UnsupportedVersion' && !kv.mode.repairs) return view.ending;
  if (superKeys > 0) return dead > 0 ? 'super key' : 'in use';
  return view.isBlank ? 'blank' : 'dead';
}

/** Sees to it that the super key is in another region as well. */
function* moveSuperKey(kv: Objects, region: number): Steps<TicKvResult> {
  const view = yield* kv.load(region);
  if (view === undefined) return error('ReadFail');
  for (let at = view.first(); at !== NONE; at = view.after(at)) {
    if (!isValidAt(view.bytes, at)) continue;
    return yield* kv.append(hashAt(view.bytes, at), NOTHING, {
      ...FRESH,
      replaces: true,
      except: region,
    });
  }
  return Ok('Complete');
}

/**
 * Marks a region, where regions are, and erases it. An erasure that is cut may set valid flags again and nothing else: the mark says
 * that they mean nothing. False: the flash failed.
 */
export function* discard(kv: Objects, region: number): Steps<boolean> {
  if (kv.mode.marks && !(yield* kv.flash.write(region, kv.limit, MARK))) return false;
  return yield* kv.flash.erase(region);
}
