// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash parts that a workload can run on, by the names that commands take.
 *
 * NON-TOCK: a registry for studies.
 */
import { EARLGREY } from '#boards/earlgrey/main';
import type { BoardKind } from '#boards/board';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { EARLGREY_SHEET } from '#chips/lowrisc/parts';
import { KINETIS_SHEETS } from '#chips/kinetis/parts';
import { NAND_SHEETS } from '#chips/nand/parts';
import { NRF_SHEETS } from '#chips/nrf52/parts';
import { PARALLEL_NOR_SHEETS } from '#chips/parallel-nor/parts';
import { SERIAL_NOR_SHEETS } from '#chips/serial-nor/parts';
import type { Mark } from '#chips/silicon/part';
import type { PartSheet } from '#chips/silicon/part-sheet';
import { STM32F4_SHEETS } from '#chips/stm32f4/parts';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import type { Nanoseconds } from '#kernel/time';

/** A part, and what is around it. */
export interface StudyPart {
  /** The name that chose it. */
  readonly id: string;
  readonly sheet: PartSheet;
  /** The board that has it; without one it runs at the storage interface only. */
  readonly board?: BoardKind;
  /** Software cost of one non-empty read call of a store. */
  readonly storeRead: Nanoseconds;
}

/** Every part that comes with the program. */
export const PARTS: Readonly<Record<string, StudyPart>> = Object.fromEntries(
  Object.entries({
    ...NRF_SHEETS,
    earlgrey: EARLGREY_SHEET,
    ...SERIAL_NOR_SHEETS,
    ...PARALLEL_NOR_SHEETS,
    ...NAND_SHEETS,
    ...KINETIS_SHEETS,
    ...STM32F4_SHEETS,
  }).map(([id, sheet]): [string, StudyPart] => [id, { ...around(id), id, sheet }]),
);

/** Board and software cost; the CPU of a part without a board is taken to be the nRF52840's. */
function around(id: string): Pick<StudyPart, 'board' | 'storeRead'> {
  if (id === 'earlgrey') return { board: EARLGREY, storeRead: EARLGREY_COSTS.storeRead };
  const { storeRead } = NRF52840_COSTS;
  return id === 'nrf52840' ? { board: NRF52840DK, storeRead } : { storeRead };
}

/** Figures that nobody could verify, or that are assumed: a sentence for each. */
export function doubts({ sheet }: StudyPart): string[] {
  const { name, program, erasePage, ...limits } = sheet;
  const figures = { ...limits, ...prefixed(program), erasePage };
  return Object.entries(figures).flatMap(([figure, { value, mark, source }]) =>
    isDoubtful(mark) ? [`${name}: ${figure} ${value} is ${source}`] : [],
  );
}

function isDoubtful(mark: Mark): boolean {
  return mark === 'M' || mark === 'A';
}

type Figures = Readonly<Record<string, PartSheet['pages']>>;

function prefixed(program: PartSheet['program']): Figures {
  return Object.fromEntries(
    Object.entries(program).map(([name, figure]) => [`program.${name}`, figure]),
  );
}
