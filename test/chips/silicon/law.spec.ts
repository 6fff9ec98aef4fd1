// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A limit that is passed explains itself, and the reaction is a choice.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { KernelPanic } from '#kernel/assert';
import { make, ONES } from './support.ts';

describe('Law: limits', () => {
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
});

describe('Law: bits that would be set', () => {
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
