// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which runs of elements are a write record, and which of them is the newest.
 *
 * NON-TOCK: a peer's format.
 */
import { expect } from 'chai';
import { decodeElement, encodeData, encodeEnd, encodeStart } from '#libraries/noodle/element';
import { RecordReader, byAge, nextSequence, sources } from '#libraries/noodle/record';
import { FIRST, HARDENED, LITERAL, type Rules } from '#libraries/noodle/rules';
import { inShort, place, recordsOf, sealOf, valueIn } from './pictures.js';

const short = (picture: string): string => inShort(recordsOf(picture));

describe('libraries/noodle/record', () => {
  it('takes start, data and end of one number as a record', () => {
    expect(short('1:SabcdefgE 2:SabcefghE')).to.equal('1 2');
    expect(recordsOf('1:SabcE').map(({ count }) => count)).to.deep.equal([3]);
  });

  it('ignores a record whose end is missing (ND-12)', () => {
    expect(short('6:SabcE 7:Sabc')).to.equal('6 7:unfinished');
  });
  it('ignores a record whose start is missing (ND-12)', () => {
    expect(short('6:abcE 7:SabcE')).to.equal('6:headless 7');
    expect(short('6:~abcE 7:SabcE')).to.equal('6:headless 7');
  });
  it('ignores a record with a second start in it (ND-12)', () => {
    const reader = new RecordReader(HARDENED);
    const [start, a, b] = [
      encodeStart(7),
      encodeData('a', valueIn(7)),
      encodeData('b', valueIn(7)),
    ];
    const end = encodeEnd(7, sealOf(7, 'ab'));
    for (const [byteOffset, bytes] of [start, a, start, b, end].entries()) {
      reader.item(place(byteOffset), decodeElement(bytes));
    }
    expect(inShort(reader.records)).to.equal('7:unfinished 7:unsealed');
  });
  it('ignores a record with a data element that cannot be read (ND-12)', () => {
    expect(short('7:Sab~dE')).to.equal('7:interrupted');
  });
  it('ignores a record whose end has another number (ND-12)', () => {
    expect(short('7:Sab 8:E')).to.equal('8:misnumbered');
  });
  it('ignores a record whose seal is not that of its data (ND-12)', () => {
    expect(short('7:Sa 8:b 7:E')).to.equal('7:unsealed');
  });
  it('ignores a record with something else between its elements (ND-12)', () => {
    expect(short('7:Sab x 7:cE')).to.equal('7:interrupted');
    expect(short('7:S~E')).to.equal('7:interrupted');
  });

  it('takes a record without data, but for the peer (ND-13)', () => {
    expect(inShort(recordsOf('1:SE', HARDENED))).to.equal('1');
    expect(inShort(recordsOf('1:SE', LITERAL))).to.equal('1:empty');
  });

  it('goes on with the next start after anything', () => {
    expect(short('7:Sab~ 8:SabE 9:~ E 10:SE')).to.equal('7:interrupted 8 10');
  });

  it('takes the highest number as the newest, and the later of two with the same (ND-25)', () => {
    const records = recordsOf('6:SaE 7:SaE 7:SbE 5:SaE');
    expect(byAge(records).at(-1)).to.equal(records[2]);
  });

  it('numbers on from whatever was seen; the peer from whole records, the first design from ended ones', () => {
    const next = (picture: string): number[] =>
      [HARDENED, LITERAL, FIRST].map((rules) => nextSequence(recordsOf(picture), rules));
    expect(next('')).to.deep.equal([1, 1, 1]);
    expect(next('6:SaE 7:Sa')).to.deep.equal([8, 7, 7]);
    expect(next('6:SaE 7:S~E')).to.deep.equal([8, 7, 8]);
    expect(next('6:SaE 7:S~ 8:aE')).to.deep.equal([9, 7, 9]);
  });

  it('reads the newest whole record only; the first design whatever is left of the newest', () => {
    const picture = '4:SaE 5:SaE 6:S~E 7:Sa';
    expect(read(picture, HARDENED)).to.deep.equal([5]);
    expect(read(picture, FIRST)).to.deep.equal([6]);
    expect(read(picture, { ...FIRST, source: 'filled-from-older' })).to.deep.equal([4, 5, 6]);
    expect(read('7:Sa', HARDENED)).to.deep.equal([]);
  });

  it('is confused by an unfinished record of the same number where that leads to a record', () => {
    const picture = '6:SaE 7:Sa 7:SabE';
    expect(read(picture, HARDENED)).to.deep.equal([7]);
    expect(read(picture, LITERAL)).to.equal('InvalidStorage');
    expect(read(picture, FIRST)).to.deep.equal([7, 7]);
  });
});

function read(picture: string, rules: Rules): number[] | string {
  const found = sources(recordsOf(picture), rules);
  return found.ok ? found.value.map(({ sequence }) => sequence) : found.error;
}
