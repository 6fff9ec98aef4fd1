// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The areas of a ConfigStorage that count, and how they are filled, copied and erased.
 *
 * NON-TOCK: TinyOS. A false or `undefined` is a flash that failed.
 *
 *     oldest … head            entries are appended to the head
 *     oldest … head, next      the head is full: what lives in the oldest is copied, then the header of the next is written
 *              … head, next    the oldest is erased
 */
import { Err, Ok, type ErrResult } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import { isSame, type Areas, type Entry, type Place } from './config-areas.ts';
import { AREA_HEADER, MAGIC_AT, MAX_LENGTH, buildAreaHeader } from './config-format.ts';
import type { AreaSight } from './config-mode.ts';
import type { TinyosFault, TinyosOutcome } from './direct-storage.ts';

/** An entry that is to be written. */
export interface Fresh {
  readonly key: number;
  readonly value: Uint8Array;
}

/** Where an entry was written, and where the one before it with its key is now, if it still is. */
export interface Placed {
  readonly place: Place;
  readonly old: Place | undefined;
}

interface Turned {
  readonly place: Place | undefined;
  readonly old: Place | undefined;
}

/** Told of each entry that is copied, and of its new place. */
export type Moved = (key: number, place: Place) => void;

/** Numbers of areas end here. */
const LAST_SEQUENCE = 0xffff_fffe;

const FAILED: ErrResult<TinyosFault> = Err('StorageError');

/** The areas that count. A boot is `boot`, `findEnd` and `count`; all else comes after. */
export class LiveAreas {
  /** Areas that may count at a time. */
  readonly most: number;
  /** Those that count, the oldest first. */
  private live: number[] = [];
  /** The number of the head. */
  private sequence = -1;
  /** Where the next entry goes in the head. */
  private end: number;
  /** Bytes of what lives in each area. */
  private readonly used: number[] = [];

  constructor(
    private readonly areas: Areas,
    private readonly moved: Moved,
  ) {
    this.most = areas.mode.liveAreas(areas.count);
    this.end = areas.size;
  }

  // --- Boot ----------------------------------------------------------------------------------------

  /** Finds the areas that count, and erases the others. InvalidStorage: they hold something else. StorageError. */
  *boot(): Steps<TinyosOutcome> {
    const { areas } = this;
    const sights: AreaSight[] = [];
    for (let area = 0; area < areas.count; area++) {
      const sight = yield* areas.look(area);
      if (sight === undefined) return FAILED;
      sights.push(sight);
    }
    this.live = [...areas.mode.arrange(sights, this.most)];
    const head = this.live.at(-1);
    this.sequence = (head === undefined ? undefined : sights[head]?.sequence) ?? -1;
    this.end = areas.size;
    return areas.mode.erasesRest ? yield* this.eraseRest() : Ok();
  }

  private *eraseRest(): Steps<TinyosOutcome> {
    const { areas, live } = this;
    const used: number[] = [];
    for (let area = 0; area < areas.count; area++) {
      if (live.includes(area)) continue;
      const isBlank = yield* areas.isBlank(area);
      if (isBlank === undefined) return FAILED;
      if (!isBlank) used.push(area);
    }
    if (live.length === 0) {
      const isOurs = yield* this.isBegin(used);
      if (isOurs === undefined) return FAILED;
      if (!isOurs) return Err('InvalidStorage');
    }
    for (const area of used) if (!(yield* areas.erase(area))) return FAILED;
    return Ok();
  }

  /** Whether what is in these areas can be a first entry whose area never got its header: no more can be there without any. */
  private *isBegin(used: readonly number[]): Steps<boolean | undefined> {
    const { areas } = this;
    if (used.length === 0) return true;
    if (used.length > 1 || used[0] !== 0) return false;
    const behind = Math.min(AREA_HEADER + areas.sizeOf(MAX_LENGTH), areas.size);
    const isRestBlank = yield* areas.isBlank(0, behind);
    // The number of the first area is 0: the second word of its header is blank.
    const isHeaderBlank = yield* areas.isBlank(0, AREA_HEADER / 2, AREA_HEADER);
    if (isRestBlank === undefined || isHeaderBlank === undefined) return undefined;
    return isRestBlank && isHeaderBlank;
  }

  /** Finds where the next entry goes; gives the newest one that lives in the head, or `none`. */
  *findEnd(): Steps<Entry | 'none' | undefined> {
    const { areas } = this;
    const head = this.live.at(-1);
    if (head === undefined) return 'none';
    let newest: Entry | 'none' = 'none';
    const end = yield* areas.walk(head, (entry) => {
      newest = entry;
    });
    if (end === undefined) return undefined;
    const isFree = areas.mode.checksTail ? yield* areas.isBlank(head, end.at) : true;
    if (isFree === undefined) return undefined;
    if (end.why === 'blank' && isFree) this.end = end.at;
    return newest;
  }

  // --- Entries -------------------------------------------------------------------------------------

  /** An entry counts no longer. */
  *kill(entry: Place): Steps<boolean> {
    this.use(entry.area, -this.areas.sizeOf(entry.length));
    return yield* this.areas.kill(entry);
  }

  private use(area: number, bytes: number): void {
    this.used[area] = (this.used[area] ?? 0) + bytes;
  }

  /** Shows all entries that live, the oldest first, and counts what they take: to be called once in a boot. */
  *count(visit: (entry: Entry) => void): Steps<boolean> {
    this.used.fill(0);
    return yield* this.walk((entry) => {
      this.use(entry.area, this.areas.sizeOf(entry.length));
      visit(entry);
    });
  }

  /** Shows all entries that live, the oldest first. */
  *walk(visit: (entry: Entry) => void): Steps<boolean> {
    for (const area of this.live) {
      if ((yield* this.areas.walk(area, visit)) === undefined) return false;
    }
    return true;
  }

  /**
   * Writes an entry, behind the others or into the copy of an area. NoCapacity: there is no room, and none to be made; nothing
   * was written. NoLifetime. StorageError.
   */
  *add(fresh: Fresh, old: Place | undefined): Steps<TinyosOutcome<Placed>> {
    const size = this.areas.sizeOf(fresh.value.length);
    if (this.fits(size)) return yield* this.append(fresh, old);
    return yield* this.makeRoom(fresh, old);
  }

  private fits(size: number): boolean {
    return this.live.length > 0 && this.end + size <= this.areas.size;
  }

  private *append({ key, value }: Fresh, old: Place | undefined): Steps<TinyosOutcome<Placed>> {
    const { areas, end: at } = this;
    const area = this.live.at(-1) ?? 0;
    const bytes = areas.build(key, value);
    this.end = at + bytes.length;
    const isWritten = areas.mode.commitsLast
      ? yield* this.commitLast(area, at, bytes)
      : (yield* areas.write(area, at, bytes)).ok;
    if (!isWritten || !(yield* areas.flush()).ok) return FAILED;
    this.use(area, bytes.length);
    return Ok({ place: { area, at, length: value.length }, old });
  }

  /** All of an entry but the second word of its header, and then that. */
  private *commitLast(area: number, at: number, bytes: Uint8Array): Steps<boolean> {
    const { areas } = this;
    const commit = bytes.subarray(MAGIC_AT, areas.mode.headerSize);
    const value = bytes.subarray(areas.mode.headerSize);
    if (!(yield* areas.write(area, at, bytes.subarray(0, MAGIC_AT))).ok) return false;
    if (value.length > 0 && !(yield* areas.write(area, at + areas.mode.headerSize, value)).ok) {
      return false;
    }
    if (!(yield* areas.flush()).ok) return false;
    return (yield* areas.write(area, at + MAGIC_AT, commit)).ok;
  }

  // --- Room ----------------------------------------------------------------------------------------

  /** Goes on to the next area, and further, until the entry has a place: known beforehand, so that a refusal writes nothing. */
  private *makeRoom(fresh: Fresh, old: Place | undefined): Steps<TinyosOutcome<Placed>> {
    const { areas } = this;
    const { replacesInCopy } = areas.mode;
    const room = areas.room - areas.sizeOf(fresh.value.length);
    const used = this.usedWithout(replacesInCopy ? old : undefined);
    const turns = used.findIndex((bytes) => bytes <= room);
    if (turns < 0) return Err('NoCapacity');
    if (this.sequence + turns >= LAST_SEQUENCE) return Err('NoLifetime');
    let moved = old;
    for (let turn = 0; turn <= turns; turn++) {
      const isLast = turn === turns;
      const turned = yield* this.turn(moved, isLast && replacesInCopy ? fresh : undefined);
      if (!turned.ok) return turned;
      const { place } = turned.value;
      moved = turned.value.old;
      if (place !== undefined) return Ok({ place, old: moved });
    }
    return yield* this.append(fresh, moved);
  }

  /** Bytes of what lives in each area that may have to be copied, oldest first, less one entry; [0] while a blank one is left. */
  private usedWithout(old: Place | undefined): readonly number[] {
    if (this.live.length < this.most) return [0];
    return this.live.map((area) => {
      const freed = old?.area === area ? this.areas.sizeOf(old.length) : 0;
      return (this.used[area] ?? 0) - freed;
    });
  }

  /** Makes the next area the head: with what lives in the oldest, when that is to go, and with an entry in place of its old one. */
  private *turn(old: Place | undefined, fresh: Fresh | undefined): Steps<TinyosOutcome<Turned>> {
    const { areas, live } = this;
    const next = ((live.at(-1) ?? -1) + 1) % areas.count;
    const from = live.length === this.most ? live[0] : undefined;
    const copy: Copy = { from, to: next, at: areas.mode.areaHeader, old, fresh };
    if (!(yield* this.fill(copy))) return FAILED;
    this.end = copy.at;
    this.used[next] = copy.at - areas.mode.areaHeader;
    live.push(next);
    if (from !== undefined) {
      live.shift();
      if (!(yield* areas.erase(from))) return FAILED;
    }
    return Ok({ place: copy.place, old: copy.old });
  }

  /** Writes all that is to be in a new head, and its header. */
  private *fill(copy: Copy): Steps<boolean> {
    const { areas } = this;
    const { sealsLast } = areas.mode;
    if (!sealsLast && !(yield* this.seal(copy.to))) return false;
    if (!(yield* this.copy(copy)) || !(yield* this.writeFresh(copy))) return false;
    if (!(yield* areas.flush()).ok) return false;
    return !sealsLast || (yield* this.seal(copy.to));
  }

  private *writeFresh(copy: Copy): Steps<boolean> {
    const { fresh, to: area, at } = copy;
    if (fresh === undefined) return true;
    const bytes = this.areas.build(fresh.key, fresh.value);
    copy.place = { area, at, length: fresh.value.length };
    copy.at += bytes.length;
    return (yield* this.areas.write(area, at, bytes)).ok;
  }

  private *seal(area: number): Steps<boolean> {
    this.sequence += 1;
    if (this.areas.mode.areaHeader === 0) return true;
    const written = yield* this.areas.write(area, 0, buildAreaHeader(this.sequence));
    return written.ok && (yield* this.areas.flush()).ok;
  }

  /** Copies the entries that live in an area, one by one. */
  private *copy(copy: Copy): Steps<boolean> {
    const { areas } = this;
    if (copy.from === undefined) return true;
    for (let at = areas.mode.areaHeader; ;) {
      const entry = yield* areas.entry(copy.from, at);
      if (entry === undefined) return false;
      if ('why' in entry) return true;
      if (entry.isLive && !(yield* this.copyOne(copy, entry))) return false;
      at += areas.sizeOf(entry.length);
    }
  }

  /** Copies an entry as it lies, whatever its check says; follows the old one, or leaves it out. */
  private *copyOne(copy: Copy, entry: Entry): Steps<boolean> {
    const { areas } = this;
    const isOld = isSame(entry, copy.old);
    const place = { area: copy.to, at: copy.at, length: entry.length };
    if (isOld) copy.old = copy.fresh === undefined ? place : undefined;
    if (isOld && copy.fresh !== undefined) return true;
    const bytes = yield* areas.read(entry.area, entry.at, areas.sizeOf(entry.length));
    if (!bytes.ok || !(yield* areas.write(copy.to, copy.at, bytes.value)).ok) return false;
    copy.at += bytes.value.length;
    this.moved(entry.key, place);
    return true;
  }
}

/** A copy under way. */
interface Copy {
  readonly from: number | undefined;
  readonly to: number;
  /** Where the next entry goes. */
  at: number;
  /** Where the entry is that has the key of the new one, if it is somewhere. */
  old: Place | undefined;
  /** What is to be there behind the copies, and in place of the old entry. */
  readonly fresh: Fresh | undefined;
  /** Where that was written. */
  place?: Place;
}
