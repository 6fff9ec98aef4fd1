// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One operation of a store from an app's call to its answer: through system calls, capsule and flash interface
 * down to the cells.
 *
 * NON-TOCK: on hardware, a logic analyser does this. The app tells when it begins and ends without a system
 * call; where the time goes is read off counters, the flash's own among them.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { WorkloadCall } from '#apps/workload';
import type { BoardKind, StoreHil } from '#boards/board';
import { EARLGREY } from '#boards/earlgrey/main';
import { NRF52840DK } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import { Trace, type TraceRecord } from '#kernel/trace';

/** The boards that studies compare, by name: parts name them, because parts cross threads. */
export const STUDIED_BOARDS = { nrf52840dk: NRF52840DK, earlgrey: EARLGREY } as const;
/** The name of one of them. */
export type BoardName = keyof typeof STUDIED_BOARDS;

/** A store call that an app makes. */
export type Call = Exclude<WorkloadCall, { op: 'boot' | 'iterate' }>;

/** Where, and what. */
export interface Setup {
  readonly board: BoardName;
  readonly hil?: StoreHil;
  readonly storePages: number;
  /** What the store's pages hold at power-on; default: blank. */
  readonly image?: Uint8Array;
  /** What values are filled with; default `VALUE_BYTE`. */
  readonly valueByte?: number;
  /** Made one after the other; each is measured. */
  readonly calls: readonly Call[];
  /** Whether the trace of the last call is wanted; default: no. */
  readonly isTraced?: boolean;
}

/** What one call cost, from before its first system call to after its last; times in µs. */
export interface Cost {
  readonly time: number;
  readonly syscalls: number;
  readonly readCalls: number;
  readonly words: number;
  readonly erases: number;
  /** Time in which the flash programmed words, and in which it erased a page. */
  readonly programming: number;
  readonly erasing: number;
  /** 0, or the error. */
  readonly status: number;
}

/** A power-on and what followed. */
export interface OnBoard {
  /** From power-on to the open store, µs. */
  readonly ready: number;
  readonly costs: readonly Cost[];
  /** The trace from the last call on, when it is wanted. */
  readonly records: readonly TraceRecord[];
  /** The store's pages at the end. */
  readonly image: Uint8Array;
  /** Erasures of each of them. */
  readonly erasures: readonly number[];
}

interface Reading {
  readonly now: number;
  readonly syscalls: number;
  readonly readCalls: number;
  readonly words: number;
  readonly erases: number;
  readonly programming: number;
  readonly erasing: number;
}

/** Microseconds from nanoseconds. */
const MICRO = 1e3;
/** What values of studies are filled with: the bytes of zeros would need no wiping when their entry dies. */
export const VALUE_BYTE = 0xa5;

/** Powers a board on and makes the calls. */
export function onBoard(setup: Setup): OnBoard {
  const { board: name, calls, image, valueByte = VALUE_BYTE, isTraced = false, ...options } = setup;
  const trace = new Trace();
  let records: TraceRecord[] = [];
  trace.on('record', (record) => records.push(record));
  const kind: BoardKind = STUDIED_BOARDS[name];
  const flash = kind.freshFlash();
  if (image !== undefined) flash.load(image, kind.boot({ ...options, flash }).store.offset);
  const board = kind.boot({ ...options, flash, trace });
  const costs: Cost[] = [];
  const read = (): Reading => {
    const { readCalls, wordsWritten: words, erases } = board.statistics();
    return {
      now: board.clock.now,
      syscalls: process.syscallCount,
      readCalls,
      words,
      erases,
      ...flash.busy,
    };
  };
  let ready = 0;
  const process = board.load({
    name: 'measured',
    main: function* main(tock) {
      yield* tock.persistentStore.capacity();
      yield* tock.persistentStore.longestValue();
      trace.stop();
      ready = openedAt(records);
      records = [];
      for (const [index, call] of calls.entries()) {
        if (isTraced && index === calls.length - 1) trace.start();
        const before = read();
        const status = yield* perform(tock, call, valueByte);
        costs.push(costOf(before, read(), status));
      }
      return 0;
    },
  });
  board.run();
  assert(process.completionCode === 0, 'the measuring app did not end well');
  const { offset, size, pageSize } = board.store;
  const erasures = Array.from({ length: size / pageSize }, (_, page) =>
    flash.eraseCount(offset / pageSize + page),
  );
  return { ready, costs, records, image: flash.bytes(offset, size), erasures };
}

function openedAt(records: readonly TraceRecord[]): number {
  const opened = records.find(
    ({ event, fields }) => event === 'storeFinished' && fields['operation'] === 'recover',
  );
  assert(opened?.fields['status'] === 0, 'the store did not open');
  return opened.t / MICRO;
}

function costOf(before: Reading, after: Reading, status: number): Cost {
  return {
    time: (after.now - before.now) / MICRO,
    syscalls: after.syscalls - before.syscalls,
    readCalls: after.readCalls - before.readCalls,
    words: after.words - before.words,
    erases: after.erases - before.erases,
    programming: (after.programming - before.programming) / MICRO,
    erasing: (after.erasing - before.erasing) / MICRO,
    status,
  };
}

/** Makes a call; 0 or the error. */
export function* perform(
  tock: Libtock,
  call: Call,
  valueByte: number = VALUE_BYTE,
): Userspace<number> {
  const store = tock.persistentStore;
  const value = (size: number): Uint8Array => new Uint8Array(size).fill(valueByte);
  switch (call.op) {
    case 'insert':
      return statusOf(yield* store.insert(call.key, value(call.size)));
    case 'remove':
      return statusOf(yield* store.remove(call.key));
    case 'find':
      return statusOf(yield* store.find(call.key));
    case 'prepare':
      return statusOf(yield* store.prepare(call.words));
    case 'clear':
      return statusOf(yield* store.clear(call.key));
    case 'transaction':
      return statusOf(
        yield* store.transaction(
          call.updates.map((update) =>
            update.op === 'insert'
              ? { op: 'insert', key: update.key, value: value(update.size) }
              : update,
          ),
        ),
      );
  }
}

const statusOf = (result: { ok: true } | { ok: false; error: number }): number =>
  result.ok ? 0 : result.error;
