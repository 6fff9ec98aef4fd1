// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The golden files' own test: a difference is found and named by its line.
 *
 * NON-TOCK: a comparison that cannot fail would hide every change.
 */
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '#tools/sources';
import { expectGolden } from './golden.ts';

describe('expectGolden', () => {
  let folder: string;

  beforeEach(() => {
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    folder = `dist/${basename(mkdtempSync(join(ROOT, 'dist/golden-')))}`;
    expectGolden('a/b.txt', 'one\ntwo\n', { folder, update: true });
  });

  afterEach(() => rmSync(join(ROOT, folder), { recursive: true }));

  const compare = (text: string, name = 'a/b.txt') => {
    return () => expectGolden(name, text, { folder, update: false });
  };

  it('accepts the text that was written', () => {
    expect(compare('one\ntwo\n')).not.to.throw();
  });

  it('names the first line that differs, with both texts', () => {
    expect(compare('one\nzwei\n')).to.throw(/b\.txt:2 differs\n +golden: "two"\n +now: +"zwei"/);
  });

  it('sees a text that goes on where the golden one ends, and one that stops early', () => {
    expect(compare('one\ntwo\n\n')).to.throw(/:4 differs\n +golden: \(the end\)/);
    expect(compare('one\ntwo')).to.throw(/:3 differs\n +golden: ""\n +now: +\(the end\)/);
  });

  it('fails when the file is missing and says how to write it', () => {
    expect(compare('', 'none.txt')).to.throw(/none\.txt is missing; .*UPDATE_GOLDEN=1/);
  });
});
