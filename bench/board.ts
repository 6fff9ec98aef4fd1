// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Whole boards: how fast virtual time passes on the host.
 *
 * NON-TOCK: speed of the simulator on the host.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { boot } from '#boards/nrf52840dk/main';
import { assert } from '#kernel/assert';
import { seconds } from '#kernel/time';
import { live } from '#lab/demo/device';
import { parseWorkload } from '#lab/run/workload';
import { milliseconds, type BenchRow } from './row.ts';

const YEAR = join(import.meta.dirname, '../../data/workloads/fido-year.jsonl');
const YEAR_ERASES = 52;
const IDLE_SECONDS = 1000;

function* everySecond(tock: Libtock): Userspace<number> {
  for (let count = 0; count < IDLE_SECONDS; count++) yield* tock.alarm.sleep(1000);
  return 0;
}

function idle(): number {
  const board = boot();
  const app = board.load({ name: 'every-second', main: everySecond });
  const taken = milliseconds(() => board.run());
  assert(app.completionCode === 0, 'the idle app did not end');
  assert(board.clock.now >= seconds(IDLE_SECONDS), 'too little virtual time passed');
  return taken;
}

function year(): number {
  const lines = parseWorkload(readFileSync(YEAR, 'utf8'));
  assert(lines.ok, 'the workload is bad');
  let erases = 0;
  const taken = milliseconds(() => {
    erases = live({ lines: lines.value, storePages: 4 }).totals.erases;
  });
  assert(erases === YEAR_ERASES, `the year took ${erases} erasures, not ${YEAR_ERASES}`);
  return taken / 1000;
}

const GETS = 200_000;
const WARM_UP = 50_000;

/** Gets of one key by an app, as often as `get` says; it returns whether one succeeded. */
function kvGets(get: (tock: Libtock, key: Uint8Array) => Userspace<boolean>): number {
  const board = boot();
  const [key, value] = [new Uint8Array(8).fill(1), new Uint8Array(32).fill(7)];
  let start = 0;
  const app = board.load({
    name: 'gets',
    *main(tock) {
      yield* tock.kv.set(key, value);
      yield* lend(tock, key);
      for (let done = 0; done < GETS; done++) {
        if (done === WARM_UP) start = performance.now();
        if (!(yield* get(tock, key))) return 1;
      }
      return 0;
    },
  });
  board.run();
  assert(app.completionCode === 0, 'a get failed');
  return ((GETS - WARM_UP) * 1e3) / (performance.now() - start);
}

const KV_DRIVER = 0x50003;
const GET = 1;

function* lend(tock: Libtock, key: Uint8Array): Userspace {
  yield* tock.allowReadOnly(KV_DRIVER, 0, yield* tock.bufferOf(key));
  yield* tock.allowReadWrite(KV_DRIVER, 0, yield* tock.bufferOf(new Uint8Array(64)));
}

/** Command and upcall, over buffers that are lent already. */
function* roundTrip(tock: Libtock): Userspace<boolean> {
  const done = yield* tock.operate(KV_DRIVER, 0, GET);
  return done.ok && done.value[0] === 0;
}

/** The library's call: it lends key and target, and takes them back. */
function* libraryCall(tock: Libtock, key: Uint8Array): Userspace<boolean> {
  return (yield* tock.kv.get(key)).ok;
}

/** Virtual time against the host's. */
export const BOARD_ROWS: readonly BenchRow[] = [
  {
    name: 'driver round trips, KV get of 32 bytes',
    unit: '/s',
    toReach: 200e3,
    run: () => kvGets(roundTrip),
  },
  {
    name: 'the same by libtock, four allows more',
    unit: '/s',
    toReach: 100e3,
    run: () => kvGets(libraryCall),
  },
  { name: '1000 virtual s of an idle 1 Hz alarm app', unit: 'ms', toReach: 50, run: idle },
  { name: "a security key's year on 4 pages", unit: 's', toReach: 5, run: year },
];
