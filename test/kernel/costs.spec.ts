// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CPU costs, and that they are charged.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FREE, NRF52840_COSTS } from '#kernel/costs';
import { us } from '#kernel/time';
import { DRIVER, Testbench } from '../support/testbench.ts';

describe('CpuCosts', () => {
  it('nRF52840: 85 us a system call, 11 us a store read (OpenSK store specification, 2020)', () => {
    expect(NRF52840_COSTS).to.deep.equal({ syscall: 85_000, storeRead: 11_000 });
  });

  for (const [name, costs, each] of [
    ['free', FREE, 0],
    ['nRF52840', NRF52840_COSTS, 85],
  ] as const) {
    it(`${name}: three commands and an exit take ${4 * each} us`, () => {
      const bench = new Testbench({ costs });
      bench.spawn(function* (process) {
        for (let call = 0; call < 3; call++) yield* process.command(DRIVER, 0);
      });
      bench.run();
      expect(bench.clock.now).to.equal(us(4 * each));
    });
  }

  it('time in kernel mode is time of the clock: hardware goes on meanwhile', () => {
    const bench = new Testbench({ costs: NRF52840_COSTS });
    const seen: number[] = [];
    bench.clock.schedule(us(100), () => seen.push(bench.clock.now));
    bench.kernel.spendCpuTime(us(250));
    bench.kernel.spendCpuTime(us(0));
    expect(seen).to.deep.equal([us(100)]);
    expect(bench.clock.now).to.equal(us(250));
  });
});
