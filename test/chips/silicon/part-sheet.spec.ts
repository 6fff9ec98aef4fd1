// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Figures of parts: times by closed forms, and a source for each. NON-TOCK: tests. */
import { expect } from 'chai';
import { EARLGREY_SHEET } from '#chips/lowrisc/parts';
import { KINETIS_SHEETS } from '#chips/kinetis/parts';
import { NAND_SHEETS } from '#chips/nand/parts';
import { NRF_SHEETS } from '#chips/nrf52/parts';
import { PARALLEL_NOR_SHEETS } from '#chips/parallel-nor/parts';
import { SERIAL_NOR_SHEETS } from '#chips/serial-nor/parts';
import type { Figure } from '#chips/silicon/part';
import { leastProgramOf, programClock, type PartSheet } from '#chips/silicon/part-sheet';
import { STM32F405_SECTORS, STM32F4_SHEETS } from '#chips/stm32f4/parts';
import { ms, us } from '#kernel/time';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { expectSection } from '../../tidy/tree.ts';
import { driver, Outcomes, power } from '../lowrisc/support.ts';

/** Those without a controller. */
const BESIDE: Readonly<Record<string, PartSheet>> = {
  ...SERIAL_NOR_SHEETS,
  ...PARALLEL_NOR_SHEETS,
  ...NAND_SHEETS,
  ...KINETIS_SHEETS,
  ...STM32F4_SHEETS,
};

const SHEETS: Readonly<Record<string, PartSheet>> = {
  ...NRF_SHEETS,
  ...BESIDE,
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

  it('the parts of motes have the figures of their data sheets: erase units, programs, cycles', () => {
    const { m25p80, at45db041 } = SERIAL_NOR_SHEETS;
    const { k9k1g08r0b } = NAND_SHEETS;
    const shape = ({ pageSize, pages }: PartSheet): number => pageSize.value * pages.value;
    expect([shape(m25p80), shape(at45db041), shape(k9k1g08r0b)]).to.deep.equal([
      ...[2 ** 20, 2 ** 19, 2 ** 27],
    ]);
    const whole = ({ program }: PartSheet, bytes: number): number =>
      programClock(program)(0, bytes);
    expect([whole(m25p80, 1), whole(m25p80, 512)]).to.deep.equal([us(640), us(1280)]);
    expect([whole(at45db041, 16), whole(at45db041, 256)]).to.deep.equal([ms(7), ms(7)]);
    expect([whole(k9k1g08r0b, 16), whole(k9k1g08r0b, 2048)]).to.deep.equal([us(200), us(800)]);
    const cycles = [m25p80, at45db041, k9k1g08r0b].map(({ erasesPerPage }) => erasesPerPage.value);
    expect(cycles).to.deep.equal([100_000, 10_000, 100_000]);
  });

  it('a page of the AT45DB041 and of NAND is programmed once, a phrase of the K64F, too; nothing of it is smaller', () => {
    const once = Object.entries(SHEETS).filter(([, { program }]) => program.programsPerUnit);
    const figures = once.map(([name, sheet]) => [
      ...[name, sheet.program.unit.value, sheet.program.programsPerUnit?.value],
      leastProgramOf(sheet),
    ]);
    expect(figures).to.deep.equal([
      ['at45db041', 256, 1, 4],
      ['k9k1g08r0b', 512, 1, 4],
      ['k64f', 8, 1, 8],
    ]);
  });

  it('the sectors of the STM32F405 are a flash of 1 MiB with pages of unlike size', () => {
    const flash = new BufferStorage({
      ...{
        wordSize: 4,
        pageSize: 2 ** 17,
        numPages: 12,
        maxWordWrites: 255,
        maxPageErases: 10_000,
      },
      pageSizes: STM32F405_SECTORS,
    });
    expect(flash.image.length).to.equal(2 ** 20);
    const sheet = STM32F4_SHEETS.stm32f405;
    expect(STM32F405_SECTORS.slice(5)).to.deep.equal(
      Array.from({ length: sheet.pages.value }, () => sheet.pageSize.value),
    );
  });

  it('are those that chips/README.md prints, with their marks', () => {
    const cell = ({ value, mark }: Figure<number>, text = String(value)): string =>
      `${text} ${mark}`;
    const time = (figure: Figure<number>): string => cell(figure, `${figure.value / 1e6} ms`);
    const rows = Object.entries(BESIDE).map(([name, sheet]) => {
      const { program, pageSize, pages, erasePage, erasesPerPage, programsPerWord } = sheet;
      const of = program.programsPerUnit;
      const limits = of === undefined ? cell(programsPerWord) : `${cell(of)}, of a unit`;
      const row = [`\`${name}\``, sheet.name, cell(pages), cell(pageSize), cell(program.unit)];
      return `| ${[...row, time(program.each), time(erasePage), limits, cell(erasesPerPage)].join(' | ')} |`;
    });
    expectSection('chips/README.md', 'parts', [
      '| name | part | erase units | bytes each | program unit | a unit takes | an erasure | programs | cycles |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ]);
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
