// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The security key of the demonstration: an authenticator on an nRF52840 DK.
 *
 * NON-TOCK: part of the demonstration.
 */
import { main as authenticator, type AuthenticatorState } from '#apps/authenticator';
import type { AppMain } from '#boards/board';
import { boot } from '#boards/nrf52840dk/main';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { Trace } from '#kernel/trace';
import { replayWorkload, type Replay } from '../run/power-cycles.ts';
import type { CheckedLine } from '../run/workload.ts';

/** What the key's app knows after a power cycle. */
export type Memory = Partial<AuthenticatorState>;

/** A life of the key, or a part of one. */
export interface Life {
  readonly lines: readonly CheckedLine[];
  readonly storePages: number;
  /** Cells from an earlier part; default: a fresh part. */
  readonly flash?: NorFlash;
  /** What the key remembers of an earlier part. */
  readonly state?: Memory;
  readonly trace?: Trace;
  readonly beside?: readonly {
    readonly name: string;
    readonly main: AppMain;
    readonly args: unknown;
  }[];
  readonly onProgress?: (linesDone: number) => void;
}

/** Lives it: power cycles and all. */
export function live(life: Life): Replay<NorFlash, Memory> {
  const { lines, storePages, trace, beside = [], onProgress } = life;
  return replayWorkload<NorFlash, AppMain, Memory>({
    lines,
    app: { name: 'authenticator', main: authenticator },
    beside,
    state: life.state ?? {},
    boot: (flash, epochMilliseconds) => {
      const cells = flash ?? life.flash;
      return boot({
        epochMilliseconds,
        storePages,
        ...(cells === undefined ? {} : { flash: cells }),
        ...(trace === undefined ? {} : { trace }),
      });
    },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
