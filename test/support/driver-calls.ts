// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Bare system calls of one driver with a buffer in each direction: lend, command, wait.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ReturnVariant } from '#kernel/syscall';
import type { Code, RawProcess, Words } from './raw-process.ts';
import type { SpawnOptions, Testbench } from './testbench.ts';

/** The largest word. */
export const MOST = 0xffff_ffff;

/** Where the target of reads lies; a page that is written from the start of RAM reaches into it. */
const TARGET = 0x400;

/** RAM for a page as target. */
export const ROOMY: SpawnOptions = { initialAppBreak: 0x1800 };

/** System calls of one driver whose buffers have number 0. */
export class DriverCalls {
  constructor(readonly driverNum: number) {}

  /** Puts bytes at the start of RAM and lends them read-only. */
  *lend(process: RawProcess, bytes: Uint8Array | readonly number[]): Code {
    process.mem.write(process.ram(0), Uint8Array.from(bytes));
    yield* process.allowRo(this.driverNum, 0, process.ram(0), bytes.length);
  }

  /** Lends so many bytes for what is read. */
  *lendTarget(process: RawProcess, length: number): Code {
    yield* process.allowRw(this.driverNum, 0, process.ram(TARGET), length);
  }

  /** What was read. */
  target(process: RawProcess, length: number): number[] {
    return [...(process.mem.read(process.ram(TARGET), length) ?? [])];
  }

  /** Gives a command: 0, or the error. */
  *command(process: RawProcess, number: number, argument1 = 0, argument2 = 0): Code<number> {
    const words = yield* process.command(this.driverNum, number, argument1, argument2);
    if (words[0] === ReturnVariant.Success) return 0;
    return words[0] === ReturnVariant.Failure ? words[1] : -1;
  }

  /** Waits for an upcall: its three words. */
  *done(process: RawProcess, upcall: number): Code<readonly [number, number, number]> {
    const [first, second, third] = yield* process.yieldWaitFor(this.driverNum, upcall);
    return [first, second, third];
  }
}

/** Runs one process on a bench, and fails unless it came to its end. */
export function alone(
  bench: Testbench,
  body: (process: RawProcess) => Code,
  options: SpawnOptions = {},
): void {
  let ended = false;
  bench.spawn(
    function* (process) {
      yield* body(process);
      ended = true;
    },
    { ...ROOMY, ...options },
  );
  bench.run();
  expect(ended, 'the process came to its end').to.equal(true);
}

/** What a process that is killed in mid-operation did, and what it was told. */
export interface Victim {
  /** Runs in its first life. */
  readonly first: (process: RawProcess) => Code;
  /** Upcalls that the lives after the first one ought not to get. */
  readonly upcalls: readonly number[];
}

/** Kills a process at an instant while another one runs; what the victim's next life was told. */
export function kill(
  bench: Testbench,
  calls: DriverCalls,
  { first, upcalls }: Victim,
  how: 'terminate' | 'restart',
  at: Parameters<Testbench['interruptAt']>[0],
): { readonly stale: Words[]; readonly lives: () => number } {
  const stale: Words[] = [];
  let lives = 0;
  const { process } = bench.spawn(function* (raw) {
    for (const upcall of upcalls) {
      yield* raw.subscribe(calls.driverNum, upcall, raw.recorder(stale));
    }
    if (++lives === 1) yield* first(raw);
    for (;;) yield* raw.yieldWait();
  }, ROOMY);
  bench.interruptAt(at, () => {
    if (how === 'restart') process.tryRestart(undefined);
    else process.terminate(undefined);
  });
  return { stale, lives: () => lives };
}
