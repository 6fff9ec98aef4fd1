// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs of dead entries: where they end, and what is counted of them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { DeadRun } from '#libraries/persistent-store/dead-run';
import { buildUser, toDeleted, toPadding } from '#libraries/persistent-store/format';

const MOST_BYTES = 1023;
const PADDING = toPadding(-1);

/** The first word of an entry with a value of so many bytes. */
function header(bytes: number): number {
  const words = new Int32Array(257);
  buildUser(words, new Uint8Array(words.buffer), 7, new Uint8Array(bytes).fill(1));
  return words[0] ?? 0;
}

function found(words: readonly number[], from = 0, stop = words.length): readonly number[] {
  const run = new DeadRun();
  run.walk(Int32Array.from(words), from, stop, MOST_BYTES);
  return [run.end, run.last, run.entries, run.emptyEntries, run.valueWords];
}

describe('DeadRun', () => {
  const [none, two] = [toDeleted(header(0)), toDeleted(header(8))];

  it('goes over padding and over deleted entries whose values are wiped', () => {
    expect(found([PADDING, none, two, 0, 0, PADDING, -1])).to.deep.equal([6, 5, 4, 3, 2]);
  });

  for (const [what, words] of [
    ['lives', [header(4), 1]],
    ['is deleted and not wiped', [two, 0, 4]],
    ['was never written', [-1, -1]],
    ['is longer than any may be', [toDeleted(0b01 | (1 << 2) | (1024 << 4)) | 2, 0]],
  ] as const) {
    it(`ends before an entry that ${what}`, () => {
      expect(found([PADDING, ...words])).to.deep.equal([1, 0, 1, 1, 0]);
    });
  }

  it('begins and ends where it is told to, and takes no part of an entry', () => {
    const words = [two, 0, 0, two, 0, 0, PADDING];
    expect(found(words, 3)).to.deep.equal([7, 6, 2, 1, 2]);
    expect(found(words, 0, 5)).to.deep.equal([3, 0, 1, 0, 2]);
  });

  it('is empty where the first entry is not dead', () => {
    expect(found([-1])).to.deep.equal([0, 0, 0, 0, 0]);
  });
});
