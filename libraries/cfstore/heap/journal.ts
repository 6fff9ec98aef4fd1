// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A journal of whole images, one a slot, the slots used in turn: the newest that is whole counts.
 *
 *     slot  | head: version, magic, sequence, 0 (16) | image | blank | tail: image size, magic, sequence, CRC (16) |
 *
 * NON-TOCK: mbed's flash journal with its sequential strategy, in its first form, which has no header of its own before the slots.
 * All fields are words, lowest byte first. The CRC is over head, image and tail with the CRC's word as zero, and is
 * programmed last. Numbers are compared by the sign of their difference; FFFFFFFF is none.
 */
import { crc32 } from '../../crc.ts';
import type { FlashSteps } from '../../store/flash-steps.ts';
import type { Geometry, Steps } from '../../store/storage.ts';

/** At the begin of a slot and before its end. */
export const MAGIC = 0xce02_102a;
/** Of the format. */
const VERSION = 1;
/** Bytes of a head; as many of a tail. */
export const EDGE = 16;
/** Bytes that are read at a time to check an image. */
const WINDOW = 64;
/** Bytes of RAM: the window, and slots, position and number in seven words. */
export const JOURNAL_RAM = WINDOW + 7 * 4;
/** A number that no image has. */
const NO_SEQUENCE = 0xffff_ffff;
/** Slots where the flash has pages for them. */
const MOST_SLOTS = 4;

/** What a slot holds. */
interface Found {
  readonly slot: number;
  readonly sequence: number;
  readonly size: number;
}

/** How a flash is divided. */
export interface Slots {
  readonly count: number;
  readonly pages: number;
  /** Bytes of the largest image. */
  readonly capacity: number;
}

/** Up to four slots of whole pages, all alike. */
export function slotsOf({ pageSize, numPages }: Geometry): Slots {
  const count = Math.min(MOST_SLOTS, numPages);
  const pages = Math.floor(numPages / count);
  return { count, pages, capacity: pages * pageSize - 2 * EDGE };
}

export class Journal {
  readonly slots: Slots;
  private slot = -1;
  private sequence = 0;
  private readonly pageSize: number;
  private readonly unit: number;

  /** `minds`: whether a failure of the flash is noticed when it is written. */
  constructor(
    private readonly flash: FlashSteps,
    private readonly minds: boolean,
  ) {
    this.slots = slotsOf(flash.storage);
    this.pageSize = flash.storage.pageSize;
    this.unit = flash.storage.wordSize;
  }

  /** Looks for the newest image: a fresh copy of it, of no bytes when there is none. Undefined: the flash failed. */
  *open(): Steps<Uint8Array | undefined> {
    let newest: Found | undefined;
    for (let slot = 0; slot < this.slots.count; slot++) {
      const found = yield* this.look(slot);
      if (found === undefined) return undefined;
      if (found !== 'nothing' && isNewer(found, newest)) newest = found;
    }
    this.slot = newest?.slot ?? -1;
    this.sequence = after(newest?.sequence ?? -1);
    if (newest === undefined) return new Uint8Array(0);
    return yield* this.read(newest.slot, EDGE, newest.size);
  }

  /** What a slot holds that is whole. Undefined: the flash failed. */
  private *look(slot: number): Steps<Found | 'nothing' | undefined> {
    const { capacity } = this.slots;
    const head = yield* this.read(slot, 0, EDGE);
    const tail = yield* this.read(slot, EDGE + capacity, EDGE);
    if (head === undefined || tail === undefined) return undefined;
    const { size, sequence, crc } = tailOf(tail);
    const isLawful =
      areEqual(head, headOf(sequence)) && areEqual(tail, bytesOf([size, MAGIC, sequence, crc]));
    if (!isLawful || size > capacity || size % this.unit !== 0) return 'nothing';
    let before = crc32(head);
    for (let at = 0; at < size; at += WINDOW) {
      const piece = yield* this.read(slot, EDGE + at, Math.min(WINDOW, size - at));
      if (piece === undefined) return undefined;
      before = crc32(piece, 0, piece.length, before);
    }
    return crc === sealOf(tail, before) ? { slot, sequence, size } : 'nothing';
  }

  /** Writes an image, of whole units and no more than `capacity` bytes, into the next slot. False: the flash failed. */
  *log(image: Uint8Array): Steps<boolean> {
    const slot = (this.slot + 1) % this.slots.count;
    const { sequence } = this;
    const { pages, capacity } = this.slots;
    for (let page = 0; page < pages; page++) {
      if (!(yield* this.flash.erase(slot * pages + page)) && this.minds) return false;
    }
    const head = headOf(sequence);
    const tail = bytesOf([image.length, MAGIC, sequence, 0]);
    const crc = sealOf(tail, crc32(image, 0, image.length, crc32(head)));
    tail.set(bytesOf([crc]), EDGE - 4);
    if (!(yield* this.write(slot, 0, head))) return false;
    if (!(yield* this.write(slot, EDGE, image))) return false;
    if (!(yield* this.write(slot, EDGE + capacity, tail))) return false;
    this.slot = slot;
    this.sequence = after(sequence);
    return true;
  }

  private *read(slot: number, offset: number, length: number): Steps<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    for (const { page, at, from, count } of this.pieces(slot, offset, length)) {
      const piece = yield* this.flash.read(page, at, count);
      if (piece === undefined) return undefined;
      bytes.set(piece, from);
    }
    return bytes;
  }

  private *write(slot: number, offset: number, bytes: Uint8Array): Steps<boolean> {
    for (const { page, at, from, count } of this.pieces(slot, offset, bytes.length)) {
      const piece = bytes.subarray(from, from + count);
      if (!(yield* this.flash.write(page, at, piece)) && this.minds) return false;
    }
    return true;
  }

  /** A range of a slot, page by page. */
  private *pieces(slot: number, offset: number, length: number): Generator<Piece> {
    for (let from = 0; from < length;) {
      const at = (offset + from) % this.pageSize;
      const page = slot * this.slots.pages + Math.floor((offset + from) / this.pageSize);
      const count = Math.min(length - from, this.pageSize - at);
      yield { page, at, from, count };
      from += count;
    }
  }
}

interface Piece {
  readonly page: number;
  readonly at: number;
  readonly from: number;
  readonly count: number;
}

/** The CRC of a slot: that of head and image goes on over the tail, whose own word counts as zero. */
function sealOf(tail: Uint8Array, before: number): number {
  const bare = tail.slice();
  bare.fill(0, EDGE - 4);
  return crc32(bare, 0, EDGE, before);
}

function after(sequence: number): number {
  const next = (sequence + 1) >>> 0;
  return next === NO_SEQUENCE ? 0 : next;
}

function isNewer(one: Found, other: Found | undefined): boolean {
  return other === undefined || ((one.sequence - other.sequence) | 0) > 0;
}

function headOf(sequence: number): Uint8Array {
  return bytesOf([VERSION, MAGIC, sequence, 0]);
}

function tailOf(bytes: Uint8Array): { size: number; sequence: number; crc: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, EDGE);
  return {
    size: view.getUint32(0, true),
    sequence: view.getUint32(8, true),
    crc: view.getUint32(12, true),
  };
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => byte === other[at]);
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [word, value] of words.entries()) view.setUint32(word * 4, value, true);
  return bytes;
}
