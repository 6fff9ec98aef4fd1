// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52's random number generator keeps its contract and its times.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { ChipOptions } from '#chips/nrf52/chip';
import { TRNG_FLAWS, type TrngFlaw } from '#chips/nrf52/rng';
import { describeRng } from '#conformance/rng';
import { Random } from '#kernel/random';
import { us } from '#kernel/time';
import { power } from './support.ts';

describeRng('Trng', () => {
  const { chip, clock, settle } = power({ seed: 5 });
  return {
    rng: chip.rng,
    settle,
    untilPending: () => {
      while (!chip.hasPendingInterrupts()) clock.advanceTo(clock.nextEvent);
    },
  };
});

describeRng('Trng with its flaws', () => {
  const { chip, clock, settle } = power({
    rngFlaws: new Set(Object.keys(TRNG_FLAWS) as TrngFlaw[]),
  });
  return {
    rng: chip.rng,
    settle,
    untilPending: () => {
      while (!chip.hasPendingInterrupts()) clock.advanceTo(clock.nextEvent);
    },
  };
});

/** Takes words one by one, and the time, in us, at which each came. */
function take(count: number, options: Partial<ChipOptions> = {}) {
  const powered = power(options);
  const { chip, clock } = powered;
  const words: number[] = [];
  const times: number[] = [];
  chip.rng.setClient({
    randomnessAvailable: (randomness) => {
      for (let next = randomness.next(); next.done !== true; next = randomness.next()) {
        words.push(next.value);
        times.push(clock.now / us(1));
      }
      return words.length % count === 0 ? 'Done' : 'More';
    },
  });
  chip.rng.get();
  powered.settle();
  return { ...powered, words, times };
}

describe('Trng', () => {
  it('takes 248 us for the first byte and 120 us for each other: a word after 608 us, then each 480', () => {
    expect(take(3).times).to.deep.equal([608, 1088, 1568]);
  });

  it('trng-fifth-byte: throws a fifth byte away before it hands a word over (trng.rs)', () => {
    const rngFlaws = new Set<TrngFlaw>(['trng-fifth-byte']);
    expect(take(3, { rngFlaws }).times).to.deep.equal([728, 1328, 1928]);
  });

  it('goes on making bytes when nobody waits: the next get waits for the rest of a byte only', () => {
    const { chip, clock, settle, times } = take(1);
    clock.advance(us(1000 - 608));
    chip.rng.get();
    settle();
    // Bytes come at 248 + 120 n: the next ones are those of 1088, 1208, 1328 and 1448.
    expect(times).to.deep.equal([608, 1448]);
  });

  it('loses the bytes that are overwritten while the CPU is busy, and takes four others', () => {
    const { chip, clock, settle } = power();
    let at = 0;
    chip.rng.setClient({
      randomnessAvailable: () => {
        at = clock.now;
        return 'Done';
      },
    });
    chip.rng.get();
    clock.advance(us(2000));
    settle();
    // The first is read at 2000, and the others at the next three of 248 + 120 n.
    expect(at).to.equal(us(248 + 17 * 120));
  });

  it('puts the first byte lowest, and each seed has its own bytes', () => {
    const [first = 0] = take(1, { seed: 1 }).words;
    const random = new Random(1);
    const bytes = Uint8Array.from({ length: 4 }, () => random.below(256));
    expect(first).to.equal(new DataView(bytes.buffer).getUint32(0, true));
    expect(take(1, { seed: 1 }).words).to.deep.equal([first]);
    expect(take(1, { seed: 2 }).words).to.not.deep.equal([first]);
    expect(take(1).words, 'no seed is seed 0').to.deep.equal(take(1, { seed: 0 }).words);
  });
});
