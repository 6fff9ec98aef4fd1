// SPDX-License-Identifier: Apache-2.0 OR MIT
/** One operation on a board: where its time goes, against the figures of the chips. NON-TOCK. */
import { expect } from 'chai';
import { NRF52840_COSTS } from '#kernel/costs';
import {
  onBoard,
  type BoardName,
  type Call,
  type Cost,
  type Setup,
} from '#lab/studies/framework/on-board';

const US = { nrf52840dk: { word: 41, erasure: 85_000 }, earlgrey: { word: 48, erasure: 72_000 } };
/** More than three pages take: pages are erased. */
const CALLS: readonly Call[] = [
  ...Array.from({ length: 12 }, (): Call => ({ op: 'insert', key: 1, size: 1000 })),
  { op: 'remove', key: 1 },
];

function last(board: BoardName, hil: 'byte' | 'blocking' | 'page'): Cost | undefined {
  const calls = [
    { op: 'insert', key: 1, size: 4 },
    { op: 'insert', key: 1, size: 4 },
  ] as const;
  return onBoard({ board, hil, storePages: 4, calls }).costs.at(-1);
}

describe('on-board', () => {
  // A replaced entry: header and value, then the old one is marked and wiped. On Earl Grey a store of 4 bytes takes a whole
  // flash word alone, and the first ends while the app is still making the system call by which it waits.
  for (const hil of ['byte', 'blocking'] as const) {
    for (const board of ['nrf52840dk', 'earlgrey'] as const) {
      it(`counts the time of the cells and not that of the driver: ${board}, ${hil}`, () => {
        const cost = last(board, hil);
        expect([cost?.words, cost?.programming, cost?.erasing]).to.deep.equal([
          4,
          4 * US[board].word,
          0,
        ]);
      });
    }
  }

  it('counts each erasure and each word that the translator needs', () => {
    const nrf = last('nrf52840dk', 'page');
    expect([nrf?.erases, nrf?.erasing]).to.deep.equal([4, 4 * US.nrf52840dk.erasure]);
    expect(nrf?.programming).to.equal(4 * 1024 * US.nrf52840dk.word);
    const earlgrey = last('earlgrey', 'page');
    expect([earlgrey?.erases, earlgrey?.erasing]).to.deep.equal([4, 4 * US.earlgrey.erasure]);
    // 64 bytes at a time: 8 flash words of 24 us.
    expect(earlgrey?.programming).to.equal(4 * 256 * 24);
  });

  it('nRF52840: a call takes its system calls, its reads, and the time of the flash', () => {
    const { costs } = onBoard({ board: 'nrf52840dk', storePages: 3, calls: CALLS });
    const { syscall, storeRead } = NRF52840_COSTS;
    expect(costs.reduce((sum, { erases }) => sum + erases, 0)).to.be.above(0);
    for (const cost of costs) {
      const software = (cost.syscalls * syscall + cost.readCalls * storeRead) / 1e3;
      expect(cost.time).to.be.closeTo(software + cost.programming + cost.erasing, 1e-6);
    }
  });

  it('keeps the trace of the last call, when it is asked for, and nothing changes by that', () => {
    const setup: Setup = { board: 'nrf52840dk', storePages: 3, calls: CALLS };
    const [plain, traced] = [onBoard(setup), onBoard({ ...setup, isTraced: true })];
    expect(plain.records).to.deep.equal([]);
    const started = traced.records.filter(({ event }) => event === 'storeStarted');
    expect(started.map(({ fields }) => fields['operation'])).to.deep.equal(['remove']);
    expect({ ...traced, records: [] }).to.deep.equal(plain);
  });
});
