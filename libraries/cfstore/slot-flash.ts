// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash by slots: bytes at an offset of a slot, whatever pages they cross.
 *
 * NON-TOCK: mbed's store has `ReadData`, `ProgramData` and `Erase` of its storage driver here, with addresses.
 *
 * Once the flash has failed it reads as blank and takes nothing more, so that every walk ends; who asked looks at `failed`.
 */
import { FlashSteps } from '../store/flash-steps.ts';
import type { Steps, Storage } from '../store/storage.ts';
import type { Place, SlotAddresses } from './slot-addresses.ts';

const NOTHING = new Uint8Array(0);

/** Bytes of slots. */
export class SlotFlash {
  /** The page whose access failed; undefined while none has. */
  failed: number | undefined;
  /** What is looked at, and where in it that begins. */
  bytes: Uint8Array = NOTHING;
  from = 0;
  /** How many bytes can be seen from there on. */
  left = 0;
  private readonly views: { readonly words: Int32Array; readonly bytes: Uint8Array }[] = [];
  private readonly flash: FlashSteps;
  private readonly place: Place = { page: 0, byteOffset: 0, left: 0 };

  constructor(
    private readonly storage: Storage,
    private readonly addresses: SlotAddresses,
  ) {
    this.flash = new FlashSteps(storage);
  }

  /**
   * Shows bytes of a slot at `bytes` from `from` on, and what else lies behind them in memory, until the next access. False: they are in more than one page, or cannot be
   * had at once; then `fetch` shows them.
   */
  look(slot: number, offset: number, length: number): boolean {
    const { place } = this;
    this.addresses.locate(slot, offset, place);
    if (length > place.left || this.failed !== undefined) return false;
    const words = this.storage.memory?.(place.page);
    if (words !== undefined) {
      this.bytes = this.bytesOf(place.page, words);
      this.from = place.byteOffset;
      this.left = place.left;
      return true;
    }
    const bytes = this.storage.read(place.page, place.byteOffset, length);
    this.bytes = bytes ?? NOTHING;
    this.from = 0;
    this.left = length;
    return bytes !== undefined;
  }

  /** The bytes of words that lie in memory. */
  private bytesOf(page: number, words: Int32Array): Uint8Array {
    const known = this.views[page];
    if (known?.words === words) return known.bytes;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.views[page] = { words, bytes };
    return bytes;
  }

  /** Nothing is looked at any more. */
  forget(): void {
    this.bytes = NOTHING;
  }

  /** Shows bytes of a slot that `look` does not. */
  *fetch(slot: number, offset: number, length: number): Steps<void> {
    this.bytes = yield* this.read(slot, offset, length);
    this.from = 0;
    this.left = length;
  }

  /** A copy of bytes. */
  *read(slot: number, offset: number, length: number): Steps<Uint8Array> {
    const bytes = new Uint8Array(length).fill(0xff);
    for (let done = 0; done < length && this.failed === undefined;) {
      this.addresses.locate(slot, offset + done, this.place);
      const { page, byteOffset, left } = this.place;
      const part = Math.min(left, length - done);
      const read = yield* this.flash.read(page, byteOffset, part);
      if (read === undefined) this.failed = page;
      else bytes.set(read, done);
      done += part;
    }
    return bytes;
  }

  /** Programs whole units. */
  *program(slot: number, offset: number, bytes: Uint8Array): Steps<void> {
    for (let done = 0; done < bytes.length && this.failed === undefined;) {
      this.addresses.locate(slot, offset + done, this.place);
      const { page, byteOffset, left } = this.place;
      const isAll = done === 0 && bytes.length <= left;
      const part = isAll ? bytes : bytes.subarray(done, done + left);
      if (!(yield* this.flash.write(page, byteOffset, part))) this.failed = page;
      done += part.length;
    }
  }

  /** Erases all pages of a slot that are not blank. */
  *erase(slot: number): Steps<void> {
    for (const page of this.addresses.pagesOf(slot)) {
      if (this.failed !== undefined) return;
      const isBlank = yield* this.flash.isBlank(page);
      if (isBlank === true) continue;
      if (isBlank === undefined || !(yield* this.flash.erase(page))) this.failed = page;
    }
  }

  /** Whether a range of a slot is blank. */
  *isBlank(slot: number, from: number, to: number): Steps<boolean> {
    const WINDOW = 256;
    for (let at = from; at < to; at += WINDOW) {
      const bytes = yield* this.read(slot, at, Math.min(WINDOW, to - at));
      if (!bytes.every((byte) => byte === 0xff)) return false;
    }
    return true;
  }
}
