// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Regions are collected: marked, erased, and what a cut makes of that.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { HARDENED, LITERAL, type Mode } from '#libraries/tickv/mode';
import { flashFor, hashIn, opened, read, regionOf, said } from './support.ts';

const VALUE = Uint8Array.of(1, 2, 3, 4);
const KEY = hashIn(1, 1);
const MARK_AT = 124;

/** A deleted key in region 1, and nothing else; its region is being collected, and the call under way is cut. */
function collecting(mode: Mode, call: number): BufferStorage {
  const flash = flashFor(mode);
  const kv = opened(flash, mode);
  said(kv.appendKey(KEY, VALUE));
  said(kv.invalidateKey(KEY));
  flash.arm(call);
  said(kv.garbageCollect());
  return flash;
}

/** Bits that an erasure moves are numbered from the lowest address: where the valid flag is, and the mark. */
function movedBits(flash: BufferStorage): { flag: number; mark: number[] } {
  let number = 0;
  let flag = -1;
  const mark: number[] = [];
  for (const [at, byte] of regionOf(flash, 1).entries()) {
    for (let bit = 0; bit < 8; bit++) {
      if (((byte >>> bit) & 1) === 1) continue;
      if (at === 1 && bit === 7) flag = number;
      if (at >= MARK_AT) mark.push(number);
      number += 1;
    }
  }
  return { flag, mark };
}

describe('libraries/tickv/collection', () => {
  it('literal: an erasure that sets one bit brings a deleted key back', () => {
    const flash = collecting(LITERAL, 0);
    const { flag } = movedBits(flash);
    flash.corrupt((index) => index === flag);
    expect(read(opened(flash, LITERAL), KEY)).to.equal('1,2,3,4');
  });

  it('hardened: no single bit does, nor all but one: the region is marked before, and erased again', () => {
    for (let only = 0; only < 200; only++) {
      for (const isAlone of [true, false]) {
        const flash = collecting(HARDENED, 1);
        expect([...regionOf(flash, 1).subarray(MARK_AT)]).to.deep.equal([0, 0, 0, 0]);
        flash.corrupt((index) => (index === only) === isAlone);
        expect(read(opened(flash, HARDENED), KEY)).to.equal('KeyNotFound');
        expect(regionOf(flash, 1).every((byte) => byte === 0xff)).to.equal(true);
      }
    }
  });

  it('what the claim lets through: all 32 bits of the mark, the flag, and no other', () => {
    const flash = collecting(HARDENED, 1);
    const { flag, mark } = movedBits(flash);
    expect(mark).to.have.length(32);
    flash.corrupt((index) => index === flag || mark.includes(index));
    expect(read(opened(flash, HARDENED), KEY)).to.equal('1,2,3,4');
  });

  it('literal: the region of the super key is never collected; hardened: the super key moves', () => {
    for (const mode of [LITERAL, HARDENED]) {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      said(kv.appendKey(hashIn(0, 1), VALUE));
      said(kv.invalidateKey(hashIn(0, 1)));
      const erases = flash.pageErases[0] ?? 0;
      expect(said(kv.garbageCollect())).to.equal(mode === LITERAL ? 0 : 128);
      expect((flash.pageErases[0] ?? 0) - erases).to.equal(mode === LITERAL ? 0 : 1);
      expect(regionOf(flash, 1)[0]).to.equal(mode === LITERAL ? 0xff : 1);
      said(kv.appendKey(KEY, VALUE));
      expect(read(opened(flash, mode), KEY)).to.equal('1,2,3,4');
    }
  });

  it('stays where it is while no other region has room for the super key', () => {
    const flash = flashFor(HARDENED);
    const kv = opened(flash, HARDENED);
    for (const region of [1, 2, 3]) {
      expect(said(kv.appendKey(hashIn(region, 1), new Uint8Array(124 - 15)))).to.equal('Written');
    }
    said(kv.appendKey(hashIn(0, 1), VALUE));
    said(kv.invalidateKey(hashIn(0, 1)));
    expect(said(kv.garbageCollect())).to.equal(0);
    said(kv.invalidateKey(hashIn(3, 1)));
    expect(said(kv.garbageCollect())).to.equal(128);
    expect(said(kv.garbageCollect())).to.equal(128);
    expect(said(kv.garbageCollect()), 'nothing is left to collect').to.equal(0);
  });

  it('piece by piece: one region at a time, until there is none', () => {
    const kv = opened(flashFor(HARDENED), HARDENED);
    for (const region of [1, 2]) {
      said(kv.appendKey(hashIn(region, 1), VALUE));
      said(kv.invalidateKey(hashIn(region, 1)));
    }
    const more = [1, 2, 3].map(() => runAtOnce(kv.collect()));
    expect(more.map((result) => result.ok && result.value)).to.deep.equal([true, true, false]);
  });

  it('literal: another version in a region ends the collection', () => {
    const flash = flashFor(LITERAL);
    const kv = opened(flash, LITERAL);
    regionOf(flash, 2)[0] = 2;
    expect(said(kv.garbageCollect())).to.equal('UnsupportedVersion');
  });
});
