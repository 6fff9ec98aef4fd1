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
  *put(key: number, value: Uint8Array): Steps<Outcome> {
    if (!isKey(key) || value.length > MAX_VALUE_LENGTH) return Err('InvalidArgument');
    return yield* this.append(key, value.length, value);
  }

  *delete(key: number): Steps<Outcome> {
    if (!isKey(key)) return Err('InvalidArgument');
    return yield* this.append(key, GONE, new Uint8Array());
  }

  *get(key: number): Steps<Outcome<Uint8Array | undefined>> {
    return Ok((yield* this.content()).get(key));
  }

  *keys(): Steps<Outcome<readonly number[]>> {
    return Ok([...(yield* this.content()).keys()]);
  }

  private *content(): Steps<Map<number, Uint8Array>> {
    const content = new Map<number, Uint8Array>();
    for (const [page, offset] of this.slots()) {
      const slot = (yield* this.flash.read(page, offset, SLOT)) ?? new Uint8Array(SLOT);
      if (slot.subarray(SLOT - WORD_SIZE).some((byte) => byte !== 0)) continue;
      const [key = 0, length = GONE] = slot;
      if (length === GONE) content.delete(key);
      else content.set(key, slot.slice(WORD_SIZE, WORD_SIZE + length));
    }
    return content;
  }

  private *append(key: number, length: number, value: Uint8Array): Steps<Outcome> {
    const bytes = new Uint8Array(SLOT - WORD_SIZE);
    bytes.set([key, length]);
    bytes.set(value, WORD_SIZE);
    for (const [page, offset] of this.slots()) {
      const slot = yield* this.flash.read(page, offset, SLOT);
      if (slot?.every((byte) => byte === 0xff) !== true) continue;
      const isDone =
        (yield* this.flash.write(page, offset, bytes)) &&
        (yield* this.flash.write(page, offset + SLOT - WORD_SIZE, new Uint8Array(WORD_SIZE)));
      return isDone ? Ok() : Err('StorageError');
    }
    return Err('NoCapacity');
  }

  private *slots(): Generator<[page: number, offset: number]> {
    const { numPages, pageSize } = this.flash.storage;
    for (let page = 0; page < numPages; page++) {
      for (let at = WORD_SIZE; at + SLOT <= pageSize; at += SLOT) yield [page, at];
    }
  }

  /** What it needs`;

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
    find: /\n {2}\/\*\* Sets the value of a key[^]*\/\*\* What it needs/,
    text: SLOTS,
  },
  {
    path: 'libraries/thermo/store.ts',
    find: /} from '\.\/format\.ts';/,
    text: "} from './format.ts';\n\nconst SLOT = 20;\nconst GONE = 0xff;",
  },
  {
    path: 'libraries/thermo/definition.ts',
    find: /refuses: .*/,
    text: 'refuses: () => undefined,',
  },
  {
    path: 'test/apps/thermo.spec.ts',
    find: /what the user is to read/,
    text: 'thermo',
  },
];
