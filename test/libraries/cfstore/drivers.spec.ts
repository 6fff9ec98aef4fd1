// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Every CFSTORE by its name.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CFSTORE_KINDS, openCfstore } from '#libraries/cfstore/drivers';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { STORES } from '#libraries/stores';

const GEOMETRY = {
  wordSize: 4,
  pageSize: 2048,
  numPages: 16,
  maxWordWrites: 2,
  maxPageErases: 10_000,
};

/** Every bundled CFSTORE has a name of its own there. */
const NAMES = STORES.map(({ name }) => name).filter((name) => name.startsWith('cfstore'));

function imageAfterAWrite(kind: (typeof CFSTORE_KINDS)[number], seed: number): Uint8Array {
  const flash = new BufferStorage(GEOMETRY);
  const store = openCfstore(kind, flash, seed);
  expect(runAtOnce(store.initialize()), 'initialize').to.be.at.least(0);
  const hkey = runAtOnce(store.create('a', 4, { acl: 0, mode: {} }));
  expect(runAtOnce(store.write(hkey, Uint8Array.of(1, 2, 3, 4))), 'write').to.equal(4);
  expect(runAtOnce(store.close(hkey)), 'close').to.equal(0);
  expect(runAtOnce(store.flush()), 'flush').to.be.at.least(0);
  return flash.image;
}

describe('libraries/cfstore/drivers', () => {
  it('are those of the list of stores', () => {
    expect([...CFSTORE_KINDS].sort()).to.deep.equal(NAMES.sort());
  });

  for (const kind of CFSTORE_KINDS) {
    it(`${kind} writes what the store of that name recognises as its own`, () => {
      const image = imageAfterAWrite(kind, 3);
      const definition = STORES.find(({ name }) => name === kind);
      expect(definition?.recognises(image, GEOMETRY)).to.equal(true);
    });
  }

  it('takes chance for rings only: the same one from the same seed', () => {
    for (const kind of CFSTORE_KINDS) {
      const [one, again, other] = [1, 1, 2].map((seed) => imageAfterAWrite(kind, seed));
      expect(one).to.deep.equal(again);
      if (kind === 'cfstore-ring') expect(one).not.to.deep.equal(other);
      else expect(one).to.deep.equal(other);
    }
  });
});
