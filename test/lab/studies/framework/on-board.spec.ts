// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What an operation costs end to end, against what its parts cost.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import { onBoard, type Call, type Setup } from '#lab/studies/framework/on-board';

/** More than three pages take: pages are erased. */
const CALLS: readonly Call[] = [
  ...Array.from({ length: 12 }, (): Call => ({ op: 'insert', key: 1, size: 1000 })),
  { op: 'remove', key: 1 },
  { op: 'find', key: 1 },
];
const OK = CALLS.slice(1).map(() => 0);
const NOT_THERE = 10;

describe('onBoard', () => {
  it('nRF52840: a call takes its system calls, its reads, 41 us a word and 85 ms a page', () => {
    const { costs } = onBoard({ board: 'nrf52840dk', storePages: 3, calls: CALLS });
    const { syscall, storeRead } = NRF52840_COSTS;
    expect(costs.map(({ status }) => status)).to.deep.equal([...OK, NOT_THERE]);
    expect(costs.reduce((sum, { erases }) => sum + erases, 0)).to.be.above(0);
    for (const cost of costs) {
      expect([cost.programming, cost.erasing]).to.deep.equal([cost.words * 41, cost.erases * 85e3]);
      const software = (cost.syscalls * syscall + cost.readCalls * storeRead) / 1e3;
      expect(cost.time).to.be.closeTo(software + cost.programming + cost.erasing, 1e-6);
    }
  });

  it('Earl Grey: the same, but for what the CPU does while the flash works', () => {
    const { costs } = onBoard({ board: 'earlgrey', storePages: 3, calls: CALLS });
    const { syscall, storeRead } = EARLGREY_COSTS;
    for (const cost of costs) {
      const software = (cost.syscalls * syscall + cost.readCalls * storeRead) / 1e3;
      const sum = software + cost.programming + cost.erasing;
      const overlap = Math.round((sum - cost.time) * 1e3);
      expect(overlap).to.be.within(0, syscall);
      expect(cost.erasing * 1e3 - cost.erases * 72e6).to.be.within(0, syscall);
    }
  });

  it('keeps the trace of the last call, when it is asked for, and nothing changes by that', () => {
    const setup: Setup = { board: 'nrf52840dk', storePages: 3, calls: CALLS.slice(0, -1) };
    const [plain, traced] = [onBoard(setup), onBoard({ ...setup, isTraced: true })];
    expect(plain.records).to.deep.equal([]);
    const started = traced.records.filter(({ event }) => event === 'storeStarted');
    expect(started.map(({ fields }) => fields['operation'])).to.deep.equal(['remove']);
    expect({ ...traced, records: [] }).to.deep.equal(plain);
  });
});
