// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads of the flash controller in a row, against the same reads word by word.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FlashRegister } from '#chips/lowrisc/registers/flash-map';
import { KernelPanic } from '#kernel/assert';
import { make, outcome, program, start, type Bench } from './support.ts';

const ONES = 0xffff_ffff;
const ECC_ON = 0x96_9666;

/** What reads in a row run into: register writes. */
const SCENES: Readonly<Record<string, readonly [keyof typeof FlashRegister, number][]>> = {
  'plain words': [],
  'check bits': [['DEFAULT_REGION', ECC_ON]],
  'page 1 may not be read': [
    ['MP_REGION', 1 | (1 << 9)],
    ['MP_REGION_CFG', 0x999_9696],
  ],
};
/** First address, words, and how many of them are taken at once. */
const ROWS = [
  [0, 20, 20],
  [0, 16, 3],
  [0x74, 40, 30],
  [0x7f0, 24, 24],
  [0x7f4, 24, 10],
  [0x7fc, 600, 600],
] as const;

describe('Flash reads', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = make();
  });

  const at = (register: keyof typeof FlashRegister): number =>
    bench.registers.read(FlashRegister[register]);
  const put = (register: keyof typeof FlashRegister, value: number): void =>
    bench.registers.write(FlashRegister[register], value);
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
  const singles = (count: number): number[] => Array.from({ length: count }, () => at('RD_FIFO'));
  const row = (count: number): number[] => {
    const target = new Uint32Array(count);
    bench.registers.readFifo(target, count);
    return [...target];
  };

  for (const [scene, setUp] of Object.entries(SCENES)) {
    it(`in a row does what it does word by word: ${scene}`, () => {
      for (const [register, value] of setUp) put(register, value);
      for (const first of [0x78, 0x7f8, 0x808]) program(bench, first, numbers(2));
      // Twice in a flash word: its check bits do not fit.
      program(bench, 0x88, [5]);
      program(bench, 0x88, [0]);
      outcome(bench);
      for (const [address, words, taken] of ROWS) {
        const both = [false, true].map((inRow) => {
          start(bench, 'Read', address, words);
          const got = inRow ? row(taken) : singles(taken);
          const then = [at('CURR_FIFO_LVL'), at('OP_STATUS'), at('INTR_STATE')];
          put('INTR_STATE', ONES);
          return [...got, ...then, ...singles(words - taken), ...outcome(bench)];
        });
        expect(both[1], String([address, words, taken])).to.deep.equal(both[0]);
      }
    });
  }

  it('in a row of more words than there are is a bus fault', () => {
    start(bench, 'Read', 0, 20);
    expect(() => row(21)).to.throw(KernelPanic, 'RD_FIFO');
  });
});
