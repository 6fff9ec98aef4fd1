// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The app over TinyOS's settings: what it prints, on both boards, through each interface, start after start.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main } from '#apps/config-storage';
import { main as hello } from '#apps/hello';
import type { Board, StoreHil } from '#boards/board';
import * as earlgrey from '#boards/earlgrey/memory';
import { BOARDS } from '#boards/index';
import { boot } from '#boards/nrf52840dk/main';
import * as nrf52840dk from '#boards/nrf52840dk/memory';

const HILS: readonly StoreHil[] = ['byte', 'page', 'blocking'];

const LINES = [
  'retrieve of a missing key: FAIL',
  'remove of a missing key: FAIL',
  'insert: ok',
  'insert of another: ok',
  'insert of a third: ok',
  'update: ok',
  'retrieve: ok',
  'retrieve into 4 bytes: SIZE',
  'insert of 256 bytes: SIZE',
  'insert under 0xFFFFFFFF: INVAL',
  'count: ok',
  'key 0x53545254',
  'key 0xc0100001',
  'key 0xc0100002',
  'key 0xc0100003',
  'after the last: FAIL',
  'remove 0xc0100001: ok',
  'remove 0xc0100002: ok',
  'remove 0xc0100003: ok',
  '',
];

describe('The app config-storage', () => {
  for (const [name, kind] of Object.entries(BOARDS)) {
    for (const hil of HILS) {
      it(`counts its starts over power cycles, on ${name} through the ${hil} HIL`, () => {
        const flash = kind.freshFlash();
        for (const start of [1, 2, 3]) {
          const chunks: Uint8Array[] = [];
          const board = kind.boot({ hil, flash, onConsole: (sent) => chunks.push(sent.slice()) });
          const app = board.load({ name: 'app', main });
          board.run();
          expect(app.completionCode, app.faultReason).to.equal(0);
          const text = new TextDecoder().decode(Buffer.concat(chunks));
          const lines = [`start ${start} of this flash`, ...LINES];
          expect(text.split('\n')).to.deep.equal(lines);
        }
      });
    }
  }

  for (const [name, memory] of Object.entries({ nrf52840dk, earlgrey })) {
    it(`writes on the eight pages of the settings on ${name}, which serve nothing else`, () => {
      const map = memory.flashMap(memory.STORE_PAGES);
      const pagesOf = (key: keyof typeof map): number[] => {
        const { firstPage, pages } = map[key];
        return Array.from({ length: pages }, (_, index) => firstPage + index);
      };
      const used = (Object.keys(map) as (keyof typeof map)[]).flatMap(pagesOf);
      expect(new Set(used).size).to.equal(used.length);
      expect(pagesOf('configStorage')).to.have.length(8);
      const board = BOARDS[name]?.boot();
      board?.load({ name: 'app', main });
      board?.run();
      const written = used.filter((page) => board?.flash.isBlank(page) === false);
      // The persistent store marks its pages at the first start.
      const stores = pagesOf('persistentStore');
      const others = written.filter((page) => !stores.includes(page));
      expect(others).to.not.be.empty;
      expect(pagesOf('configStorage')).to.include.members(others);
    });
  }

  it('costs nothing on a board where nobody uses it; where somebody does, its reads are counted', () => {
    const run = (body: typeof main): Board => {
      const board = boot();
      board.load({ name: 'app', main: body });
      board.run();
      return board;
    };
    const [idle, used] = [run(hello), run(main)];
    const reads = used.statistics().readCalls - idle.statistics().readCalls;
    expect(reads).to.be.greaterThan(10);
    const pages = nrf52840dk.flashMap(nrf52840dk.STORE_PAGES).configStorage;
    expect(idle.flash.isBlank(pages.firstPage)).to.equal(true);
    expect(idle.flash.eraseCount(pages.firstPage)).to.equal(0);
  });

  it('ends with 1 when the storage has no room for the count', () => {
    const [kind] = Object.values(BOARDS);
    const flash = kind?.freshFlash();
    let code: number | undefined;
    for (const body of [fill, main]) {
      const board = kind?.boot({ ...(flash === undefined ? {} : { flash }) });
      const app = board?.load({ name: 'app', main: body });
      board?.run();
      code = app?.completionCode;
    }
    expect(code).to.equal(1);
  });
});

/** Fills the storage with settings, to the last word. */
const fill: typeof main = function* ({ configStorage: settings }) {
  let key = 0;
  for (const length of [255, 100, 10, 0]) {
    while ((yield* settings.insert(key, new Uint8Array(length))).ok) key++;
  }
  return 0;
};
