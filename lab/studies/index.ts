// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The studies, in the order in which they are run and printed. NON-TOCK: the simulator's own experiments. */
import { NRF52840_FIGURES } from './nrf52840-figures.ts';
import type { Study } from './framework/study.ts';

/** Every study. */
export const STUDIES: readonly Study[] = [NRF52840_FIGURES];
