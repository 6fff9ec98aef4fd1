// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The plan of what to pop, on queues as the design notes draw them.
 *
 * NON-TOCK: a peer's rules.
 */
import { expect } from 'chai';
import { garbageOf, spareOf } from '#libraries/noodle/garbage';
import { HARDENED, LITERAL, type Rules } from '#libraries/noodle/rules';
import { inShort, recordsOf } from './pictures.js';

const popped = (picture: string, kept = 3, rules: Rules = HARDENED): string =>
  inShort(garbageOf(recordsOf(picture), kept, rules));

describe('libraries/noodle/garbage', () => {
  it('pops what is older than the newest three whole records', () => {
    expect(popped('1:SabcdefgE 2:SabcefghE')).to.equal('');
    expect(popped('1:SabcE 2:SabcE 3:SabcE 4:SabcE')).to.equal('1');
    expect(popped('xxxx 2:SabcE 3:SabcE 4:SabcE 5:SabE')).to.equal('2');
  });

  it('leaves an unfinished record among those kept, until it is the oldest', () => {
    expect(popped('4:SabE 5:SabE 6:SabE 7:Sa~bE 8:SabE')).to.equal('4');
    expect(popped('6:SabE 7:Sa 8:SabE 9:SabE')).to.equal('');
    expect(popped('6:SabE 7:Sa 8:SabE 9:SabE 10:SabE')).to.equal('6 7:unfinished');
  });

  it('pops it at once by the rules of the peer', () => {
    expect(popped('4:SabE 5:SabE 6:SabE 7:Sa~bE 8:SabE', 3, LITERAL)).to.equal('4 7:interrupted');
  });

  it('finishes what a cut left of a pop', () => {
    expect(popped('xx 4:~E 5:SaE 6:SaE 7:SaE')).to.equal('4:headless');
  });

  it('pops nothing when it finds no whole record: that may be a bad read', () => {
    expect(popped('4:Sa 5:Sb')).to.equal('');
    expect(popped('4:Sa 5:Sb', 3, LITERAL)).to.equal('');
  });

  it('keeps fewer or more when asked to (ND-26)', () => {
    expect(popped('1:SaE 2:SaE', 1)).to.equal('1');
    expect(popped('1:SaE 2:SaE 3:SaE 4:SaE 5:SaE', 5)).to.equal('');
    expect(popped('1:SaE 2:SaE 3:SaE 4:SaE 5:SaE 6:SaE', 5)).to.equal('1');
  });

  it('keeps the later of two records with one number, and as many as it must (ND-25)', () => {
    expect(popped('4:SaE 5:SaE 6:SaE 6:SbE')).to.equal('4');
  });

  it('gives up the oldest backup for room, never the newest record', () => {
    const spare = (picture: string): string => {
      const record = spareOf(recordsOf(picture));
      return record === undefined ? '' : inShort([record]);
    };
    expect(spare('4:SaE 5:SaE 6:SaE')).to.equal('4');
    expect(spare('6:SaE 7:Sa 8:Sa')).to.equal('');
    expect(spare('7:Sa 8:Sa')).to.equal('7:unfinished');
    expect(spare('')).to.equal('');
  });
});
