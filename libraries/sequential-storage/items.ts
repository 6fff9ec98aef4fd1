// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Items in a page: walked over, read, written and popped.
 *
 * NON-TOCK: the lower half of map and queue, and of what else keeps items in this layout.
 */
import type { FlashSteps } from '../store/flash-steps.ts';
import type { Steps } from '../store/storage.ts';
import { dataChecksum } from './checksums.ts';
import {
  HEADER_SIZE,
  MARKER_SIZE,
  POPPED,
  buildHeader,
  itemSize,
  parseHeader,
  type Header,
} from './format.ts';

/** Where an item is, by its header alone: popped, whole or torn. */
export interface Place extends Header {
  readonly page: number;
  /** Of the header. */
  readonly byteOffset: number;
}

/** An item whose data is whole. */
export interface Item extends Place {
  /** A fresh copy. */
  readonly data: Uint8Array;
}

/** Where a walk over a page ended. */
export interface WalkEnd {
  readonly byteOffset: number;
  /** Bytes from there on to which items may be appended. 0: also because a torn header stands there. */
  readonly room: number;
}

/** The byte offset behind an item. */
export function behind({ byteOffset, length }: Place): number {
  return byteOffset + itemSize(length);
}

/** Whether a step of a walk met its end. */
export function isEnd(step: Place | WalkEnd): step is WalkEnd {
  return !('length' in step);
}

/** All answers are undefined, or false, when the flash failed. */
export class Items {
  /** Bytes from the begin of a page to its last marker. */
  private readonly end: number;

  /** `resynchronises`: see `Mode`. */
  constructor(
    private readonly flash: FlashSteps,
    private readonly resynchronises: boolean,
  ) {
    this.end = flash.storage.pageSize - MARKER_SIZE;
  }

  /** The first item of a page from a byte offset on, or the end of the walk. Popped and torn items are met as well. */
  *find(page: number, byteOffset: number): Steps<Place | WalkEnd | undefined> {
    let at = byteOffset;
    while (at + HEADER_SIZE <= this.end) {
      const bytes = yield* this.flash.read(page, at, HEADER_SIZE);
      if (bytes === undefined) return undefined;
      const header = parseHeader(bytes);
      if (header === 'blank') return { byteOffset: at, room: this.end - at };
      if (header !== 'torn') {
        const { checksum, length } = header;
        return { checksum, length, page, byteOffset: at };
      }
      if (!this.resynchronises) break;
      at += 4;
    }
    return { byteOffset: at, room: 0 };
  }

  /** The first item of a page from a byte offset on that is neither popped nor torn, or the end of the walk. */
  *findLive(page: number, byteOffset: number): Steps<Item | WalkEnd | undefined> {
    for (let at = byteOffset; ;) {
      const place = yield* this.find(page, at);
      if (place === undefined || isEnd(place)) return place;
      const item = yield* this.read(place);
      if (item === undefined) return undefined;
      if (item !== 'torn' && item !== 'popped') return item;
      at = behind(place);
    }
  }

  /** The end of a walk from a byte offset on. */
  *findEnd(page: number, byteOffset: number): Steps<WalkEnd | undefined> {
    for (let at = byteOffset; ;) {
      const place = yield* this.find(page, at);
      if (place === undefined || isEnd(place)) return place;
      at = behind(place);
    }
  }

  /** The item at a place, if its data is what its header says. */
  *read(place: Place): Steps<Item | 'popped' | 'torn' | undefined> {
    const { page, byteOffset, length, checksum } = place;
    if (checksum === POPPED) return 'popped';
    if (behind(place) > this.end) return 'torn';
    const padded = yield* this.flash.read(page, byteOffset + HEADER_SIZE, (length + 3) & ~3);
    if (padded === undefined) return undefined;
    const data = padded.subarray(0, length);
    if (dataChecksum(data) !== checksum) return 'torn';
    return { checksum, length, page, byteOffset, data };
  }

  /** Writes an item: the header first, so that a torn one has blank flash behind it. Returns its place. */
  *write(page: number, byteOffset: number, data: Uint8Array): Steps<Place | undefined> {
    const { length } = data;
    const checksum = dataChecksum(data);
    const header = buildHeader({ checksum, length });
    if (!(yield* this.flash.write(page, byteOffset, header))) return undefined;
    const padded = length % 4 === 0 ? data : new Uint8Array((length + 3) & ~3);
    if (padded !== data) padded.set(data);
    const isWritten = yield* this.flash.write(page, byteOffset + HEADER_SIZE, padded);
    return isWritten ? { page, byteOffset, length, checksum } : undefined;
  }

  /** Pops an item: its header is written once more, with 0 for the checksum. Its data stays. */
  *pop({ page, byteOffset, length }: Place): Steps<boolean> {
    return yield* this.flash.write(page, byteOffset, buildHeader({ checksum: POPPED, length }));
  }
}
