// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs a workload end to end: app, system calls, capsule, HIL, controller, cells.
 *
 * NON-TOCK: what a laboratory does with a board, an analyser and a week.
 */
import { main as authenticator, type AuthenticatorState } from '#apps/authenticator';
import type { AppMain, BoardKind, Region } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { PartSheet } from '#chips/silicon/part-sheet';
import { ErrorCode } from '#kernel/errorcode';
import type { StoreError } from '#libraries/persistent-store/store';
import type { CommandFigures } from '../../report/figures.ts';
import { replayWorkload, type Replay } from '../../run/power-cycles.ts';
import type { CheckedLine } from '../../run/workload.ts';
import type { Cell, Lived, Stop } from './cell.ts';

type Memory = Partial<AuthenticatorState>;

/** Runs it on a board that is fresh. */
export function liveOnBoard(
  { part, pages, hil }: Cell,
  board: BoardKind,
  lines: readonly CheckedLine[],
  onProgress: (linesDone: number) => void = () => undefined,
): Lived {
  const fresh = board.freshFlash({ history: false, onViolation: 'trap' });
  let store: Region = { offset: 0, size: 0, pageSize: 1 };
  const replay = replayWorkload<NorFlash, AppMain, Memory>({
    lines,
    app: { name: 'authenticator', main: authenticator },
    state: {},
    endsWithPanic: true,
    onProgress,
    boot: (flash = fresh, epochMilliseconds) => {
      const powered = board.boot({ epochMilliseconds, flash, hil, storePages: pages });
      ({ store } = powered);
      return powered;
    },
  });
  const { totals, actions, flash } = replay;
  const firstPage = store.offset / store.pageSize;
  return {
    stop: stopOf(replay, lines),
    calls: totals.lines,
    powerOns: totals.powerOns,
    words: totals.wordsWritten,
    erases: totals.erases,
    commands: actions,
    flashTimes: flashTimes(part.sheet, actions),
    image: flash.bytes(store.offset, store.size),
    pageErases: Array.from({ length: pages }, (_, page) => flash.eraseCount(firstPage + page)),
  };
}

/** Where each word takes the same time, words and erasures say how long the flash was busy. */
function flashTimes(
  { program, erasePage }: PartSheet,
  actions: readonly CommandFigures[],
): readonly number[] | undefined {
  const { unit, each, least, window } = program;
  if (unit.value !== 4 || least !== undefined || window !== undefined) return undefined;
  return actions.map(({ words, erases }) => words * each.value + erases * erasePage.value);
}

/** The ErrorCodes with which the driver answers the store's errors. */
const STORE_ERRORS: Readonly<Record<number, StoreError>> = {
  [ErrorCode.INVAL]: 'InvalidArgument',
  [ErrorCode.SIZE]: 'InvalidArgument',
  [ErrorCode.NOMEM]: 'NoCapacity',
  [ErrorCode.OFF]: 'NoLifetime',
  [ErrorCode.FAIL]: 'StorageError',
  [ErrorCode.UNINSTALLED]: 'InvalidStorage',
};

function stopOf(
  { outcome, panic, totals, state }: Replay<NorFlash, Memory>,
  lines: readonly CheckedLine[],
): Stop | undefined {
  if (outcome === 'finished') return undefined;
  if (panic !== undefined) return { index: indexOfCall(lines, totals.lines), reason: panic };
  const { difference = `the app ended: ${outcome}` } = state;
  const error = Number(/failed with error (\d+)$/.exec(difference)?.[1]);
  return {
    index: indexOfCall(lines, Math.max(0, totals.lines - 1)),
    reason: STORE_ERRORS[error] ?? difference,
  };
}

/** The index of the n-th call from 0: power cycles are lines, but no calls. */
function indexOfCall(lines: readonly CheckedLine[], call: number): number {
  let calls = -1;
  const index = lines.findIndex(({ op }) => op !== 'boot' && ++calls === call);
  return index < 0 ? lines.length - 1 : index;
}
