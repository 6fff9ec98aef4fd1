// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Figures of parts: times by closed forms, and a source for each. NON-TOCK: tests. */
import { expect } from 'chai';
import { EARLGREY_SHEET } from '#chips/lowrisc/parts';
import { NRF_SHEETS } from '#chips/nrf52/parts';
import { SERIAL_NOR_SHEETS } from '#chips/serial-nor/parts';
import type { Figure } from '#chips/silicon/part';
import { programClock, type PartSheet } from '#chips/silicon/part-sheet';
import { ms, us } from '#kernel/time';
import { driver, Outcomes, power } from '../lowrisc/support.ts';

const SHEETS: Readonly<Record<string, PartSheet>> = {
  ...NRF_SHEETS,
  ...SERIAL_NOR_SHEETS,
  earlgrey: EARLGREY_SHEET,
};

function figures({ program, ...sheet }: PartSheet): Figure<number>[] {
  const { name: _, ...limits } = sheet;
  return [...Object.values(limits), ...Object.values({ ...program })];
}

describe('programClock', () => {
  it('charges a word at a time where words are programmed: 1024 x 41 us for a page of the nRF52840', () => {
    const time = programClock(NRF_SHEETS.nrf52840.program);
    expect(time(0, 4)).to.equal(us(41));
    expect(time(8, 4096)).to.equal(1024 * us(41));
    expect(time(4, 0)).to.equal(0);
  });

  it('charges Earl Grey as its controller takes: one flash word 48 us, each of more 24 us, window by window', () => {
    const time = programClock(EARLGREY_SHEET.program);
    for (const [address, bytes] of [
      [0, 4],
      [4, 4],
      [0, 8],
      [4, 8],
      [4, 60],
      [60, 8],
      [32, 1024],
      [0, 2048],
    ] as const) {
      const board = power();
      const flash = driver(board);
      flash.setClient(new Outcomes());
      const before = board.clock.now;
      expect(flash.writeBytes(address, new Uint8Array(bytes), bytes).ok).to.equal(true);
      board.settle();
      expect(time(address, bytes), `${bytes} at ${address}`).to.equal(board.clock.now - before);
    }
  });

  it('charges a serial part by bytes, never less than its first byte, page by page', () => {
    const time = programClock(SERIAL_NOR_SHEETS.mx25r6435f.program);
    expect(time(0, 256)).to.equal(us(896));
    expect(time(0, 4)).to.equal(us(32));
    expect(time(254, 4)).to.equal(2 * us(32));
    expect(time(0, 512)).to.equal(2 * us(896));
    const whole = programClock(SERIAL_NOR_SHEETS.kh25l8005.program);
    expect(whole(0, 4)).to.equal(us(1400));
    expect(whole(252, 8)).to.equal(us(2800));
  });
});

describe('Part sheets', () => {
  it('each figure has a source; "unverified" stands by those from memory, "assumed" by assumptions', () => {
    for (const [name, sheet] of Object.entries(SHEETS)) {
      for (const { mark, source } of figures(sheet)) {
        expect(source, name).to.not.equal('');
        expect(source.startsWith('unverified'), `${name}: ${source}`).to.equal(mark === 'M');
        expect(source.startsWith('assumed'), `${name}: ${source}`).to.equal(mark === 'A');
      }
    }
  });

  it('the family of the nRF52 differs in size and time only', () => {
    const rows = Object.values(NRF_SHEETS).map((sheet: PartSheet) => [
      sheet.name,
      sheet.pages.value,
      sheet.program.each.value,
      sheet.erasePage.value,
    ]);
    expect(rows).to.deep.equal([
      ['nRF52840', 256, us(41), ms(85)],
      ['nRF52833', 128, us(42), ms(87.5)],
      ['nRF52820', 64, us(42), ms(87.5)],
      ['nRF52811', 48, us(41), ms(85)],
      ['nRF52810', 48, us(41), ms(85)],
      ['nRF52805', 48, us(41), ms(85)],
      ['nRF5340', 256, us(43), ms(87.5)],
    ]);
    for (const { pageSize, programsPerWord, erasesPerPage } of Object.values(NRF_SHEETS)) {
      expect([pageSize.value, programsPerWord.value, erasesPerPage.value]).to.deep.equal([
        4096, 2, 10_000,
      ]);
    }
  });
});
