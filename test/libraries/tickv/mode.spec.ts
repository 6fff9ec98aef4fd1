// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upstream's defects: each is shown in the literal mode, and is not there in the hardened one.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { HARDENED, LITERAL, programsPerWord, type Mode } from '#libraries/tickv/mode';
import type { TicKv } from '#libraries/tickv/tickv';
import { MODES, SUPER, flashFor, hashIn, opened, read, regionOf, said } from './support.ts';

/** An overhead of 15 bytes; a length that makes an object of so many. */
const valueFor = (object: number): Uint8Array => new Uint8Array(object - 15).fill(5);
const OTHER = hashIn(1, 99);

/** Leaves so many bytes of region 1, of what objects may take, and puts one more object that must go elsewhere. */
function overflow(mode: Mode, left: number): TicKv {
  const flash = flashFor(mode);
  const kv = opened(flash, mode);
  const limit = flash.pageSize - (mode.marks ? 4 : 0);
  expect(said(kv.appendKey(hashIn(1, 1), valueFor(limit - left)))).to.equal('Written');
  expect(said(kv.appendKey(OTHER, Uint8Array.of(6)))).to.equal('Written');
  return kv;
}

describe('libraries/tickv/mode: what went to a neighbour', () => {
  for (const left of [0, 4, 8, 11]) {
    it(`with ${left} bytes left at home: literal, acknowledged and not found; hardened, found (TK-11)`, () => {
      expect(read(overflow(LITERAL, left), OTHER)).to.equal('KeyNotFound');
      expect(read(overflow(HARDENED, left), OTHER)).to.equal('6');
    });
  }

  it('with 12 bytes left at home it is found by both (TK-11)', () => {
    for (const [, mode] of MODES) expect(read(overflow(mode, 12), OTHER)).to.equal('6');
  });

  it('literal: a key that is not found cannot be set either, for it is there (TK-11)', () => {
    const kv = overflow(LITERAL, 8);
    expect(said(kv.put(OTHER, Uint8Array.of(7)))).to.equal('KeyAlreadyExists');
    const fixed = overflow(HARDENED, 8);
    expect(said(fixed.put(OTHER, Uint8Array.of(7)))).to.equal('Written');
    expect(read(fixed, OTHER)).to.equal('7');
  });

  for (const [name, mode] of MODES) {
    it(`collecting the home region: literal hides a key and revives its old value, hardened does neither: ${name} (TK-12)`, () => {
      const kv = overflow(mode, 12);
      said(kv.invalidateKey(hashIn(1, 1)));
      expect(said(kv.garbageCollect())).to.equal(128);
      const isLiteral = name === 'literal';
      expect(read(kv, OTHER)).to.equal(isLiteral ? 'KeyNotFound' : '6');
      expect(said(kv.appendKey(OTHER, Uint8Array.of(7)))).to.equal(
        isLiteral ? 'Written' : 'KeyAlreadyExists',
      );
      said(kv.invalidateKey(OTHER));
      // Deleted, and yet: the old value is back as soon as the home region is not blank any more.
      expect(read(kv, OTHER)).to.equal(isLiteral ? '6' : 'KeyNotFound');
    });
  }
});

describe('libraries/tickv/mode: room that is 1 to 3 bytes short', () => {
  for (const short of [1, 2, 3]) {
    it(`${short} too few: literal, ObjectTooLarge, and panics from then on; hardened, the next region takes it (TK-13)`, () => {
      const attempt = (mode: Mode): { kv: TicKv; result: unknown } => {
        const flash = flashFor(mode);
        const kv = opened(flash, mode);
        const limit = flash.pageSize - (mode.marks ? 4 : 0);
        said(kv.appendKey(hashIn(1, 1), valueFor(limit - 40)));
        return { kv, result: said(kv.appendKey(OTHER, valueFor(40 + short))) };
      };
      const literal = attempt(LITERAL);
      expect(literal.result).to.equal('ObjectTooLarge');
      expect(() => read(literal.kv, hashIn(1, 1))).to.throw(KernelPanic, /lost its region buffer/);
      const hardened = attempt(HARDENED);
      expect(hardened.result).to.equal('Written');
      expect(read(hardened.kv, OTHER)).to.equal(valueFor(40 + short).join());
    });
  }
});

describe('libraries/tickv/mode: what a cut left', () => {
  for (const [name, mode] of MODES) {
    it(`a header of which the first byte alone was written hides the next object from literal alone: ${name} (TK-14)`, () => {
      const flash = flashFor(mode);
      said(opened(flash, mode).appendKey(hashIn(1, 1), Uint8Array.of(1)));
      regionOf(flash, 1)[16] = 1;
      const kv = opened(flash, mode);
      expect(said(kv.appendKey(OTHER, Uint8Array.of(6)))).to.equal('Written');
      expect(read(kv, OTHER)).to.equal(name === 'literal' ? 'KeyNotFound' : '6');
      expect(read(kv, hashIn(1, 1))).to.equal('1');
    });

    it(`an object without its checksum is there for literal alone: ${name} (TK-14)`, () => {
      const flash = flashFor(mode);
      said(opened(flash, mode).appendKey(hashIn(1, 1), Uint8Array.of(1, 2, 3, 4)));
      regionOf(flash, 1).fill(0xff, 15, 19);
      expect(read(opened(flash, mode), hashIn(1, 1))).to.equal(
        name === 'literal' ? 'InvalidCheckSum' : 'KeyNotFound',
      );
    });

    for (const call of [0, 1]) {
      it(`an update cut between its writes loses the key with literal alone: ${name}, after ${call} (TK-15)`, () => {
        const flash = flashFor(mode);
        const kv = opened(flash, mode);
        said(kv.put(hashIn(1, 1), Uint8Array.of(1)));
        flash.arm(call);
        expect(said(kv.put(hashIn(1, 1), Uint8Array.of(2)))).to.equal('WriteFail');
        flash.disarm();
        const shown = read(opened(flash, mode), hashIn(1, 1));
        const kept = call === 0 ? '1' : '2';
        expect(shown).to.equal(name === 'literal' && call === 1 ? 'KeyNotFound' : kept);
      });
    }
  }
});

describe('libraries/tickv/mode: flash without the super key', () => {
  const STRANGE = { high: 1, low: 2 };

  it('literal: another hash function, and all is erased (TK-16)', () => {
    const flash = flashFor(LITERAL);
    const kv = opened(flash, LITERAL);
    said(kv.appendKey(hashIn(1, 1), Uint8Array.of(1)));
    expect(said(kv.initialise(STRANGE))).to.equal('Written');
    expect([...flash.pageErases]).to.deep.equal([2, 2, 2, 2]);
    expect(read(kv, hashIn(1, 1))).to.equal('KeyNotFound');
  });

  it('hardened: another hash function is refused, and nothing is written (TK-16)', () => {
    const flash = flashFor(HARDENED);
    const kv = opened(flash, HARDENED);
    said(kv.appendKey(hashIn(1, 1), Uint8Array.of(1)));
    const before = flash.image.slice();
    expect(said(kv.initialise(STRANGE))).to.equal('CorruptData');
    expect(flash.image).to.deep.equal(before);
    expect(said(kv.initialise(SUPER))).to.equal('Complete');
    expect(read(kv, hashIn(1, 1))).to.equal('1');
  });
});

describe('libraries/tickv/mode: programs of a word', () => {
  it('packed objects share words: append, append, invalidate are three programs; aligned ones take two', () => {
    for (const [, mode] of MODES) {
      const flash = flashFor(mode);
      const kv = opened(flash, mode);
      for (let id = 0; id < 5; id++) said(kv.appendKey(hashIn(1, id), new Uint8Array(id)));
      for (let id = 0; id < 5; id++) said(kv.invalidateKey(hashIn(1, id)));
      expect(Math.max(...flash.wordWrites)).to.equal(programsPerWord(mode));
      expect(flash.violation).to.equal(undefined);
    }
  });
});
