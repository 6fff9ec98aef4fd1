// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The mutations of the kernel still apply: a change of the kernel's text shows here at once.
 *
 * NON-TOCK: `npm run mutate` itself takes minutes; this does not.
 */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTATIONS } from '#tools/mutations/index';
import { ROOT } from '#tools/sources';

describe('Mutations of the kernel', () => {
  it('each finds its text exactly once in the compiled kernel, and changes it', () => {
    const lost = MUTATIONS.filter(([file, , find, replacement]) => {
      const text = readFileSync(join(ROOT, 'dist/kernel', file), 'utf8');
      return text.split(find).length !== 2 || find === replacement;
    });
    expect(lost.map(([file, check]) => `${file}: ${check}`)).to.deep.equal([]);
  });

  it('are at least 150, each check named once in its file', () => {
    const names = MUTATIONS.map(([file, check]) => `${file}: ${check}`);
    expect(names.length).to.be.at.least(150);
    expect(new Set(names).size).to.equal(names.length);
  });
});
