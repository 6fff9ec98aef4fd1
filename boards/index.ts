// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * All boards by name.
 *
 * NON-TOCK: a registry for the command line.
 */
import type { BoardKind } from './board.ts';
import { EARLGREY } from './earlgrey/main.ts';
import { NRF52840DK } from './nrf52840dk/main.ts';

/** A kind of board for each name. */
export const BOARDS: Readonly<Record<string, BoardKind>> = {
  nrf52840dk: NRF52840DK,
  earlgrey: EARLGREY,
};
