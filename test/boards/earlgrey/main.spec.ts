// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The Earl Grey board as a whole: power cycles, determinism, flash that works beside processes, protection.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { boot, EARLGREY } from '#boards/earlgrey/main';
import type { AppMain, StoreHil } from '#boards/board';
import { main as ticker } from '#apps/ticker';
import { ms, us } from '#kernel/time';
import { Trace, type TraceRecord } from '#kernel/trace';

const writer: AppMain = function* ({ persistentStore: store }) {
  return (yield* store.insert(1, Uint8Array.of(1, 2, 3))).ok ? 0 : 1;
};
const reader: AppMain = function* ({ persistentStore: store }) {
  const found = yield* store.find(1);
  return found.ok && found.value.length === 3 ? 0 : 1;
};

function tracedRun(): { records: TraceRecord[] } {
  const records: TraceRecord[] = [];
  const trace = new Trace();
  trace.on('record', (record) => records.push(record));
  const board = boot({ trace });
  board.load({ name: 'writer', main: writer });
  board.load({ name: 'ticker', main: ticker, args: { periods: 30 } });
  board.run();
  return { records };
}

describe('Board earlgrey', () => {
  it('keeps what the store holds over a power cycle', () => {
    const first = boot();
    first.load({ name: 'writer', main: writer });
    first.run();
    const second = boot({ flash: first.flash, epochMilliseconds: 60_000 });
    const process = second.load({ name: 'reader', main: reader });
    second.run();
    expect(process.completionCode).to.equal(0);
  });

  it('gives the same trace, byte for byte, when it runs again', () => {
    expect(tracedRun()).to.deep.equal(tracedRun());
  });

  it('has its stores in bank 1: 40 pages of 2 KiB for the persistent store', () => {
    const { store } = boot();
    expect(store).to.deep.equal({ offset: 256 * 2048, size: 40 * 2048, pageSize: 2048 });
    expect(EARLGREY.storePages).to.deep.equal({ least: 3, most: 40 });
  });

  it('lets processes run while its flash works: a page erasure of 72 ms delays nobody by as much', () => {
    const board = boot();
    const lateness: number[] = [];
    board.load({
      name: 'eraser',
      *main({ flash }) {
        return (yield* flash.erasePage(0)).ok ? 0 : 1;
      },
    });
    board.load({ name: 'ticker', main: ticker, args: { periods: 100, lateness } });
    board.run();
    expect(Math.max(...lateness)).to.be.below(2);
    expect(board.clock.now).to.be.at.least(ms(72));
  });

  for (const hil of ['byte', 'page', 'blocking'] as const satisfies StoreHil[]) {
    it(`serves two stores and a flash driver at once, ${hil} HIL`, () => {
      const board = boot({ hil });
      const store = board.load({
        name: 'store',
        *main({ persistentStore }) {
          for (let key = 0; key < 20; key++) {
            if (!(yield* persistentStore.insert(key, Uint8Array.of(key))).ok) return 1;
          }
          return 0;
        },
      });
      const kv = board.load({
        name: 'kv',
        *main(tock) {
          for (let key = 0; key < 20; key++) {
            if (!(yield* tock.kv.set(`${key}`, 'value')).ok) return 1;
          }
          return 0;
        },
      });
      const flash = board.load({
        name: 'flash',
        *main(tock) {
          for (let page = 0; page < 4; page++) {
            if (!(yield* tock.flash.erasePage(page)).ok) return 1;
          }
          return 0;
        },
      });
      board.run();
      expect([store, kv, flash].map(({ completionCode }) => completionCode)).to.deep.equal([
        0, 0, 0,
      ]);
    });
  }

  it('costs a system call what its cycles take at 100 MHz: 54.4 us', () => {
    expect(boot().kernel.costs.syscall).to.equal((us(85) * 64) / 100);
  });

  it('an erasure never ends with the flaw of the FIFO interrupts, and nobody else is harmed', () => {
    const board = boot({ faithful: ['flash-ctrl-prog-empty-always'] });
    const eraser = board.load({
      name: 'eraser',
      *main({ flash }) {
        return (yield* flash.erasePage(0)).ok ? 0 : 1;
      },
    });
    const other = board.load({ name: 'ticker', main: ticker, args: { periods: 200 } });
    expect(board.run()).to.equal('asleep');
    expect([eraser.completionCode, other.completionCode]).to.deep.equal([undefined, 0]);
  });
});
