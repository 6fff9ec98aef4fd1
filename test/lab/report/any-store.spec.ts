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
import { Ok } from '#kernel/result';
import { configOf } from '#libraries/cfstore/config';
import { CFSTORE, mapOf } from '#libraries/cfstore/definition';
import { NAIVE } from '#libraries/naive-store/definition';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { MapDefinition, NamedValue, Outcome } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
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

  it('shows keys under names behind the numbers, fit for a terminal of 80 columns', () => {
    const geometry = { ...geometryOf(CFSTORE), pageSize: 1024 };
    const flash = new BufferStorage(geometry);
    const map = mapOf(flash, configOf(geometry));
    runAtOnce(map.boot());
    runAtOnce(map.put(7, Uint8Array.of(1)));
    const mode = { read: true, write: true };
    for (const name of ['a.name', 'n'.repeat(220)]) {
      const hkey = runAtOnce(map.driver.create(name, 0, { acl: 3, mode }));
      runAtOnce(map.driver.close(hkey));
    }
    const text = renderLook(lookInto(CFSTORE, flash.image, geometry), STYLE);
    expect(text).to.match(/^7 +1 +01$/m);
    expect(text).to.match(/^a\.name +0$/m);
    expect(text).to.contain(`${'n'.repeat(59)}… `);
    for (const line of text.split('\n')) expect(line.length, line).to.be.at.most(80);
  });

  it('prints no control character of a name, whatever an image holds', () => {
    const geometry = geometryOf(NAIVE);
    const forged: MapDefinition = {
      ...NAIVE,
      open: (storage) =>
        Object.assign(NAIVE.open(storage), {
          *named(): Steps<Outcome<readonly NamedValue[]>> {
            return Ok([{ name: 'a\u001b[2Jb', value: Uint8Array.of(1) }]);
          },
        }),
    };
    const text = renderLook(lookInto(forged, inhabited(NAIVE, geometry).image, geometry), STYLE);
    expect(text).to.match(/^a\?\[2Jb +1 +01$/m);
    expect(text).not.to.contain('\u001b');
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
