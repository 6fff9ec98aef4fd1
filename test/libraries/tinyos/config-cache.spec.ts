// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The places that ConfigStorage keeps in RAM.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ConfigCache } from '#libraries/tinyos/config-cache';

const place = (at: number): { area: number; at: number; length: number } => ({
  area: 0,
  at,
  length: 4,
});

describe('libraries/tinyos/config-cache', () => {
  it('forgets the key used longest ago, and says that it does not know all any more', () => {
    const cache = new ConfigCache(2);
    cache.begin();
    cache.note(1, place(8));
    cache.note(2, place(16));
    expect([cache.isComplete, cache.size()]).to.deep.equal([true, 16]);
    expect(cache.find(1)?.at).to.equal(8);
    cache.note(3, place(24));
    expect([cache.isComplete, cache.size()]).to.deep.equal([false, 16]);
    expect([1, 2, 3].map((key) => cache.find(key)?.at)).to.deep.equal([8, undefined, 24]);
  });

  it('notes a move of a key that it knows, and of no other', () => {
    const cache = new ConfigCache(2);
    cache.note(1, place(8));
    cache.move(1, place(40));
    cache.move(2, place(48));
    expect([cache.find(1)?.at, cache.find(2)]).to.deep.equal([40, undefined]);
    cache.forget(1);
    expect(cache.size()).to.equal(0);
  });

  it('remembers nothing with room for none', () => {
    const cache = new ConfigCache(0);
    cache.begin();
    cache.note(1, place(8));
    expect([cache.find(1), cache.isComplete, cache.size()]).to.deep.equal([undefined, false, 0]);
  });
});
