// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The law of NOR flash holds, and what breaks it explains itself.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashPart, NorFlashOptions } from '#chips/silicon/part';
import { KernelPanic } from '#kernel/assert';

const ONES = 0xffff_ffff;
const PART: FlashPart = {
  name: 'a small part',
  pageSize: 64,
  pages: 4,
  programsPerWord: 2,
  erasesPerPage: 3,
};

function make(options: NorFlashOptions = {}, part: Partial<FlashPart> = {}): NorFlash {
  return new NorFlash({ ...PART, ...part }, options);
}

describe('NorFlash: the law', () => {
  it('comes blank, and reads as words and as bytes, little-endian', () => {
    const flash = make();
    expect(flash.read(0)).to.equal(ONES);
    flash.program(1, 0x8403_0201);
    expect(flash.read(1)).to.equal(0x8403_0201);
    expect([...flash.bytes(3, 6)]).to.deep.equal([255, 1, 2, 3, 0x84, 255]);
  });

  it('a program leaves old AND new, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff), { maxLength: 20 }), (values) => {
        const flash = make({ onViolation: 'count' });
        for (const value of values) flash.program(5, value);
        const expected = values.reduce((cell, value) => (cell & value) >>> 0, ONES);
        return flash.read(5) === expected && flash.read(4) === ONES && flash.read(6) === ONES;
      }),
      { seed: 3 },
    );
  });

  it('an erasure sets every bit of its page and of no other', () => {
    const flash = make();
    for (let word = 0; word < 64; word++) flash.program(word, word);
    flash.erase(1);
    for (let word = 0; word < 64; word++) {
      expect(flash.read(word)).to.equal(word >= 16 && word < 32 ? ONES : word);
    }
    expect(flash.isBlank(1)).to.equal(true);
    expect(flash.isBlank(0)).to.equal(false);
    expect(flash.isBlank(2)).to.equal(false);
  });

  it('a word takes its programs again after an erasure', () => {
    const flash = make();
    flash.program(0, 1);
    flash.program(0, 0);
    expect(flash.programCount(0)).to.equal(2);
    flash.erase(0);
    expect(flash.programCount(0)).to.equal(0);
    expect(flash.program(0, 7)).to.equal(true);
  });

  it('counts programs, changes and erasures', () => {
    const flash = make();
    flash.program(0, ONES);
    flash.program(0, 0);
    flash.erase(0);
    expect([flash.wordsProgrammed, flash.wordsChanged, flash.pagesErased]).to.deep.equal([2, 1, 1]);
    expect(flash.eraseCount(0)).to.equal(1);
  });

  it('refuses words and pages that are not there, and shapes that are none', () => {
    const flash = make();
    for (const bad of [-1, 64, 0.5, Number.NaN]) {
      expect(() => flash.program(bad, 0), String(bad)).to.throw(KernelPanic, 'outside');
      expect(() => flash.read(bad), String(bad)).to.throw(KernelPanic, 'outside');
    }
    for (const bad of [-1, 4, 0.5]) {
      expect(() => flash.erase(bad), String(bad)).to.throw(KernelPanic, 'outside');
      expect(() => flash.interruptErase(bad, () => 0), String(bad)).to.throw(KernelPanic);
    }
    expect(() => flash.bytes(250, 10)).to.throw(KernelPanic, 'outside');
    expect(() => make({}, { pageSize: 100 })).to.throw(KernelPanic, 'power of two');
    expect(() => make({}, { pages: 0 })).to.throw(KernelPanic, 'one page');
    expect(() => make({}, { programsPerWord: 256 })).to.throw(KernelPanic, '1-255');
  });
});

describe('NorFlash: limits', () => {
  it('traps a third program with who, when and which limit', () => {
    const flash = make();
    const clock = { now: 12.1e6, epochMilliseconds: 0 };
    flash.attach(clock);
    flash.writer = 'the boot loader';
    flash.program(18, 3);
    clock.now = 20e6;
    flash.writer = 'an app';
    flash.program(18, 1);
    expect(() => flash.program(18, 0)).to.throw(
      KernelPanic,
      'word 0x48 programmed a 3rd time since its page was erased (limit 2); first by the boot loader at 12.100 ms, last by an app at 20.000 ms',
    );
    expect(flash.read(18)).to.equal(1);
  });

  it('dates by the life of the part, over power cycles', () => {
    const flash = make({ onViolation: 'count' });
    flash.attach({ now: 0, epochMilliseconds: 0 });
    flash.program(0, 3);
    flash.attach({ now: 5e6, epochMilliseconds: 2000 });
    flash.program(0, 1);
    flash.program(0, 0);
    expect(flash.lastViolation?.sentence).to.contain(
      'at 0.000 ms, last by an unnamed writer at 2005.000 ms',
    );
  });

  it('counts a violation when told to, keeps the sentence of its moment, and does what was asked', () => {
    const flash = make({ onViolation: 'count' });
    for (const value of [7, 3, 1, 0]) flash.program(0, value);
    expect(flash.violations).to.equal(2);
    expect(flash.lastViolation?.kind).to.equal('programs');
    expect(flash.lastViolation?.sentence).to.contain('a 4th time');
    expect(flash.read(0)).to.equal(0);
  });

  it('says that history is off when it is', () => {
    const flash = make({ history: false });
    flash.program(0, 1);
    flash.program(0, 1);
    expect(() => flash.program(0, 1)).to.throw('(limit 2); history is off');
  });

  it('lets a cell misbehave by seed: bits stay that should go, and go that should stay', () => {
    const after = (seed: number): number[] => {
      const flash = make({ onViolation: 'misbehave', seed });
      return Array.from({ length: 32 }, (_, word) => {
        flash.program(word, 0xffff_0000);
        flash.program(word, 0xffff_0000);
        expect(flash.program(word, 0xff00_0000)).to.equal(false);
        return flash.read(word);
      });
    };
    const [one, same, other] = [after(1), after(1), after(2)];
    expect(one).to.deep.equal(same);
    expect(one).not.to.deep.equal(other);
    expect(one.some((word) => (word & 0x00ff_0000) !== 0)).to.equal(true);
    expect(one.some((word) => word >>> 24 !== 0xff)).to.equal(true);
    expect(one.every((word) => (word & 0xffff) === 0)).to.equal(true);
  });

  it('forgives programs that move no bit under the rule that counts changes only', () => {
    const flash = make({ countPrograms: 'changing' });
    for (let count = 0; count < 5; count++) flash.program(0, 0xffff_fff0);
    expect(flash.programCount(0)).to.equal(1);
    flash.program(0, 0xffff_ff00);
    flash.program(0, 0xffff_ff00);
    expect(() => flash.program(0, 0)).to.throw(KernelPanic, 'a 3rd time');
  });

  it('counts each program under the rule of the real part', () => {
    const flash = make();
    flash.program(0, ONES);
    flash.program(0, ONES);
    expect(() => flash.program(0, ONES)).to.throw(KernelPanic, 'a 3rd time');
  });

  it('wears a page out: the limit is the last lawful erasure', () => {
    const flash = make();
    for (let cycle = 0; cycle < 3; cycle++) expect(flash.erase(2)).to.equal(true);
    expect(() => flash.erase(2)).to.throw(KernelPanic, 'page 2 was erased 4 times (limit 3)');
    expect(flash.erase(1)).to.equal(true);
  });

  it('leaves stuck bits in a worn page that misbehaves', () => {
    const flash = make({ onViolation: 'misbehave' });
    for (let cycle = 0; cycle < 4; cycle++) flash.erase(0);
    const zeros = Array.from({ length: 16 }, (_, word) => ONES - flash.read(word));
    expect(zeros.filter((bits) => bits !== 0).length).to.be.greaterThan(5);
    expect(flash.isBlank(0)).to.equal(false);
  });

  it('limits the programs of a block where the part has that rule', () => {
    const flash = make({}, { blockRule: { bytes: 32, programs: 10 }, programsPerWord: 9 });
    for (let count = 0; count < 10; count++) flash.program(8 + (count % 8), 0);
    flash.program(0, 0);
    expect(() => flash.program(9, 0)).to.throw(
      KernelPanic,
      'the 32 bytes from word 0x20 on took 11 word programs since their page was erased (limit 10)',
    );
    flash.erase(0);
    expect(flash.program(9, 0)).to.equal(true);
  });
});

describe('NorFlash: bits that would be set', () => {
  it('are left alone by default: the HIL promises old AND new', () => {
    const flash = make();
    flash.program(0, 0);
    expect(flash.program(0, 1)).to.equal(true);
    expect([flash.read(0), flash.violations, flash.setBitRequests]).to.deep.equal([0, 0, 1]);
  });

  it('are a violation that counts or traps when asked for', () => {
    const counting = make({ onSetBits: 'count' });
    counting.program(0, 0xf0);
    expect(counting.program(0, 0x1f0)).to.equal(false);
    expect(counting.violations).to.equal(1);
    const trapping = make({ onSetBits: 'trap' });
    trapping.program(0, 0xf0);
    expect(() => trapping.program(0, 0x1f0)).to.throw(
      KernelPanic,
      'word 0x0 holds 0x000000f0: 0x000001f0 would set bits; first by an unnamed writer',
    );
  });
});

describe('NorFlash: interruptions', () => {
  it('a torn program clears a subset of the bits that it would have cleared', () => {
    const flash = make();
    flash.program(0, 0xffff_00ff);
    flash.interruptProgram(0, 0x0000_0000, 0x00f0_ff0f);
    expect(flash.read(0)).to.equal(0xff0f_00f0);
    expect(flash.programCount(0)).to.equal(1);
  });

  it('a torn program whose bits all moved is a program', () => {
    const flash = make();
    flash.interruptProgram(0, 0xffff_0000, 0x0000_ffff);
    expect([flash.read(0), flash.programCount(0)]).to.deep.equal([0xffff_0000, 1]);
  });

  it('a torn erasure sets a subset of the zeros of each word, and counts no cycle', () => {
    const flash = make();
    for (let word = 16; word < 32; word++) flash.program(word, 0);
    flash.interruptErase(1, (index) => (index < 8 ? 0xffff_ffff : index));
    for (let index = 0; index < 16; index++) {
      expect(flash.read(16 + index)).to.equal(index < 8 ? ONES : index);
    }
    expect(flash.eraseCount(1)).to.equal(0);
    expect(flash.programCount(16)).to.equal(1);
  });

  it('a torn erasure whose bits all moved is an erasure', () => {
    const flash = make();
    flash.program(16, 0);
    flash.interruptErase(1, () => ONES);
    expect([flash.eraseCount(1), flash.programCount(16)]).to.deep.equal([1, 0]);
    expect(flash.isBlank(1)).to.equal(true);
  });
});

describe('NorFlash: states', () => {
  it('goes back to a kept state: cells, programs, erasures', () => {
    const flash = make();
    flash.program(0, 3);
    flash.erase(1);
    const state = flash.snapshot();
    flash.program(0, 1);
    flash.erase(1);
    flash.erase(2);
    flash.program(63, 0);
    flash.restore(state);
    expect([flash.read(0), flash.read(63)]).to.deep.equal([3, ONES]);
    expect([flash.programCount(0), flash.programCount(63)]).to.deep.equal([1, 0]);
    expect([flash.eraseCount(1), flash.eraseCount(2)]).to.deep.equal([1, 0]);
  });

  it('keeps the state of every kind of operation, in any order of branches', () => {
    const step = fc.record({
      kind: fc.constantFrom('program', 'erase', 'tear', 'tearErase', 'keep', 'back', 'load'),
      at: fc.nat(63),
      value: fc.nat(0xffff_ffff),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const flash = make(
          { onViolation: 'count' },
          { blockRule: { bytes: 32, programs: 4 }, erasesPerPage: 9 },
        );
        const kept: { state: ReturnType<NorFlash['snapshot']>; image: string }[] = [];
        for (const { kind, at, value } of steps) {
          if (kind === 'program') flash.program(at, value);
          if (kind === 'erase') flash.erase(at % 4);
          if (kind === 'tear') flash.interruptProgram(at, 0, value);
          if (kind === 'tearErase') flash.interruptErase(at % 4, () => value);
          if (kind === 'load') flash.load(Uint8Array.of(value & 0xff), at);
          if (kind === 'keep') kept.push({ state: flash.snapshot(), image: describeState(flash) });
          const wanted = kept[kept.length === 0 ? 0 : at % kept.length];
          if (kind !== 'back' || wanted === undefined) continue;
          flash.restore(wanted.state);
          if (describeState(flash) !== wanted.image) return false;
        }
        return kept.every(({ state, image }) => {
          flash.restore(state);
          return describeState(flash) === image;
        });
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  function describeState(flash: NorFlash): string {
    const words = Array.from({ length: 64 }, (_, word) => [
      flash.read(word),
      flash.programCount(word),
    ]);
    return JSON.stringify([words, [0, 1, 2, 3].map((page) => flash.eraseCount(page))]);
  }

  it('keeps the programs of blocks with a state', () => {
    const flash = make({}, { blockRule: { bytes: 32, programs: 2 } });
    flash.program(0, 0);
    const state = flash.snapshot();
    flash.program(1, 0);
    flash.restore(state);
    expect(flash.program(1, 0)).to.equal(true);
    expect(() => flash.program(2, 0)).to.throw(KernelPanic, 'took 3 word programs');
  });

  it('shares the pages that did not change, and the whole when none did', () => {
    const flash = make();
    const first = flash.snapshot();
    expect(flash.snapshot()).to.equal(first);
    flash.program(0, 0);
    const second = flash.snapshot();
    expect(second.pages[0]).not.to.equal(first.pages[0]);
    expect(second.pages[1]).to.equal(first.pages[1]);
  });

  it('can be carried to another part of the same shape', () => {
    const [one, other] = [make(), make()];
    one.program(9, 9);
    other.restore(one.snapshot());
    expect(other.read(9)).to.equal(9);
    other.program(9, 8);
    expect(one.read(9)).to.equal(9);
    expect(() => make({}, { pages: 2 }).restore(one.snapshot())).to.throw(KernelPanic, 'snapshot');
  });

  it('forgets who wrote what a state brings back', () => {
    const flash = make();
    flash.program(0, 1);
    flash.program(0, 0);
    const state = flash.snapshot();
    flash.erase(0);
    flash.restore(state);
    expect(() => flash.program(0, 0)).to.throw('first before this state was loaded, last before');
  });

  it('loads and dumps images; what is not blank was programmed once', () => {
    const flash = make();
    const image = Uint8Array.from({ length: 256 }, (_, index) => (index < 8 ? 0xff : index));
    flash.load(image);
    expect(flash.dump()).to.deep.equal(image);
    expect([flash.programCount(0), flash.programCount(2)]).to.deep.equal([0, 1]);
    flash.load(Uint8Array.of(0, 0, 0, 0), 4);
    expect(flash.read(1)).to.equal(0);
    expect(() => flash.load(image, 4)).to.throw(KernelPanic, 'does not fit');
    expect(() => flash.load(image, -1)).to.throw(KernelPanic, 'does not fit');
  });

  it('hands out dumps that are copies', () => {
    const flash = make();
    flash.dump().fill(0);
    expect(flash.read(0)).to.equal(ONES);
  });
});
