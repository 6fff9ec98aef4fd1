// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every source of random words passes: `describeRng('MyChip', create)`.
 *
 * NON-TOCK: the rules are in `kernel/hil/rng.ts`, after the comments of Tock's HIL; Tock has no suite.
 */
import { expect } from 'chai';
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';

/** What a suite gets for each test. */
export interface RngFixture {
  readonly rng: hil.rng.Rng;
  /** Runs time and interrupts until nothing is left to happen. */
  settle(): void;
  /** Lets time pass until an interrupt is raised that is not serviced yet. */
  untilPending(): void;
}

/** Words wanted where a test wants many. */
const MANY = 100;

/** @param create makes a fresh source for each test; the same each time. */
export function describeRng(name: string, create: () => RngFixture): void {
  describe(`${name} honours hil.rng.Rng`, () => {
    let fixture: RngFixture;
    let rng: hil.rng.Rng;
    let words: number[];
    let results: Result[];
    /** What the client does with the words and says to the source. */
    let answer: (randomness: Iterator<number>) => hil.rng.Continue;

    const takeAll = (randomness: Iterator<number>): void => {
      for (let next = randomness.next(); next.done !== true; next = randomness.next()) {
        words.push(next.value);
        if (words.length > MANY * MANY) throw new Error('the iterator never runs dry');
      }
    };
    const takeAllOnce = (randomness: Iterator<number>): 'Done' => {
      takeAll(randomness);
      return 'Done';
    };
    const takeMany = (randomness: Iterator<number>): hil.rng.Continue => {
      takeAll(randomness);
      return words.length < MANY ? 'More' : 'Done';
    };

    beforeEach(() => {
      fixture = create();
      rng = fixture.rng;
      words = [];
      results = [];
      answer = takeAllOnce;
      rng.setClient({
        randomnessAvailable: (randomness, result) => {
          results.push(result);
          return answer(randomness);
        },
      });
    });

    it('gives at least a word, all of 32 bits, later and once, and then runs dry', () => {
      expect(rng.get()).to.deep.equal(Ok());
      expect(results, 'from within the call').to.be.empty;
      fixture.settle();
      expect(results).to.deep.equal([Ok()]);
      expect(words).to.not.be.empty;
      for (const word of words) {
        expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32, String(word)).to.equal(true);
      }
    });

    it('calls again for as long as the client says More, and not after Done', () => {
      answer = takeMany;
      rng.get();
      fixture.settle();
      expect(words.length).to.be.at.least(MANY);
      const calls = results.length;
      fixture.settle();
      expect(results).to.have.lengthOf(calls);
    });

    it('gives words that differ, of which each bit is set in some and clear in others', () => {
      answer = takeMany;
      rng.get();
      fixture.settle();
      expect(new Set(words).size).to.equal(words.length);
      expect(words.reduce((all, word) => (all | word) >>> 0)).to.equal(0xffff_ffff);
      expect(words.reduce((all, word) => (all & word) >>> 0)).to.equal(0);
    });

    it('serves a client that left its words as well as any: no zeros, no word twice', () => {
      answer = (): 'Done' => 'Done';
      for (let count = 0; count < 10; count++) {
        rng.get();
        fixture.settle();
      }
      answer = takeMany;
      rng.get();
      fixture.settle();
      expect(words).to.not.include(0);
      expect(new Set(words).size).to.equal(words.length);
    });

    it('may be asked again when it is done, and from within the callback', () => {
      for (let count = 1; count <= 3; count++) {
        expect(rng.get()).to.deep.equal(Ok());
        fixture.settle();
        expect(results).to.have.lengthOf(count);
      }
      answer = (randomness) => {
        if (results.length < 6) rng.get();
        return takeAllOnce(randomness);
      };
      rng.get();
      fixture.settle();
      expect(results).to.have.lengthOf(6);
    });

    it('does not call after a cancel that was granted, and can be asked again', () => {
      rng.get();
      expect(rng.cancel()).to.deep.equal(Ok());
      fixture.settle();
      expect(results).to.be.empty;
      rng.get();
      fixture.settle();
      expect(results).to.have.lengthOf(1);
    });

    it('keeps its word on a cancel with the interrupt raised already: no call, or FAIL', () => {
      rng.get();
      fixture.untilPending();
      const cancelled = rng.cancel();
      fixture.settle();
      expect(results).to.have.lengthOf(cancelled.ok ? 0 : 1);
    });

    it('grants a cancel of nothing', () => {
      expect(rng.cancel()).to.deep.equal(Ok());
      fixture.settle();
      expect(results).to.be.empty;
    });

    it('gives the same words to the same seed: nothing but the seed decides', () => {
      const first = words;
      answer = takeMany;
      rng.get();
      fixture.settle();
      const again: number[] = [];
      const other = create();
      other.rng.setClient({
        randomnessAvailable: (randomness) => {
          words = again;
          return takeMany(randomness);
        },
      });
      other.rng.get();
      other.settle();
      expect(again).to.deep.equal(first);
    });
  });
}
