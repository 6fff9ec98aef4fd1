// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Serial NOR parts beside a microcontroller: programs within pages of 256 bytes; sectors of 4 KiB, of 64 KiB, or of one page.
 *
 * NON-TOCK: data. The time on the serial bus is not in it. Marks as in `silicon/part.ts`.
 */
import { ms, ns, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const SFDP = "the part's SFDP table, as in Zephyr's nrf52840dk device tree";
const M25P80 = 'M25P80 data sheet (Micron, rev. I)';
const DATAFLASH = 'AT45DB041 data sheet (Atmel, 0669D)';
const TINYOS = 'TEP 103';
const KH25L8005 = 'KH25L8005 data sheet';

/** NOR cells take any number of programs that only clear bits: no data sheet here limits them. */
const ANY_PROGRAMS = {
  value: 255,
  mark: 'A',
  source: 'assumed: the data sheet gives no limit, 255 is the most that is counted',
} as const;

/** All of them, by the names that commands take. */
export const SERIAL_NOR_SHEETS = {
  mx25r6435f: {
    name: 'MX25R6435F',
    pageSize: { value: 4096, mark: 'P', source: `${SFDP}: smallest erase` },
    pages: { value: 2048, mark: 'P', source: `${SFDP}: 8 MiB` },
    programsPerWord: ANY_PROGRAMS,
    erasesPerPage: { value: 100_000, mark: 'M', source: 'unverified' },
    program: {
      unit: { value: 1, mark: 'P', source: SFDP },
      each: { value: ns(3500), mark: 'D', source: `${SFDP}: 256 bytes in 896 us, typical` },
      least: { value: us(32), mark: 'P', source: `${SFDP}: first byte, typical` },
      window: { value: 256, mark: 'P', source: SFDP },
    },
    erasePage: {
      value: ms(48),
      mark: 'P',
      source: `${SFDP}: 4 KiB, typical; the most is 8 times it`,
    },
  },
  kh25l8005: {
    name: 'KH25L8005',
    pageSize: { value: 4096, mark: 'P', source: KH25L8005 },
    pages: { value: 256, mark: 'P', source: `${KH25L8005}: 1 MiB` },
    programsPerWord: ANY_PROGRAMS,
    erasesPerPage: { value: 100_000, mark: 'P', source: KH25L8005 },
    program: {
      unit: {
        value: 256,
        mark: 'A',
        source: 'assumed: a program of any length takes its page time',
      },
      each: { value: us(1400), mark: 'P', source: `${KH25L8005}: page program, typical` },
      window: { value: 256, mark: 'P', source: KH25L8005 },
    },
    erasePage: { value: ms(60), mark: 'P', source: `${KH25L8005}: sector, typical` },
  },
  /** On the Telos and other motes. */
  m25p80: {
    name: 'M25P80',
    pageSize: { value: 65_536, mark: 'P', source: `${M25P80}: sector of 512 Kbit` },
    pages: { value: 16, mark: 'P', source: `${M25P80}: 8 Mbit` },
    programsPerWord: ANY_PROGRAMS,
    erasesPerPage: {
      value: 100_000,
      mark: 'P',
      source: `${M25P80}: more than so many; ${TINYOS} has 10,000 to 100,000`,
    },
    program: {
      unit: {
        value: 256,
        mark: 'A',
        source: 'assumed: a program of any length takes its page time',
      },
      each: {
        value: us(640),
        mark: 'P',
        source: `${M25P80}: page program, typical; earlier parts were slower`,
      },
      window: { value: 256, mark: 'P', source: `${M25P80}: page program, up to 256 bytes` },
    },
    erasePage: { value: ms(600), mark: 'P', source: `${M25P80}: sector, typical` },
  },
  /** On the Mica motes; 8 of the 264 bytes of a page are left out, as TinyOS leaves them out for data. */
  at45db041: {
    name: 'AT45DB041',
    pageSize: {
      value: 256,
      mark: 'D',
      source: `${DATAFLASH}: 264 bytes, of which TinyOS gives 256 to a volume`,
    },
    pages: { value: 2048, mark: 'P', source: DATAFLASH },
    programsPerWord: {
      value: 1,
      mark: 'P',
      source:
        'AT45DB041B data sheet: successive page programs without an erase are not recommended',
    },
    erasesPerPage: { value: 10_000, mark: 'S', source: `${TINYOS}; later parts 100,000` },
    program: {
      unit: { value: 256, mark: 'P', source: `${DATAFLASH}: a page from its buffer` },
      each: { value: ms(7), mark: 'P', source: `${DATAFLASH}: page program, typical` },
      window: { value: 256, mark: 'P', source: `${DATAFLASH}: a page from its buffer` },
      programsPerUnit: {
        value: 1,
        mark: 'P',
        source:
          'AT45DB041B data sheet: successive page programs without an erase are not recommended',
      },
    },
    erasePage: {
      value: ms(3),
      mark: 'M',
      source: 'unverified: 10 ms to erase and program a page, typical, less the program',
    },
    rewriteSector: {
      value: 512,
      mark: 'P',
      source: 'AT45DB041A data sheet, p. 25: sectors 3 to 5; the others are smaller',
    },
    rewriteWithin: { value: 10_000, mark: 'P', source: 'AT45DB041A data sheet, p. 25' },
  },
} as const satisfies Record<string, PartSheet>;
