// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite for stores, on a log that is small enough to be seen to be right.
 *
 * NON-TOCK: tests.
 */
import { describeStore } from '#conformance/store';
import { Err, Ok } from '#kernel/result';
import { CLAIM } from '#libraries/naive-store/claim';
import type { LogDefinition, LogStore, Outcome, RamUse } from '#libraries/store/definition';
import { FlashSteps } from '#libraries/store/flash-steps';
import type { Steps, Storage } from '#libraries/store/storage';

/** A word an entry: its length, and up to three bytes. Words are programmed whole, so that nothing can go wrong. */
class WordLog implements LogStore {
  private readonly flash: FlashSteps;
  private list: Uint8Array[] = [];

  constructor(private readonly storage: Storage) {
    this.flash = new FlashSteps(storage);
  }

  private get most(): number {
    return (this.storage.pageSize * this.storage.numPages) / 4;
  }

  private place(nth: number): [page: number, byteOffset: number] {
    const words = this.storage.pageSize / 4;
    return [Math.floor(nth / words), (nth % words) * 4];
  }

  *boot(): Steps<Outcome> {
    this.list = [];
    for (let nth = 0; nth < this.most; nth++) {
      const word = yield* this.flash.read(...this.place(nth), 4);
      if (word === undefined) return Err('StorageError');
      const [length = 0xff] = word;
      if (length > 3) break;
      this.list.push(word.slice(1, 1 + length));
    }
    return Ok();
  }

  *append(entry: Uint8Array): Steps<Outcome> {
    if (entry.length > 3) return Err('InvalidArgument');
    if (this.list.length === this.most) return Err('NoCapacity');
    const word = Uint8Array.of(entry.length, 0, 0, 0);
    word.set(entry, 1);
    if (!(yield* this.flash.write(...this.place(this.list.length), word))) {
      return Err('StorageError');
    }
    this.list.push(entry.slice());
    return Ok();
  }

  *entries(): Steps<Outcome<readonly Uint8Array[]>> {
    return Ok(this.list.map((entry) => entry.slice()));
  }

  *clear(): Steps<Outcome> {
    for (let page = 0; page < this.storage.numPages; page++) {
      if (!(yield* this.flash.erase(page))) return Err('StorageError');
    }
    this.list = [];
    return Ok();
  }

  ram(): RamUse {
    return { fixed: 0, content: this.list.length * 4 };
  }
}

const WORD_LOG: LogDefinition = {
  kind: 'log',
  name: 'word-log',
  description: 'a word an entry',
  claim: { ...CLAIM, atomic: ['append'] },
  complexity: 'a boot walks all entries',
  defaults: { pageSize: 64, pages: 2 },
  refuses: () => undefined,
  shape: ({ pageSize, numPages }) => ({
    maxEntryLength: 3,
    unitsOf: () => 4,
    circular: false,
    retained: pageSize * numPages,
  }),
  open: (storage) => new WordLog(storage),
  recognises: (image) => (image[0] ?? 0xff) <= 3 && image.some((byte) => byte !== 0),
};

describeStore(WORD_LOG);
