// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Serial NOR parts beside a microcontroller: sectors of 4 KiB, programs within pages of 256 bytes.
 *
 * NON-TOCK: data. The time on the serial bus is not in it. Marks as in `silicon/part.ts`.
 */
import { ms, ns, us } from '#kernel/time';
import type { PartSheet } from '../silicon/part-sheet.ts';

const SFDP = "the part's SFDP table, as in Zephyr's nrf52840dk device tree";
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
} as const satisfies Record<string, PartSheet>;
