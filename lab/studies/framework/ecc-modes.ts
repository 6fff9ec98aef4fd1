// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The same calls on Earl Grey with the check bits of its flash off, on, and forced on.
 *
 * NON-TOCK: the experiment of the study `earlgrey`.
 */
import { EARLGREY } from '#boards/earlgrey/main';
import { KernelPanic } from '#kernel/assert';
import { Random } from '#kernel/random';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';
import { brokenWords } from '../../demo/ecc.ts';
import { FlashWords } from './flash-words.ts';
import { perform, VALUE_BYTE, type Call } from './on-board.ts';

/** How the flash of the stores is set up. */
export const ECC_MODES = ['off', 'on', 'force'] as const;
/** One of them. */
export type EccMode = (typeof ECC_MODES)[number];

/** What came of it. */
export interface EccOutcome {
  readonly mode: EccMode;
  /** Calls that went well before the first that did not. */
  readonly done: number;
  readonly calls: number;
  /** Why the board does not start. */
  readonly refused: string | undefined;
  /** Programs of each flash word of the store together, and of the one that had most. */
  readonly programs: number;
  readonly mostPrograms: number;
  /** Flash words programmed more than once. */
  readonly twice: number;
  /** Flash words whose check bits do not fit. */
  readonly broken: number;
}

const CALLS = 400;
const KEYS = 64;
const MOST_BYTES = 48;

/** 64 keys in any order, 1 to 48 B, one call in ten a removal: no page is compacted. */
function calls(): readonly Call[] {
  const random = new Random(1);
  return Array.from({ length: CALLS }, () => {
    const key = random.below(KEYS);
    return random.below(10) === 0
      ? { op: 'remove', key }
      : { op: 'insert', key, size: 1 + random.below(MOST_BYTES) };
  });
}

/** Runs them on a board, up to the first that fails. */
export function eccOutcome(mode: EccMode): EccOutcome {
  const board = started(mode);
  const none = { done: 0, programs: 0, mostPrograms: 0, twice: 0, broken: 0 };
  if (typeof board === 'string') return { mode, calls: CALLS, refused: board, ...none };
  let done = 0;
  board.load({
    name: 'calls',
    main: function* main(tock) {
      yield* tock.persistentStore.capacity();
      for (const call of calls()) {
        if ((yield* perform(tock, call)) !== 0) return 1;
        done++;
      }
      return 0;
    },
  });
  board.run();
  const { ecc } = board.flash;
  const { offset, size } = board.store;
  const counts = Array.from(
    { length: size / 8 },
    (_, index) => ecc?.programCount(offset / 8 + index) ?? 0,
  );
  return {
    mode,
    calls: CALLS,
    refused: undefined,
    done,
    ...summary(counts),
    broken: brokenWords(board.flash),
  };
}

function started(mode: EccMode): ReturnType<typeof EARLGREY.boot> | string {
  try {
    return EARLGREY.boot({ ecc: mode });
  } catch (error) {
    if (error instanceof KernelPanic) return error.message;
    throw error;
  }
}

/** What the store asks of flash words for the same calls, without a board: what the part with ECC off must count. */
export function expectedPrograms(): Pick<EccOutcome, 'programs' | 'mostPrograms' | 'twice'> {
  const { pageSize } = EARLGREY.freshFlash();
  const numPages = EARLGREY.storePages.most;
  const limits = { wordSize: 4, maxWordWrites: 2, maxPageErases: 10_000 };
  const flash = new FlashWords({ ...limits, pageSize, numPages });
  const store = new Store(flash);
  runAtOnce(store.boot());
  for (const call of calls()) {
    if (call.op === 'remove') runAtOnce(store.remove(call.key));
    else if (call.op === 'insert') {
      runAtOnce(store.insert(call.key, new Uint8Array(call.size).fill(VALUE_BYTE)));
    }
  }
  return summary([...flash.programCounts]);
}

function summary(
  counts: readonly number[],
): Pick<EccOutcome, 'programs' | 'mostPrograms' | 'twice'> {
  return {
    programs: counts.reduce((sum, count) => sum + count, 0),
    mostPrograms: Math.max(...counts),
    twice: counts.filter((count) => count > 1).length,
  };
}
