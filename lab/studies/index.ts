// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The studies, in the order in which they are run and printed. NON-TOCK: the simulator's own experiments. */
import { CFSTORE_SRAM } from './cfstore-sram.ts';
import { EARLGREY } from './earlgrey.ts';
import { LATENCY_TAIL } from './latency-tail.ts';
import { LIFETIME } from './lifetime.ts';
import { NOODLE_OPEN_QUESTIONS } from './noodle-open-questions.ts';
import { NRF52840_FIGURES } from './nrf52840-figures.ts';
import { PAGE_OR_BYTE } from './page-or-byte.ts';
import { PATCH_STUDY } from './patch.ts';
import { REPROGRAMMING } from './reprogramming.ts';
import { RESET_TO_READY } from './reset-to-ready.ts';
import { STORES_BOOT } from './stores-boot.ts';
import { STORES_CUTS } from './stores-cuts.ts';
import { STORES_STUDY } from './stores.ts';
import { STALL_OR_INTERRUPT } from './stall-or-interrupt.ts';
import { SYSCALL_SHARE } from './syscall-share.ts';
import { TINYOS_PARTS } from './tinyos-parts.ts';
import { TRUE2F } from './true2f.ts';
import type { Study } from './framework/study.ts';

/** Every study. */
export const STUDIES: readonly Study[] = [
  NRF52840_FIGURES,
  PAGE_OR_BYTE,
  STALL_OR_INTERRUPT,
  REPROGRAMMING,
  SYSCALL_SHARE,
  RESET_TO_READY,
  LATENCY_TAIL,
  LIFETIME,
  TRUE2F,
  STORES_STUDY,
  STORES_BOOT,
  STORES_CUTS,
  EARLGREY,
  NOODLE_OPEN_QUESTIONS,
  TINYOS_PARTS,
  CFSTORE_SRAM,
  PATCH_STUDY,
];
