// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A region, walked; and the regions of a key in their order.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { buildObject, invalidated } from '#libraries/tickv/format';
import { NONE, Region, homeOf, regionOrder } from '#libraries/tickv/region';

const at = (region: number): { high: number; low: number } => ({
  high: 9,
  low: 0xabc0_0000 + region,
});

/** A region with objects one after the other, and what else is to stand in it. */
function regionWith(objects: readonly Uint8Array[], aligns: boolean, size = 128): Region {
  const region = new Region(size, aligns);
  region.bytes = new Uint8Array(size).fill(0xff);
  let end = 0;
  for (const object of objects) {
    region.bytes.set(object, end);
    end += aligns ? Math.ceil(object.length / 4) * 4 : object.length;
  }
  return region;
}

function walk(region: Region): number[] {
  const seen: number[] = [];
  for (let each = region.first(); each !== NONE; each = region.after(each)) seen.push(each);
  return seen;
}

describe('libraries/tickv/region', () => {
  const one = buildObject(at(1), Uint8Array.of(1, 2));
  const two = buildObject(at(2), new Uint8Array(0));

  it('home is the lowest 16 bits of the hash, modulo the regions', () => {
    expect(homeOf({ high: 5, low: 0xffff_000a }, 8)).to.equal(2);
    expect(homeOf({ high: 5, low: 0x0001_ffff }, 10)).to.equal(5);
  });

  it('looks at home, +1, -1, +2, -2 …, each region once, and none that is not there (TK-06)', () => {
    expect(regionOrder(at(3), 8)).to.deep.equal([3, 4, 2, 5, 1, 6, 0, 7]);
    expect(regionOrder(at(0), 4)).to.deep.equal([0, 1, 2, 3]);
    expect(regionOrder(at(3), 4)).to.deep.equal([3, 2, 1, 0]);
    expect(regionOrder(at(0), 1)).to.deep.equal([0]);
  });

  for (const aligns of [true, false]) {
    it(`${aligns ? 'aligned' : 'packed'}: walks from object to object, to blank flash`, () => {
      const region = regionWith([one, two, one], aligns);
      expect(walk(region)).to.deep.equal(aligns ? [0, 20, 36] : [0, 17, 32]);
      expect([region.end, region.ending]).to.deep.equal([aligns ? 56 : 49, 'blank']);
      expect(region.isBlank).to.equal(false);
    });
  }

  it('is full when no header fits behind the last object', () => {
    const region = regionWith([buildObject(at(1), new Uint8Array(102))], false);
    expect(walk(region)).to.deep.equal([0]);
    expect([region.end, region.ending]).to.deep.equal([117, 'full']);
    expect(walk(regionWith([], true))).to.deep.equal([]);
  });

  it('finds the valid object of a hash, the last of two', () => {
    const dead = one.slice();
    dead[1] = invalidated(dead[1] ?? 0);
    expect(regionWith([dead, one, two, dead], true).find(at(1))).to.equal(20);
    expect(regionWith([one, two, one], true).find(at(1))).to.equal(36);
    expect(regionWith([dead, two], true).find(at(1))).to.equal(NONE);
  });

  it('skips zeros between objects where objects are aligned, and nowhere else', () => {
    const fill = new Uint8Array(8);
    expect(walk(regionWith([one, fill, two], true))).to.deep.equal([0, 28]);
    const packed = regionWith([two, fill, two], false);
    expect(walk(packed)).to.deep.equal([0]);
    expect(packed.ending).to.equal('UnsupportedVersion');
  });

  it('ends at what is no object: another version, a length that no object has', () => {
    const other = one.slice();
    other[0] = 2;
    const region = regionWith([two, other], true);
    expect(walk(region)).to.deep.equal([0]);
    expect(region.ending).to.equal('UnsupportedVersion');
    for (const length of [0, 14]) {
      const short = one.slice();
      short[2] = length;
      const stuck = regionWith([short], false);
      expect(walk(stuck)).to.deep.equal([]);
      expect(stuck.ending).to.equal('CorruptData');
    }
  });
});
