// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Pages of a sector that others disturbed for too long. NON-TOCK: tests. */
import { expect } from 'chai';
import { RewriteRule } from '#chips/silicon/rewrite-rule';

describe('chips/silicon/rewrite-rule', () => {
  it('counts operations in the sector since each page was written', () => {
    const rule = new RewriteRule(8, 4, 3);
    for (const page of [0, 1, 0, 5]) rule.note(page);
    expect([0, 1, 2, 3].map((page) => rule.since(page))).to.deep.equal([0, 1, 3, 3]);
    expect([4, 5, 6, 7].map((page) => rule.since(page))).to.deep.equal([1, 0, 1, 1]);
  });

  it('names pages that were not written within the limit, and no others', () => {
    const rule = new RewriteRule(8, 4, 3);
    for (let count = 0; count < 3; count++) rule.note(0);
    expect(rule.overdue()).to.deep.equal([]);
    rule.note(0);
    expect(rule.overdue()).to.deep.equal([1, 2, 3]);
    rule.note(2);
    expect(rule.overdue()).to.deep.equal([1, 3]);
  });

  it('is met by a log that goes round: each page comes again after all others', () => {
    const rule = new RewriteRule(512, 512, 10_000);
    for (let count = 0; count < 30_000; count++) rule.note(count % 512);
    expect(rule.overdue()).to.deep.equal([]);
    for (let count = 0; count <= 10_000; count++) rule.note(7);
    expect(rule.overdue()).to.have.length(511);
  });
});
