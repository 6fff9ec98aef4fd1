// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52840 DK as a whole: power cycles, determinism, upstream's flaws.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { boot, NRF52840DK } from '#boards/nrf52840dk/main';
import type { AppMain } from '#boards/board';
import { main as ticker } from '#apps/ticker';
import { Trace, type TraceRecord } from '#kernel/trace';
import { bench } from '../../support/run-app.ts';

const writer: AppMain = function* ({ persistentStore: store }) {
  return (yield* store.insert(1, Uint8Array.of(1, 2, 3))).ok ? 0 : 1;
};
const reader: AppMain = function* ({ persistentStore: store }) {
  const found = yield* store.find(1);
  return found.ok && found.value.length === 3 ? 0 : 1;
};

describe('Board nrf52840dk', () => {
  it('keeps what the store holds over a power cycle, and begins with time 0 at its epoch', () => {
    const first = boot();
    first.load({ name: 'writer', main: writer });
    first.run();
    const second = boot({ flash: first.flash, epochMilliseconds: 60_000 });
    expect([second.clock.now, second.clock.epochMilliseconds]).to.deep.equal([0, 60_000]);
    const process = second.load({ name: 'reader', main: reader });
    second.run();
    expect(process.completionCode).to.equal(0);
  });

  it('gives the same trace, byte for byte, when it runs again', () => {
    const run = (): string => {
      const records: TraceRecord[] = [];
      const trace = new Trace();
      trace.on('record', (record) => records.push(record));
      const { board } = bench({ trace });
      board.load({ name: 'writer', main: writer });
      board.load({ name: 'ticker', main: ticker, args: { periods: 30 } });
      board.run();
      return JSON.stringify(records);
    };
    expect(run()).to.equal(run());
  });

  it('has the store where OpenSK has it, with the pages that were asked for', () => {
    expect(boot().store).to.deep.equal({ offset: 0xc_0000, size: 20 * 4096, pageSize: 4096 });
    expect(boot({ storePages: 4 }).store.size).to.equal(4 * 4096);
    expect(NRF52840DK.storePages).to.deep.equal({ least: 3, most: 64 });
  });

  it("runs the same with upstream's flaws, as one driver cannot show them", () => {
    const board = boot({ faithful: Object.keys(NRF52840DK.flaws) });
    const process = board.load({ name: 'writer', main: writer });
    board.run();
    expect(process.completionCode).to.equal(0);
  });
});
