// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How fast studies let busy time pass: virtual seconds in which CPU or flash work, for each second of the host's CPU.
 *
 * NON-TOCK: speed of the simulator on the host. Busy are system calls and store reads, by the board's costs, and
 * programs and erasures, by the flash's count, boots included; waiting is left out, and the host's time for it is not.
 * What CPU and flash do at the same time counts twice: on Earl Grey the end of a system call, under 1 %.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main as authenticator } from '#apps/authenticator';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { AppMain, Board, StoreHil } from '#boards/board';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { assert } from '#kernel/assert';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import { replayWorkload } from '#lab/run/power-cycles';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';
import { STUDIED_BOARDS, type BoardName } from '#lab/studies/framework/on-board';
import { cpuMilliseconds, type BenchRow } from './row.ts';

const YEAR = join(import.meta.dirname, '../../data/workloads/fido-year.jsonl');
const COSTS = { nrf52840dk: NRF52840_COSTS, earlgrey: EARLGREY_COSTS } as const;
/** 80 KiB on each. */
const PAGES = { nrf52840dk: 20, earlgrey: 40 } as const;
const HILS = ['byte', 'blocking', 'page'] as const satisfies readonly StoreHil[];
const UPDATES = { byte: 20_000, blocking: 20_000, page: 1000 } as const;
const RESIDENTS = 50;
const VALUE_BYTES = 24;

/** Adds up what boards were busy with, one power-on after the other. */
class BusyTime {
  nanoseconds = 0;
  private board: Board | undefined;

  constructor(private readonly name: BoardName) {}

  /** The next power-on. */
  next(board: Board): void {
    if (this.board !== undefined) this.add(this.board);
    this.board = board;
  }

  /** There is none: what the flash did in all is added. */
  end(): void {
    if (this.board === undefined) return;
    this.add(this.board);
    const { programming, erasing } = this.board.flash.busy;
    this.nanoseconds += programming + erasing;
  }

  private add(board: Board): void {
    const { syscall, storeRead } = COSTS[this.name];
    const { readCalls } = board.statistics();
    const syscalls = board.kernel.processes.reduce((sum, app) => sum + (app?.syscallCount ?? 0), 0);
    this.nanoseconds += syscalls * syscall + readCalls * storeRead;
  }
}

/** A security key's year, power cycles and all. */
function year(name: BoardName, hil: StoreHil, lines: readonly CheckedLine[]): BusyTime {
  const busy = new BusyTime(name);
  const kind = STUDIED_BOARDS[name];
  const { outcome } = replayWorkload<NorFlash, AppMain, object>({
    lines,
    app: { name: 'authenticator', main: authenticator },
    state: {},
    boot: (flash = kind.freshFlash({ history: false }), epochMilliseconds) => {
      const board = kind.boot({ epochMilliseconds, flash, hil, storePages: PAGES[name] });
      busy.next(board);
      return board;
    },
  });
  busy.end();
  assert(outcome === 'finished', `the year ended: ${outcome}`);
  return busy;
}

/** Updates without a pause. */
function* update({ persistentStore: store }: Libtock, count: number): Userspace<number> {
  const value = new Uint8Array(VALUE_BYTES);
  for (let index = 0; index < count; index++) {
    value[0] = index;
    if (!(yield* store.insert(index % RESIDENTS, value)).ok) return 1;
  }
  return 0;
}

function updates(name: BoardName, hil: StoreHil): BusyTime {
  const busy = new BusyTime(name);
  const board = STUDIED_BOARDS[name].boot({ hil, storePages: PAGES[name] });
  busy.next(board);
  const app = board.load({ name: 'updates', main: (tock) => update(tock, UPDATES[hil]) });
  board.run();
  busy.end();
  assert(app.completionCode === 0, 'an update failed');
  return busy;
}

/** Runs it once to teach the compiler, and measures the second time. */
function speed(run: () => BusyTime): number {
  run();
  let busy = 0;
  const taken = cpuMilliseconds(() => {
    busy = run().nanoseconds;
  });
  return busy / 1e6 / taken;
}

function yearRow(name: BoardName, hil: StoreHil): BenchRow {
  return {
    name: `busy time: a security key's year, ${name}, ${hil} HIL`,
    unit: 'x real time',
    toReach: 500,
    run: () => {
      const lines = parseWorkload(readFileSync(YEAR, 'utf8'));
      assert(lines.ok, 'the workload is bad');
      return speed(() => year(name, hil, lines.value));
    },
  };
}

function updatesRow(name: BoardName, hil: StoreHil): BenchRow {
  return {
    name: `busy time: updates without a pause, ${name}, ${hil} HIL`,
    unit: 'x real time',
    toReach: 500,
    run: () => speed(() => updates(name, hil)),
  };
}

/** Both workloads on both boards through each interface. */
export const STUDY_ROWS: readonly BenchRow[] = (['nrf52840dk', 'earlgrey'] as const).flatMap(
  (name) => HILS.flatMap((hil) => [yearRow(name, hil), updatesRow(name, hil)]),
);
