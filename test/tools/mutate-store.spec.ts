// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bugs put into the stores still apply, and the laboratory finds them.
 *
 * NON-TOCK: `npm run mutate:store` tries all of them; this, one of each file.
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

  it('are at least 25, each named once', () => {
    const names = STORE_MUTATIONS.map(([, file, bug]) => `${file}: ${bug}`);
    expect(names.length).to.be.at.least(25);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('one of each file is found', () => {
    const copy = makeCopy();
    try {
      const files = new Set<string>();
      for (const mutation of STORE_MUTATIONS) {
        // The roll-back that is cut twice takes the longest search: the command tries it.
        const [, file, bug] = mutation;
        if (files.has(file) || file === 'persistent-store/mode.js') continue;
        files.add(file);
        expect(search(copy, mutation).verdict, bug).to.be.a('string');
      }
      expect(files.size).to.equal(6);
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
