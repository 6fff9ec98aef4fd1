// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Durations of the command line. NON-TOCK. */
import { expect } from 'chai';
import { parseTime } from '#cli/time';

describe('parseTime', () => {
  const TIMES: readonly (readonly [string, number])[] = [
    ['0ns', 0],
    ['250us', 250_000],
    ['250µs', 250_000],
    ['1.5ms', 1_500_000],
    ['2s', 2e9],
    ['3m', 180e9],
    ['1h', 3600e9],
    ['2d', 172_800e9],
  ];
  for (const [word, nanoseconds] of TIMES) {
    it(`${word} is ${nanoseconds} ns`, () => {
      expect(parseTime(word)).to.equal(nanoseconds);
    });
  }

  for (const word of [
    '',
    '5',
    's',
    '-1s',
    '1 s',
    '1w',
    '1e3s',
    '.5s',
    '1.s',
    'NaNs',
    'Infinitys',
  ]) {
    it(`'${word}' is none`, () => {
      expect(() => parseTime(word)).to.throw('A time is a number with');
    });
  }

  it('ends at a hundred years', () => {
    expect(() => parseTime('36526d')).to.throw('a hundred years');
    expect(() => parseTime(`${'9'.repeat(400)}s`)).to.throw('a hundred years');
  });
});
