// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What a sweep runs, and what it cannot. NON-TOCK. */
import { expect } from 'chai';
import { cellsOf, type Sweep } from '#lab/studies/workload/sweep';
import { PARTS } from '#lab/studies/workload/parts';
import { SPECIFICATION_COSTS } from '#lab/studies/framework/cost-model';
import { part } from './support.ts';

const COSTS = { device: 'mine', model: SPECIFICATION_COSTS };

const USUAL: Sweep = {
  parts: [part('nrf52840')],
  pages: [20],
  hils: ['byte'],
  store: 'persistent',
};

function cells(changes: Partial<Sweep>): string[] | string {
  const swept = cellsOf({ ...USUAL, ...changes });
  if (!swept.ok) return swept.error;
  return swept.value.map(({ part: { id }, pages, hil, level }) => `${id} ${pages} ${hil} ${level}`);
}

describe('cellsOf', () => {
  it('runs each part with each number of pages through each interface', () => {
    const parts = [part('nrf52840'), part('earlgrey')];
    expect(cells({ parts, pages: [4, 3], hils: ['byte', 'page'] })).to.deep.equal([
      'nrf52840 4 byte board',
      'nrf52840 4 page board',
      'nrf52840 3 byte board',
      'nrf52840 3 page board',
      'earlgrey 4 byte board',
      'earlgrey 4 page board',
      'earlgrey 3 byte board',
      'earlgrey 3 page board',
    ]);
  });

  it('runs a part without a board, and a store that boards lack, at the storage interface', () => {
    expect(cells({ parts: [part('nrf52833')] })).to.deep.equal(['nrf52833 20 byte storage']);
    expect(cells({ store: 'persistent-upstream' })).to.deep.equal(['nrf52840 20 byte storage']);
  });

  it('runs a cost model at the storage interface, also where there is a board', () => {
    expect(cells({ costs: COSTS })).to.deep.equal(['nrf52840 20 byte storage']);
  });

  it('runs the store on 20 pages of every bundled part that it can live on; each other is refused in one line', () => {
    const refused = Object.entries(PARTS).flatMap(([id, each]) => {
      const result = cells({ parts: [each], level: 'storage' });
      return typeof result === 'string' ? [[id, result]] : [];
    });
    const pagesOf = (size: number): string =>
      `the store takes pages of 4096 bytes at most, not ${size}`;
    expect(Object.fromEntries(refused)).to.deep.equal({
      m25p80: `M25P80: ${pagesOf(65_536)}`,
      at45db041:
        'AT45DB041 programs 256 bytes 1 time at most between erasures: stores that write words need a buffer over it',
      pxa27x: `28F256L18: ${pagesOf(131_072)}`,
      k9k1g08r0b: `K9K1G08R0B: ${pagesOf(16_384)}`,
      k64f: '--store persistent: on MK64FN1M0 it programs units of 4 bytes, and 8 is the least',
      stm32f405: `STM32F405: ${pagesOf(131_072)}`,
    });
    expect(Object.keys(PARTS)).to.have.length(10 + refused.length);
  });

  for (const [what, changes, expected] of [
    ['fewer than 3 pages', { pages: [20, 2] }, '--pages 2: the store takes 3 to 64 pages'],
    ['more than 64 pages', { pages: [65] }, '--pages 65: the store takes 3 to 64 pages'],
    [
      'more pages than the part has',
      { parts: [part('nrf52810')], pages: [49] },
      '--pages 49: nRF52810 has 48 pages',
    ],
    [
      'more pages than the board gives the store',
      { parts: [part('earlgrey')], pages: [41] },
      '--pages 41: the board of Earl Grey has room for 40 pages',
    ],
    [
      'a board that is not there',
      { parts: [part('nrf5340')], level: 'board' },
      '--level board: nRF5340 has no board; nrf52840 and earlgrey have one',
    ],
    [
      'a HIL where there is none',
      { hils: ['page'], level: 'storage' },
      '--hil page: at the storage interface, where nRF52840 is run, there is no HIL',
    ],
    [
      'a store that boards lack',
      { store: 'persistent-upstream', level: 'board' },
      '--level board: boards have the store persistent, not persistent-upstream',
    ],
    [
      'a cost model on a board',
      { costs: COSTS, level: 'board' },
      '--level board: a board has its own costs; --costs are those of the storage interface',
    ],
    [
      'more runs than anyone waits for',
      { pages: Array.from({ length: 1001 }, (_, index) => index) },
      '1001 runs are more than 1000',
    ],
  ] as const satisfies readonly (readonly [string, Partial<Sweep>, string])[]) {
    it(`refuses ${what}`, () => {
      expect(cells(changes)).to.equal(expected);
    });
  }
});
