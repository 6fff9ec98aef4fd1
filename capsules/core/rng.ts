// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Gives processes random bytes.
 *
 * Mirrors `capsules/core/src/rng.rs` (`RngDriver`; its converters between widths are part of the chips
 * here); system calls in `doc/syscalls/40001_rng.md`. Words are dealt out in slot order, each process
 * served in full before the next. Nobody's words go to two processes: what is left over is thrown away.
 *
 * NON-TOCK: every get that is accepted gets exactly one upcall, with the error if there is one. What
 * Tock does instead is in `RNG_DRIVER_FLAWS`.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Grant, GrantKernelData } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import type { WriteableProcessSlice } from '#kernel/processbuffer';
import { Err, Ok, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { EXISTS: 0, GET: 1 } as const;
const Upcall = { DONE: 0, COUNT: 1 } as const;
const RwAllow = { BUFFER: 0, COUNT: 1 } as const;
const WORD = 4;

/** Flaws of upstream's driver that can be had back by name. */
export const RNG_DRIVER_FLAWS = {
  'rng-second-get-replaces':
    'a get while one is under way replaces it: two are accepted, one upcall comes',
  'rng-empty-get-hangs': 'a get of 0 bytes is accepted and never answered',
  'rng-ignores-refusal':
    'a get that the source refuses is accepted, and no process gets a byte ever after',
  'rng-ignores-errors':
    'an error of the source is not passed on: the driver asks it again for ever',
} as const;

/** The name of one of them. */
export type RngDriverFlaw = keyof typeof RNG_DRIVER_FLAWS;

/** What a process waits for. */
export interface RngApp {
  /** Whether a get is under way. */
  waiting: boolean;
  /** Bytes that are still to come. */
  remaining: number;
  /** Where in the buffer the next byte goes. */
  index: number;
}

/** What the driver's grant takes: one upcall, one buffer, and two words. */
export const RNG_GRANT = {
  upcalls: Upcall.COUNT,
  allowRo: 0,
  allowRw: RwAllow.COUNT,
  size: 8,
  statusUpcalls: [Upcall.DONE],
  create: (): RngApp => ({ waiting: false, remaining: 0, index: 0 }),
} as const;

/** The driver; needs the source to itself. */
export class RngDriver implements SyscallDriver, hil.rng.Client {
  private gettingRandomness = false;

  constructor(
    private readonly rng: hil.rng.Rng,
    private readonly apps: Grant<RngApp>,
    private readonly flaws: ReadonlySet<RngDriverFlaw> = new Set(),
  ) {
    rng.setClient(this);
  }

  command(commandNum: number, arg1: number, _arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.EXISTS:
        return CommandReturn.success();
      case Command.GET:
        return this.get(processId, arg1);
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  randomnessAvailable(randomness: Iterator<number>, result: Result): hil.rng.Continue {
    if (!result.ok && !this.flaws.has('rng-ignores-errors')) {
      this.fail(result.error);
      return this.done();
    }
    for (const processId of this.apps.processIds()) {
      const served = this.apps.tryEnter(processId, (app, kernel) => serve(app, kernel, randomness));
      if (served === 'dry') return 'More';
    }
    return this.done();
  }

  /** BUSY: this process has a get under way. Otherwise the error of the source, when that refuses. */
  private get(processId: ProcessId, length: number): CommandReturn {
    const accepted = this.apps.enter(processId, (app): Result => this.accept(app, length));
    if (!accepted.ok) return CommandReturn.failure(processErrorCode(accepted.error));
    if (!accepted.value.ok) return CommandReturn.fromResult(accepted.value);
    if (this.gettingRandomness) return CommandReturn.success();
    const asked = this.rng.get();
    this.gettingRandomness = asked.ok || this.flaws.has('rng-ignores-refusal');
    if (this.gettingRandomness) return CommandReturn.success();
    this.apps.enter(processId, (app) => {
      app.waiting = false;
    });
    return CommandReturn.fromResult(asked);
  }

  private accept(app: RngApp, length: number): Result {
    if (app.waiting && !this.flaws.has('rng-second-get-replaces')) {
      return Err(ErrorCode.BUSY);
    }
    app.waiting = length > 0 || !this.flaws.has('rng-empty-get-hangs');
    app.remaining = length;
    app.index = 0;
    return Ok();
  }

  private done(): 'Done' {
    this.gettingRandomness = false;
    return 'Done';
  }

  /** Tells everybody who waits that nothing will come. */
  private fail(error: ErrorCode): void {
    this.apps.each((_processId, app, kernel) => {
      if (!app.waiting) return;
      app.waiting = false;
      kernel.scheduleUpcall(Upcall.DONE, [error, app.index, 0]);
    });
  }
}

/** Gives a process what it waits for; `dry` when there were too few words for that. */
function serve(
  app: RngApp,
  kernel: GrantKernelData,
  randomness: Iterator<number>,
): 'served' | 'dry' {
  if (!app.waiting) return 'served';
  const lent = kernel.readWriteProcessBuffer(RwAllow.BUFFER);
  const filled = lent.ok ? lent.value.mutEnter((slice) => fill(app, slice, randomness)) : lent;
  if (!filled.ok) {
    app.index = 0;
    app.remaining = 0;
  }
  if (app.remaining > 0) return 'dry';
  app.waiting = false;
  kernel.scheduleUpcall(Upcall.DONE, [0, app.index, 0]);
  return 'served';
}

/**
 * Writes words as little-endian bytes, as many as are wanted and fit. The process may have lent another
 * buffer meanwhile: one that ends before the present place ends the get with 0 bytes, as in Tock.
 */
function fill(app: RngApp, slice: WriteableProcessSlice, randomness: Iterator<number>): void {
  if (slice.length < app.index) app.index = app.remaining = 0;
  app.remaining = Math.min(app.remaining, slice.length - app.index);
  while (app.remaining > 0) {
    const next = randomness.next();
    if (next.done === true) return;
    const bytes = Math.min(WORD, app.remaining);
    for (let byte = 0; byte < bytes; byte++)
      slice.set(app.index++, (next.value >>> (8 * byte)) & 0xff);
    app.remaining -= bytes;
  }
}
