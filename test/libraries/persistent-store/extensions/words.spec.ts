// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The words of the extensions: no word that is being written can be taken for another.
 *
 * NON-TOCK: our own encoding.
 */
import { expect } from 'chai';
import * as words from '#libraries/persistent-store/extensions/words';
import { Internal, buildInternal, buildUser } from '#libraries/persistent-store/format';
import { Kind } from '#libraries/persistent-store/kinds';

const IDS = Array.from({ length: 256 }, (_, id) => id);

function extensionWords(): number[] {
  const all: number[] = [];
  for (const id of IDS) {
    all.push(words.buildIncrement(id), words.buildSingle(words.Single.MARKER, id));
    for (const flag of [true, false]) {
      all.push(words.buildSingle(words.Single.COUNTER, id, flag));
      all.push(words.buildSingle(words.Single.TRACKER, id, flag));
    }
  }
  return all.map((word) => word | 0);
}

function internalWords(): number[] {
  const all: number[] = [];
  for (let key = 0; key < 4096; key++) {
    all.push(buildInternal(Internal.CLEAR, key), buildInternal(Internal.REMOVE, key));
  }
  for (let page = 0; page < 63; page++) all.push(buildInternal(Internal.ERASE, page));
  for (let count = 0; count < 32; count++) all.push(buildInternal(Internal.MARKER, count));
  return all;
}

/** Whether `seen` can be met while `target` is written over ones. */
const isOnTheWay = (seen: number, target: number): boolean => (seen & target) === target;

describe('libraries/persistent-store/extensions/words', () => {
  it('reads each word it builds as what it is', () => {
    for (const word of extensionWords()) {
      expect(words.classify(word)?.kind, word.toString(16)).to.equal(Kind.EXTENSION);
    }
    for (const id of IDS) {
      const one = words.buildIncrement(id);
      expect(words.firstIncrement(one)).to.equal(id);
      expect(words.isSecondFree(one)).to.equal(true);
      expect(words.secondIncrement(one)).to.equal(undefined);
      const two = words.addIncrement(one, 255 - id);
      expect(words.classify(two)?.kind).to.equal(Kind.EXTENSION);
      expect([words.firstIncrement(two), words.secondIncrement(two)]).to.deep.equal([id, 255 - id]);
      expect(words.isSecondFree(two)).to.equal(false);
      for (const flag of [true, false]) {
        const counter = words.buildSingle(words.Single.COUNTER, id, flag);
        expect(words.singleSubject(counter)).to.equal(id);
        expect(words.singleFlag(counter)).to.equal(flag);
        expect(words.classify(words.toDeletedCounter(counter))).to.deep.equal({
          kind: Kind.PADDING,
          words: 2,
        });
      }
    }
  });

  it('leaves every internal word of the format alone', () => {
    for (const word of internalWords()) expect(words.classify(word)).to.equal(undefined);
  });

  it('store specification, Proofs/Checksum: no word of an extension is on the way to another word, nor another on its way', () => {
    const ours = extensionWords();
    const others = internalWords();
    let pairs = 0;
    for (const a of ours) {
      for (const b of ours) {
        pairs += 1;
        if (a !== b && isOnTheWay(a, b)) expect.fail(`${a.toString(16)} before ${b.toString(16)}`);
      }
      for (const b of others) {
        pairs += 1;
        if (isOnTheWay(a, b) || isOnTheWay(b, a))
          expect.fail(`${a.toString(16)}, ${b.toString(16)}`);
      }
    }
    expect(pairs).to.equal(1536 * (1536 + 8287));
  });

  it('has a zero at bit 2, which a user header on its way never has, and a one at bit 1, which a whole one never has', () => {
    const buffer = new Int32Array(258);
    buildUser(buffer, new Uint8Array(buffer.buffer), 0, new Uint8Array(1020));
    expect((buffer[0] ?? 0) & 6).to.equal(4);
    for (const word of extensionWords()) expect(word & 7).to.equal(3);
  });

  it('reads every word on the way to a word of an extension as partial, never as whole or impossible', () => {
    let x = 12345;
    const random = (): number => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return x;
    };
    for (const target of extensionWords()) {
      for (let n = 0; n < 200; n++) {
        const seen = target | (random() & random());
        if (seen === target) continue;
        const reading = words.classify(seen);
        if (reading !== undefined && (seen & 7) === 3)
          expect(reading.kind, seen.toString(16)).to.equal(Kind.PARTIAL);
      }
    }
  });

  it('counts no increment of a second half that is on its way', () => {
    const first = words.buildIncrement(3);
    for (const id of IDS) {
      const whole = words.addIncrement(first, id);
      const missing = first & ~whole;
      for (let subset = (missing - 1) & missing; subset !== 0; subset = (subset - 1) & missing) {
        const seen = first & ~subset;
        expect(words.secondIncrement(seen), seen.toString(16)).to.equal(undefined);
        expect(words.isSecondFree(seen)).to.equal(false);
        expect(words.classify(seen)?.kind).to.equal(Kind.EXTENSION);
      }
    }
  });

  it('makes a store without extensions refuse its words with a single checksum: they would erase page 63', () => {
    for (const id of IDS) {
      const word = words.buildSingle(words.Single.COUNTER, id);
      expect(word & 0x7ff).to.equal(Internal.ERASE | (63 << 5));
    }
  });
});
