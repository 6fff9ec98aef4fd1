// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The security key of the demonstration: an authenticator on a board.
 *
 * NON-TOCK: part of the demonstration.
 */
import { main as authenticator, type AuthenticatorState } from '#apps/authenticator';
import type { AppMain, BoardKind, Region, StoreHil } from '#boards/board';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { Trace } from '#kernel/trace';
import { replayWorkload, type Replay } from '../run/power-cycles.ts';
import type { CheckedLine } from '../run/workload.ts';

/** What the key's app knows after a power cycle. */
export type Memory = Partial<AuthenticatorState>;

/** A life of the key, or a part of one. */
export interface Life {
  readonly lines: readonly CheckedLine[];
  /** Default: the nRF52840 DK. */
  readonly board?: BoardKind;
  /** Default: the board's pages. */
  readonly storePages?: number;
  /** Default: byte-level. */
  readonly hil?: StoreHil;
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

/** What came of a life, and where its store is. */
export type Lived = Replay<NorFlash, Memory> & { readonly store: Region };

/** Lives it: power cycles and all. */
export function live(life: Life): Lived {
  const { lines, board = NRF52840DK, storePages, hil, trace, beside = [], onProgress } = life;
  let store: Region = { offset: 0, size: 0, pageSize: 1 };
  const replay = replayWorkload<NorFlash, AppMain, Memory>({
    lines,
    app: { name: 'authenticator', main: authenticator },
    beside,
    state: life.state ?? {},
    boot: (flash, epochMilliseconds) => {
      const cells = flash ?? life.flash;
      const powered = board.boot({
        epochMilliseconds,
        ...(storePages === undefined ? {} : { storePages }),
        ...(hil === undefined ? {} : { hil }),
        ...(cells === undefined ? {} : { flash: cells }),
        ...(trace === undefined ? {} : { trace }),
      });
      ({ store } = powered);
      return powered;
    },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { ...replay, store };
}
