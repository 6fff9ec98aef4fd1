// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A bench with IPC; a service and a client for it.
 *
 * NON-TOCK: tests.
 */
import { Ipc, IPC_DRIVER_NUM, type IpcFlaw } from '#kernel/ipc';
import type { RunOutcome } from '#kernel/kernel';
import type { Code, RawProcess, Words } from '../support/raw-process.ts';
import { Testbench, type TestbenchOptions } from '../support/testbench.ts';

/** Commands of the driver. */
export const Command = { EXISTS: 0, DISCOVER: 1, NOTIFY_SERVICE: 2, NOTIFY_CLIENT: 3 } as const;
/** r0 of an answer without a word, and of one with one. */
export const SUCCESS = 128;
export const SUCCESS_U32 = 129;
/** Slots, as the processes are spawned in this order. */
export const SERVICE = 0;
export const CLIENT = 1;

/** A bench with IPC. */
export interface IpcBench {
  readonly bench: Testbench;
  readonly run: () => RunOutcome;
}

/** A bench with IPC, with flaws of upstream if wanted. */
export function ipcBench(flaws: readonly IpcFlaw[] = [], options: TestbenchOptions = {}): IpcBench {
  const bench = new Testbench(options);
  const ipc = new Ipc(bench.kernel, new Set(flaws));
  bench.drivers.set(IPC_DRIVER_NUM, ipc);
  const run = (): RunOutcome =>
    bench.kernel.run({
      syscallDriverLookup: { driver: (driverNum) => bench.drivers.get(driverNum) },
      scheduler: bench.scheduler,
      chip: bench.chip,
      ipc,
    });
  return { bench, run };
}

/** A service that notes the upcalls it gets, and does something in each. */
export function* serve(
  process: RawProcess,
  calls: Words[],
  inUpcall?: (...words: Words) => Code | undefined,
): Code {
  const upcall = process.function((...words) => {
    calls.push(words);
    return inUpcall?.(...words);
  });
  yield* process.subscribe(IPC_DRIVER_NUM, SERVICE, upcall, 7);
  for (;;) yield* process.yieldWait();
}

/** A client that writes bytes, shares them and notifies. */
export function* send(process: RawProcess, bytes: readonly number[], at = 64): Code<Words> {
  const address = process.ram(at);
  process.mem.write(address, Uint8Array.from(bytes));
  yield* process.allowRw(IPC_DRIVER_NUM, SERVICE, address, bytes.length);
  return yield* process.command(IPC_DRIVER_NUM, Command.NOTIFY_SERVICE, SERVICE);
}
