// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bugs put into the stores still apply, and the laboratory finds them.
 *
 * NON-TOCK: `npm run mutate:store` tries all of them; this, the last one of each store.
 */
import { expect } from 'chai';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstViolation } from '#lab/crash/first-violation';
import { makeCopy, search } from '#tools/mutate-store';
import { STORE_MUTATIONS } from '#tools/mutations/store';
import { ROOT } from '#tools/sources';

describe('Bugs put into the stores', () => {
  it('each finds its text exactly once in the compiled stores, and changes it', () => {
    const lost = STORE_MUTATIONS.filter(([, file, , find, replacement]) => {
      const text = readFileSync(join(ROOT, 'dist/libraries', file), 'utf8');
      return text.split(find).length !== 2 || find === replacement;
    });
    expect(lost.map(([, file, bug]) => `${file}: ${bug}`)).to.deep.equal([]);
  });

  it('are at least 60, each named once', () => {
    const names = STORE_MUTATIONS.map(([, file, bug]) => `${file}: ${bug}`);
    expect(names.length).to.be.at.least(60);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('one of each store is found', () => {
    const copy = makeCopy();
    try {
      const stores = new Map(STORE_MUTATIONS.map((mutation) => [mutation[0], mutation] as const));
      expect([...stores.keys()]).to.have.length(6);
      for (const [store, mutation] of stores) {
        expect(search(copy, mutation).verdict, `${store}: ${mutation[2]}`).to.be.a('string');
      }
    } finally {
      rmSync(copy, { recursive: true });
    }
  }).timeout(60_000);

  it('the search ends with the first violation', () => {
    const { found, cuts } = firstViolation('naive', 3);
    expect(found?.store).to.equal('naive');
    expect(cuts).to.be.greaterThan(0);
  });
});
