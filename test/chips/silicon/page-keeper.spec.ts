// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A kept state comes back whole, and unchanged pages are shared.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { KernelPanic } from '#kernel/assert';
import { make, ONES } from './support.ts';

/** What a random step does, beside keeping a state and going back to one. */
const STEPS: Readonly<Record<string, (flash: NorFlash, at: number, value: number) => void>> = {
  program: (flash, at, value) => flash.program(at, value),
  erase: (flash, at) => flash.erase(at % 4),
  tear: (flash, at, value) => flash.interruptProgram(at, 0, value),
  tearErase: (flash, at, value) => flash.interruptErase(at % 4, () => value),
  load: (flash, at, value) => flash.load(Uint8Array.of(value & 0xff), at),
};

describe('PageKeeper: states of a part', () => {
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
          STEPS[kind]?.(flash, at, value);
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
