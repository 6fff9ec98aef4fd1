// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The headers of the pages: erase cycle and prefix, and where a compaction copies to.
 *
 * NON-TOCK: the page headers of OpenSK's `libraries/persistent_store/src/store.rs`.
 */
import type { AllocationMeter } from './allocation-meter.ts';
import { FlashAccess } from './flash-access.ts';
import {
  ERASED,
  Format,
  WORD_SIZE,
  compactDistance,
  initCycle,
  initPrefix,
  singleDifference,
} from './format.ts';
import { Info, Kind, UNKNOWN } from './kinds.ts';
import type { StoreError } from './kinds.ts';
import type { Mode } from './mode.ts';
import type { Steps, Storage } from '../store/storage.ts';

/** The pages of one flash. */
export class PageHeaders {
  readonly format: Format;
  readonly flash: FlashAccess;
  readonly mode: Mode;
  readonly meter: AllocationMeter | undefined;

  /** Why the last parse or header read said FAILED. */
  failure: StoreError = 'InvalidStorage';

  /** The failure that a kind stands for where another kind had to be. */
  unless(kind: Kind): StoreError {
    return kind === Kind.FAILED ? this.failure : 'InvalidStorage';
  }

  /** Remembers a failure and returns UNKNOWN. */
  fail(failure: StoreError): number {
    this.failure = failure;
    return UNKNOWN;
  }

  /** The page header word read last. */
  info = 0;

  constructor(storage: Storage, mode: Mode, reservedWords = 0, meter?: AllocationMeter) {
    this.format = new Format(storage, reservedWords);
    this.flash = new FlashAccess(storage);
    this.mode = mode;
    this.meter = meter;
  }

  /** State of a page's init info; a valid one is left in `info`. */
  readInit(page: number): Info | undefined {
    const state = this.readInfo(page, 0);
    if (state !== Info.VALID) return state;
    const { info, format } = this;
    if (initCycle(info) > format.maxPageErases) return this.invalidInfo();
    return initPrefix(info) <= format.maxPrefix ? state : this.invalidInfo();
  }

  /** State of a page's compact info; a valid one is left in `info`. */
  readCompact(page: number): Info | undefined {
    const state = this.readInfo(page, WORD_SIZE);
    if (state !== Info.VALID) return state;
    return compactDistance(this.info) <= this.format.window ? state : this.invalidInfo();
  }

  /** Goes on with `readInit` that had to wait. */
  settleInit(page: number): Steps<Info> {
    this.failure = 'StorageError';
    return this.flash.settle<Info>(() => this.readInit(page), Info.FAILED);
  }

  /** Goes on with `readCompact` that had to wait. */
  settleCompact(page: number): Steps<Info> {
    this.failure = 'StorageError';
    return this.flash.settle<Info>(() => this.readCompact(page), Info.FAILED);
  }

  private readInfo(page: number, byteOffset: number): Info | undefined {
    const word = this.flash.word(page, byteOffset);
    if (word === undefined) return undefined;
    this.flash.countWords(1);
    this.info = word;
    if (word === ERASED) return Info.ERASED;
    const difference = singleDifference(word);
    if (difference < 0) return this.invalidInfo();
    return difference === 0 ? Info.VALID : Info.PARTIAL;
  }

  private invalidInfo(): Info {
    this.failure = 'InvalidStorage';
    return Info.FAILED;
  }

  /** The head of the newest page, or of the oldest; FAILED is UNKNOWN with `failure` set. */
  *extremumHead(newest: boolean): Steps<number> {
    let best = UNKNOWN;
    for (let page = 0; page < this.format.numPages; page++) {
      const state = this.readInit(page) ?? (yield* this.settleInit(page));
      if (state === Info.FAILED) return UNKNOWN;
      if (state !== Info.VALID) continue;
      const head = this.format.pageHead(this.info, page);
      if (best === UNKNOWN || head > best === newest) best = head;
    }
    this.failure = 'InvalidStorage';
    return best;
  }
}
