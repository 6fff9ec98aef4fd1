// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * An application's image on its way into a board's flash, and what two other processes notice of it.
 *
 * NON-TOCK: the experiment of the study `reprogramming`. The image goes to the board's pages for experiments, which
 * take the same time as those of applications.
 */
import type { Board } from '#boards/board';
import * as earlgrey from '#boards/earlgrey/memory';
import * as nrf52840dk from '#boards/nrf52840dk/memory';
import { assert } from '#kernel/assert';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { ms, ns } from '#kernel/time';
import { every } from './bystanders.ts';
import { Loader, LOADER_GRANT, type LoaderFlash, type LoaderLevel } from './loader.ts';
import { STUDIED_BOARDS, type BoardName } from './on-board.ts';

/** What is loaded, where and how: plain data. */
export interface Loading {
  readonly board: BoardName;
  /** Bytes of the image. */
  readonly size: number;
  readonly flash: LoaderLevel | 'blocking';
  /** Bytes that the loader's process hands over at a time. */
  readonly piece: number | 'page' | 'image';
  /** What the pages hold before: another application, or something in one of them only. */
  readonly over: 'an application' | 'one used page';
  /** Whether the two other processes run. */
  readonly beside: boolean;
}

/** A run of a process that was due at one time and ran at another, ns. */
interface Turn {
  readonly due: number;
  readonly ran: number;
  /** Whether the loader had a piece half written. */
  readonly within: boolean;
}

/** What a loading took; times in ms. */
export interface Loaded {
  readonly time: number;
  readonly pieces: number;
  readonly syscalls: number;
  readonly words: number;
  readonly erasures: number;
  /** How late the timer's process was in each period that fell into the time of loading. */
  readonly timer: readonly number[];
  /** From when a system call was due to its answer, likewise. */
  readonly calls: readonly number[];
  /** Runs of the timer's process while a piece was half written. */
  readonly runsWithin: number;
}

const TIMER_PERIOD = 1e6;
const CALL_PERIOD = 3e6;
const LED_DRIVER = 2;
const LOADER_DRIVER = 0x1_0001;
const PIECE_ALLOW = 0;
const WRITTEN_UPCALL = 0;
const WRITE_COMMAND = 1;
/** When loading begins: the others have found their pace. */
const BEGIN = ms(100);
const SLICE = ms(100);
/** CPU time of the timer's process in a period. */
const TIMER_WORK = 10_000;
const LOADER_RAM = 0x8000;
const SCRATCH = {
  nrf52840dk: nrf52840dk.flashMap(nrf52840dk.STORE_PAGES).scratch,
  earlgrey: earlgrey.flashMap(earlgrey.STORE_PAGES).scratch,
} as const;

/** Loads an image. */
export function load(loading: Loading): Loaded {
  const kind = STUDIED_BOARDS[loading.board];
  const flash = kind.freshFlash();
  fill(flash, loading);
  const image = Uint8Array.from({ length: loading.size }, (_, index) => 37 * index + (index >> 8));
  const pieceSize = pieceOf(loading, flash.pageSize);
  let loader: Loader | undefined;
  const board = kind.boot({
    flash,
    drivers: ({ kernel, ...wiring }) => {
      const target: LoaderFlash =
        loading.flash === 'blocking'
          ? { kind: 'blocking', flash: wiring.createBlockingFlash() }
          : { kind: 'split-phase', level: loading.flash, flash: wiring.createFlash() };
      const grant = kernel.createGrant(LOADER_DRIVER, LOADER_GRANT);
      loader = new Loader(target, grant, pieceSize);
      return [[LOADER_DRIVER, loader]];
    },
  });
  const turns: { timer: Turn[]; calls: Turn[] } = { timer: [], calls: [] };
  const turnOf = (due: number): Turn => {
    return { due, ran: board.clock.now, within: loader?.isBusy === true };
  };
  if (loading.beside) loadOthers(board, turns, turnOf);
  const { begin, end, ...loaded } = measure(board, image, pieceSize);
  // Those who were kept waiting make up for what they missed.
  const lags = (all: readonly Turn[]): boolean => (all.at(-1)?.due ?? 0) < end;
  while (loading.beside && (lags(turns.timer) || lags(turns.calls))) {
    board.run(ns(board.clock.now + SLICE));
  }
  const { offset } = placeOf(loading.board, flash);
  assert(
    flash.bytes(offset, image.length).every((byte, index) => byte === image[index]),
    'the image is not what was loaded',
  );
  const late = (all: readonly Turn[]): number[] =>
    all.filter(({ due }) => due >= begin && due < end).map(({ due, ran }) => (ran - due) / 1e6);
  return {
    ...loaded,
    time: (end - begin) / 1e6,
    timer: late(turns.timer),
    calls: late(turns.calls),
    runsWithin: turns.timer.filter(({ within }) => within).length,
  };
}

function pieceOf({ piece, size }: Loading, pageSize: number): number {
  if (piece === 'page') return pageSize;
  return piece === 'image' ? size : piece;
}

function placeOf(board: BoardName, { pageSize }: NorFlash): { offset: number; pages: number } {
  const { firstPage, pages } = SCRATCH[board];
  return { offset: firstPage * pageSize, pages };
}

/** What the pages hold before the loading. */
function fill(flash: NorFlash, { board, over }: Loading): void {
  const { offset, pages } = placeOf(board, flash);
  const length = over === 'an application' ? pages * flash.pageSize : 1;
  flash.load(new Uint8Array(length), offset);
}

/** Somebody who wants to run every millisecond, and somebody who makes system calls. */
function loadOthers(
  board: Board,
  { timer, calls }: { timer: Turn[]; calls: Turn[] },
  turnOf: (due: number) => Turn,
): void {
  const now = (): number => board.clock.now;
  board.load({
    name: 'timer',
    main: every(TIMER_PERIOD, now, function* tick(tock, due) {
      timer.push(turnOf(due));
      yield* tock.compute(TIMER_WORK);
    }),
  });
  board.load({
    name: 'caller',
    main: every(CALL_PERIOD, now, function* call(tock, due) {
      yield* tock.command(LED_DRIVER, 0);
      calls.push(turnOf(due));
    }),
  });
}

/** The loader's process: one piece after the other. */
function measure(
  board: Board,
  image: Uint8Array,
  pieceSize: number,
): Pick<Loaded, 'pieces' | 'syscalls' | 'words' | 'erasures'> & { begin: number; end: number } {
  const now = (): number => board.clock.now;
  const marks: { at: number; syscalls: number; words: number; erases: number }[] = [];
  const mark = (): void => {
    const { wordsWritten: words, erases } = board.statistics();
    marks.push({ at: now(), syscalls: process.syscallCount, words, erases });
  };
  let pieces = 0;
  const process = board.load({
    name: 'loader',
    ramSize: LOADER_RAM,
    main: function* main(tock) {
      const buffer = yield* tock.bufferOf(new Uint8Array(pieceSize));
      yield* tock.alarm.sleep(BEGIN / 1e6);
      mark();
      for (let offset = 0; offset < image.length; offset += pieceSize, pieces++) {
        const piece = image.subarray(offset, offset + pieceSize);
        buffer.bytes.set(piece);
        const lent = { address: buffer.address, length: piece.length };
        yield* tock.allowReadOnly(LOADER_DRIVER, PIECE_ALLOW, lent);
        const written = yield* tock.operate(LOADER_DRIVER, WRITTEN_UPCALL, WRITE_COMMAND, offset);
        yield* tock.allowReadOnly(LOADER_DRIVER, PIECE_ALLOW, null);
        if (!written.ok) return written.error;
      }
      mark();
      return 0;
    },
  });
  while (process.completionCode === undefined) board.run(ns(board.clock.now + SLICE));
  assert(process.completionCode === 0, 'the loader failed');
  const [first, last] = marks;
  assert(first !== undefined && last !== undefined, 'nothing was loaded');
  return {
    pieces,
    syscalls: last.syscalls - first.syscalls,
    words: last.words - first.words,
    erasures: last.erases - first.erases,
    begin: first.at,
    end: last.at,
  };
}
