// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Images of every store: whose they are, and what is shown of them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { inhabited } from '#conformance/store';
import { geometryOf } from '#conformance/store-bed';
import { lookInto, lookJson, recognise, renderLook } from '#lab/report/any-store';
import { NAIVE } from '#libraries/naive-store/definition';
import { STORES } from '#libraries/stores';

const STYLE = { offset: 0x1000, values: true };

/** What `inhabited` leaves, by kind of store: of a block store, two units of four that are not blank. */
const LENGTHS = { map: [5, 5, 5, 5, 5], log: [3, 3, 3, 3, 3], block: [64, 64] };
const ROWS = {
  map: /^4 +5 +0402030405$/m,
  log: /^4 +3 +040203$/m,
  block: /^1 +64$/m,
};

describe('lab/report/any-store', () => {
  for (const store of STORES) {
    it(`shows what ${store.name} holds, and leaves the image as it is`, () => {
      const geometry = geometryOf(store);
      const { image } = inhabited(store, geometry);
      const before = image.slice();
      const look = lookInto(store, image, geometry);
      expect(image).to.deep.equal(before);
      expect(look.boot.result).to.equal('Ok');
      const lengths = look.entries?.map(({ value }) => value.length);
      expect(lengths).to.deep.equal(LENGTHS[store.kind]);
      const text = renderLook(look, STYLE);
      for (const line of text.split('\n')) expect(line.length, line).to.be.at.most(80);
      expect(text).to.match(new RegExp(`^store {5}${store.name}: `));
      expect(text).to.match(ROWS[store.kind]);
    });

    it(`names ${store.name} for an image of it, and nobody for blank flash`, () => {
      const geometry = geometryOf(store);
      const { image } = inhabited(store, geometry);
      const found = recognise(STORES, image, geometry).includes(store);
      expect(found).to.equal(!['naive', 'tep-block'].includes(store.name));
      expect(recognise(STORES, image.fill(0xff), geometry)).to.deep.equal([]);
    });
  }

  it('asks nobody who cannot live there', () => {
    const geometry = geometryOf(NAIVE);
    const eager = { ...NAIVE, recognises: (): boolean => true };
    const picky = { ...eager, name: 'picky', refuses: (): string => 'needs more' };
    const { image } = inhabited(NAIVE, geometry);
    expect(recognise([picky, eager], image, geometry)).to.deep.equal([eager]);
  });

  it('shows pages that hold something, and how many are blank', () => {
    const geometry = geometryOf(NAIVE);
    const text = renderLook(lookInto(NAIVE, inhabited(NAIVE, geometry).image, geometry), STYLE);
    // 5 entries of a header and two words: 15 of the first page's 16 words.
    expect(text).to.match(/^0 +0x1000 +15 +05 00 00 00 00 02 03 04$/m);
    expect(text).to.contain('3 more, blank');
    expect(text).to.match(/^opens {5}yes, 0 words written, 0 pages erased$/m);
  });

  it('names those that recognise the image, too', () => {
    const geometry = geometryOf(NAIVE);
    const look = lookInto(NAIVE, inhabited(NAIVE, geometry).image, geometry);
    const text = renderLook(look, { ...STYLE, others: ['one', 'two'] });
    expect(text).to.contain('\nor        one, two: they recognise it, too (--store)\n');
    expect(renderLook(look, STYLE)).not.to.contain('recognise');
  });

  it('says what a boot answers that fails, and that nothing can be read', () => {
    const geometry = geometryOf(NAIVE);
    const image = new Uint8Array(geometry.pageSize * geometry.numPages).fill(0xff);
    image.set([0xff, 0x00, 0, 0]);
    const look = lookInto(NAIVE, image, geometry);
    expect(renderLook(look, STYLE))
      .to.contain('no, InvalidStorage')
      .and.contain('No entries can be');
    expect(lookJson(look, STYLE)).to.deep.include({
      store: 'naive',
      geometry: { offset: 0x1000, pageSize: 64, pages: 4 },
      entries: undefined,
    });
  });
});
