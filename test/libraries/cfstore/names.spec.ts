// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names and patterns of CFSTORE: limits, and a model that tries every way.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { CfstoreError } from '#libraries/cfstore/driver';
import { checkName, checkPattern, fits } from '#libraries/cfstore/names';

/** Every way in which stars can be filled, tried one by one. */
function fitsSomehow(name: string, pattern: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) {
    return Array.from({ length: name.length + 1 }, (_, taken) => name.slice(taken)).some((rest) =>
      fitsSomehow(rest, pattern.slice(1)),
    );
  }
  return name.startsWith(pattern.charAt(0)) && fitsSomehow(name.slice(1), pattern.slice(1));
}

describe('libraries/cfstore/names', () => {
  it('a name has 1 to 220 characters', () => {
    expect(checkName('')).to.equal(CfstoreError.INVALID_KEY_LEN);
    expect(checkName('k')).to.equal(0);
    expect(checkName('k'.repeat(220))).to.equal(0);
    expect(checkName('k'.repeat(221))).to.equal(CfstoreError.INVALID_KEY_LEN);
  });

  it('of letters, digits, dots, braces and hyphens', () => {
    expect(checkName('com.arm.mbed-{0}.Wifi9')).to.equal(0);
    for (const bad of ['a*', 'a b', 'a_b', 'ä', 'a/b', 'a\n', 'a\0']) {
      expect(checkName(bad), bad).to.equal(CfstoreError.INVALID_KEY_NAME);
    }
  });

  it('a pattern may have stars besides', () => {
    expect(checkPattern('*')).to.equal(0);
    expect(checkPattern('a.*.b*')).to.equal(0);
    expect(checkPattern('a?')).to.equal(CfstoreError.INVALID_KEY_NAME);
    expect(checkPattern('')).to.equal(CfstoreError.INVALID_KEY_LEN);
  });

  it('a star stands for any characters, also for none, and dots are characters (CF-30)', () => {
    expect(fits('a.b.1', 'a.*')).to.equal(true);
    expect(fits('c.d', 'a.*')).to.equal(false);
    expect(fits('a.', 'a.*')).to.equal(true);
    expect(fits('a.b.1', '*.1')).to.equal(true);
    expect(fits('a.b.1', 'a.b')).to.equal(false);
    expect(fits('abab', '*ab')).to.equal(true);
  });

  it('a pattern fits as if every way were tried', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 7 });
    fc.assert(
      fc.property(letters, patterns, (name, pattern) => {
        expect(fits(name, pattern)).to.equal(fitsSomehow(name, pattern));
      }),
      { numRuns: 2000 },
    );
  });

  it('a hostile pattern costs no more than name times pattern', function () {
    this.timeout(500);
    const name = 'a'.repeat(220);
    const pattern = `${'a*'.repeat(109)}ab`;
    for (let count = 0; count < 1000; count++) expect(fits(name, pattern)).to.equal(false);
  });
});
