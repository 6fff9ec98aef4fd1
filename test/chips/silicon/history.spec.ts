// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The history of a word names its writers as long as there are numbers for them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { History, wordAddress } from '#chips/silicon/history';

describe('History', () => {
  it('gives a name the same number each time', () => {
    const history = new History(4);
    const [kv, store] = [history.numberOf('kv'), history.numberOf('store')];
    expect(history.numberOf('kv')).to.equal(kv);
    expect([history.nameOf(kv), history.nameOf(store)]).to.deep.equal(['kv', 'store']);
  });

  it('takes the 256th name and later ones for nobody', () => {
    const history = new History(4);
    for (let writer = 1; writer < 256; writer++) history.numberOf(`writer ${writer}`);
    expect(history.nameOf(history.numberOf('one too many'))).to.equal('an unnamed writer');
    expect(history.nameOf(history.numberOf('writer 255'))).to.equal('writer 255');
  });

  it('tells nothing of a word that was not programmed, and one line of one that was once', () => {
    const history = new History(4);
    history.note(3, 0, 1.5e6, 0);
    expect(history.tell(3, 0)).to.equal('');
    expect(history.tell(3, 1)).to.equal('; first by an unnamed writer at 1.500 ms');
  });

  it('prints byte addresses', () => {
    expect(wordAddress(0x3f8 / 4)).to.equal('word 0x3f8');
  });
});
