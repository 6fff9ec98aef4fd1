// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * OpenTitan's random number generator keeps its contract.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CSRNG_LATENCY } from '#chips/lowrisc/csrng';
import { describeRng } from '#conformance/rng';
import { ns } from '#kernel/time';
import { power } from '../earlgrey/support.ts';

describeRng('CsRng', () => {
  const { chip, settle, untilPending } = power(5);
  return { rng: chip.csrng, settle, untilPending };
});

describe('CsRng', () => {
  it('gives 256 bits a command: eight words an interrupt (csrng.rs)', () => {
    const { chip, clock, settle } = power();
    const batches: number[] = [];
    chip.csrng.setClient({
      randomnessAvailable: (words) => {
        let count = 0;
        while (words.next().done !== true) count++;
        batches.push(count);
        return batches.length < 3 ? 'More' : 'Done';
      },
    });
    chip.csrng.get();
    settle();
    expect(batches).to.deep.equal([8, 8, 8]);
    expect(clock.now).to.equal(3 * CSRNG_LATENCY.value);
  });

  it('takes two gets before the callback for one, and the second delays nothing', () => {
    const { chip, clock, settle } = power();
    const times: number[] = [];
    chip.csrng.setClient({
      randomnessAvailable: () => {
        times.push(clock.now);
        return 'Done';
      },
    });
    chip.csrng.get();
    clock.advance(ns(CSRNG_LATENCY.value / 2));
    chip.csrng.get();
    settle();
    expect(times).to.deep.equal([CSRNG_LATENCY.value]);
  });

  it('says that its latency is assumed', () => {
    expect([CSRNG_LATENCY.mark, CSRNG_LATENCY.source]).to.deep.equal([
      'M',
      'unverified: assumed, no figure was found',
    ]);
  });

  it('gives other words to another seed', () => {
    const first = [1, 2].map((seed) => {
      const { chip, settle } = power(seed);
      let word = 0;
      chip.csrng.setClient({
        randomnessAvailable: (words) => {
          const next = words.next();
          if (next.done !== true) word = next.value;
          return 'Done';
        },
      });
      chip.csrng.get();
      settle();
      return word;
    });
    expect(first[0]).to.not.equal(first[1]);
  });
});
