// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a user may write into the frames of `npm run new`, so that their tests pass.
 *
 * NON-TOCK: tests.
 */

/** One replacement in one file; the text is there. */
export interface Filling {
  readonly path: string;
  readonly find: RegExp;
  readonly text: string;
}

/** Fixed slots, taken in turn: key and length, twelve bytes, and a word of zeros when all of it is there. */
const SLOTS = `
  *insert(key: number, value: Uint8Array): Steps<Outcome> {
    return yield* this.append(key, value.length, value);
  }

  *find(key: number): Steps<Outcome<Uint8Array | undefined>> {
    let found: Uint8Array | undefined;
    for (const [page, offset] of this.slots()) {
      const slot = (yield* this.read(page, offset, SLOT)) ?? new Uint8Array(SLOT);
      const isCommitted = slot.subarray(SLOT - WORD_SIZE).every((byte) => byte === 0);
      if (!isCommitted || slot[0] !== key) continue;
      const length = slot[1] ?? GONE;
      found = length === GONE ? undefined : slot.slice(WORD_SIZE, WORD_SIZE + length);
    }
    return Ok(found);
  }

  *remove(key: number): Steps<Outcome> {
    return yield* this.append(key, GONE, new Uint8Array());
  }

  private *append(key: number, length: number, value: Uint8Array): Steps<Outcome> {
    if (value.length > SLOT - 2 * WORD_SIZE) return Err('NoCapacity');
    const bytes = new Uint8Array(SLOT - WORD_SIZE);
    bytes.set([key, length]);
    bytes.set(value, WORD_SIZE);
    for (const [page, offset] of this.slots()) {
      const slot = yield* this.read(page, offset, SLOT);
      if (slot?.every((byte) => byte === 0xff) !== true) continue;
      const isDone =
        (yield* this.write(page, offset, bytes)) &&
        (yield* this.write(page, offset + SLOT - WORD_SIZE, new Uint8Array(WORD_SIZE)));
      return isDone ? Ok() : Err('StorageError');
    }
    return Err('NoCapacity');
  }

  private *slots(): Generator<[page: number, offset: number]> {
    const { numPages, pageSize } = this.storage;
    for (let page = 0; page < numPages; page++) {
      for (let at = WORD_SIZE; at + SLOT <= pageSize; at += SLOT) yield [page, at];
    }
  }

  /** Erases`;

/** Fillings of parts called \`thermo-x\`, by kind. */
export const FILLINGS: readonly Filling[] = [
  {
    path: 'capsules/extra/thermo.ts',
    find: /return Err\(\[ErrorCode\.NOSUPPORT, buffer\]\);.*/,
    text: 'return this.flash.readPage(page, buffer);',
  },
  {
    path: 'chips/thermo/flash.ts',
    find: /value: ns\(0\), mark: 'A', source: ''/g,
    text: "value: ns(1000), mark: 'A', source: 'assumed by a test'",
  },
  {
    path: 'chips/thermo/flash.ts',
    find: /source: ''/g,
    text: "source: 'assumed by a test'",
  },
  {
    path: 'libraries/thermo/store.ts',
    find: /\n {2}\/\*\* Sets the value of a key[^]*\/\*\* Erases/,
    text: SLOTS,
  },
  {
    path: 'libraries/thermo/store.ts',
    find: /const WORD_SIZE = 4;/,
    text: 'const WORD_SIZE = 4;\nconst SLOT = 20;\nconst GONE = 0xff;',
  },
  {
    path: 'test/apps/thermo.spec.ts',
    find: /what the user is to read/,
    text: 'thermo',
  },
];
