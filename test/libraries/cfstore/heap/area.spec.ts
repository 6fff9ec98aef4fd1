// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The area byte by byte, and what moves when it changes.
 *
 * NON-TOCK: tests. The bytes are worked out by hand from mbed's `cfstore_area_header_t`.
 */
import { expect } from 'chai';
import { Area, sizeOf } from '#libraries/cfstore/heap/area';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (pair) => parseInt(pair, 16));
}

/** Two keys, "ab" with 3 bytes and "c" with 2. */
const TWO = bytes('03 00 00 00 02 03 00 00 61 62 07 08 09 02 00 00 00 01 01 00 00 63 05 06');

function two(): { area: Area; ab: number; c: number } {
  const area = new Area();
  const ab = area.append({ name: 'ab', acl: 3, valueLength: 3 });
  area.write(ab, 0, Uint8Array.of(7, 8, 9));
  const c = area.append({ name: 'c', acl: 1, valueLength: 2 });
  area.write(c, 0, Uint8Array.of(5, 6));
  return { area, ab, c };
}

describe('libraries/cfstore/heap/area', () => {
  it('lays keys one behind the other: length of the value, of the key, rights, handles, flags', () => {
    const { area, ab, c } = two();
    expect(area.image(1)).to.deep.equal(TWO);
    expect([ab, c, area.length]).to.deep.equal([0, 13, 24]);
    expect(sizeOf(2, 3)).to.equal(13);
  });

  it('has zeros behind it up to whole units, which are cut off again', () => {
    const { area } = two();
    area.append({ name: 'd', acl: 0, valueLength: 1 });
    const image = area.image(8);
    expect(image).to.have.length(40);
    const again = new Area(image);
    expect(again.trim()).to.deep.equal(new Uint8Array(6));
    expect([...again.heads()].map((head) => again.nameAt(head))).to.deep.equal(['ab', 'c', 'd']);
    expect(again.image(1)).to.deep.equal(area.image(1));
  });

  it('reads what it has, and finds keys by their names', () => {
    const area = new Area(TWO.slice());
    expect(area.find('ab', false)).to.equal(0);
    expect(area.find('c', false)).to.equal(13);
    expect(area.find('a', false)).to.equal(undefined);
    expect([area.aclAt(13), area.valueLengthAt(13)]).to.deep.equal([1, 2]);
    expect(area.read(0, 1, 2)).to.deep.equal(Uint8Array.of(8, 9));
  });

  it('counts handles and marks a key for deletion in its header', () => {
    const { area, c } = two();
    area.setHandlesAt(c, 2);
    area.markDeleted(c);
    expect(area.image(1).subarray(13 + 4, 13 + 8)).to.deep.equal(bytes('01 01 02 01'));
    expect(area.find('c', false)).to.equal(undefined);
    expect(area.find('c', true)).to.equal(c);
    area.forgetHandles();
    expect(area.image(1)).to.deep.equal(TWO);
  });

  it('closes the gap of a key that goes, and says how far the others moved', () => {
    const { area } = two();
    expect(area.remove(0)).to.equal(13);
    expect(area.image(1)).to.deep.equal(TWO.subarray(13));
    expect(area.remove(0)).to.equal(11);
    expect(area.length).to.equal(0);
  });

  it('gives a value another length, keeps what fits, and says how far the others moved', () => {
    const { area } = two();
    expect(area.resize(0, 5)).to.equal(2);
    expect(area.read(0, 0, 5)).to.deep.equal(Uint8Array.of(7, 8, 9, 0, 0));
    expect(area.find('c', false)).to.equal(15);
    expect(area.resize(0, 1)).to.equal(-4);
    expect(area.read(0, 0, 1)).to.deep.equal(Uint8Array.of(7));
    expect(area.read(area.find('c', false) ?? 0, 0, 2)).to.deep.equal(Uint8Array.of(5, 6));
  });

  it('sees no key where lengths go beyond the end, or a name has none', () => {
    expect([...new Area(TWO.slice(0, 12)).heads()]).to.deep.equal([]);
    expect([...new Area(new Uint8Array(16)).heads()]).to.deep.equal([]);
    expect(new Area().isWhole(-8)).to.equal(false);
    expect(new Area(new Uint8Array(64).fill(0xff)).trim()).to.have.length(64);
  });
});
